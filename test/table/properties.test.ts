import { describe, expect, test } from 'vitest'
import { createTable, openTable } from '../../src/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { parseSchema } from '../../src/schema/index.ts'
import { memoryStore } from '../../src/store/index.ts'

const schema = parseSchema('{"type":"struct","fields":[{"name":"id","type":"long","nullable":true,"metadata":{}}]}')

async function newTable(properties: Record<string, string> = {}) {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  return { runtime, store, table: await createTable('memory://t', { store, runtime, schema, properties }) }
}

describe('properties', () => {
  test('are set and taken away in one commit each, and honoured from then on', async () => {
    const { store, runtime, table } = await newTable({ owner: 'me' })
    expect(await table.setProperties({ 'delta.appendOnly': 'true', owner: 'you' })).toMatchObject({
      version: 1,
      rows: 0,
    })
    expect(await table.unsetProperties(['owner', 'not.there'])).toMatchObject({ version: 2 })
    const opened = await openTable('memory://t', { store, runtime })
    expect(opened.info().properties).toEqual({ 'delta.appendOnly': 'true' })
    const [unset, set] = await opened.history({ limit: 2 })
    expect(set).toMatchObject({
      operation: 'SET TBLPROPERTIES',
      operationParameters: { properties: '{"delta.appendOnly":"true","owner":"you"}' },
    })
    expect(unset).toMatchObject({ operation: 'UNSET TBLPROPERTIES', operationParameters: { ifExists: 'true' } })
  })

  test('that are there already cost no commit', async () => {
    const { table } = await newTable({ owner: 'me' })
    expect(await table.setProperties({ owner: 'me' })).toMatchObject({ version: 0 })
    expect(await table.unsetProperties(['not.there'])).toMatchObject({ version: 0 })
  })

  test('that use a feature raise the protocol, and taking them away does not lower it', async () => {
    const { table } = await newTable()
    await table.setProperties({ 'delta.enableChangeDataFeed': 'true' })
    expect(table.info().protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 4 })
    await table.setProperties({ 'delta.checkpointPolicy': 'v2' })
    const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['v2Checkpoint'] }
    expect(table.info().protocol).toMatchObject(protocol)
    expect(table.info().protocol.writerFeatures).toContain('changeDataFeed')
    await table.unsetProperties(['delta.checkpointPolicy', 'delta.enableChangeDataFeed'])
    expect(table.info().protocol).toMatchObject(protocol)
    expect(table.info().properties).toEqual({})
  })

  test('add a feature that nothing uses yet, and are not kept', async () => {
    const { table } = await newTable()
    await table.setProperties({ 'delta.feature.domainMetadata': 'supported' })
    expect(table.info()).toMatchObject({ properties: {}, protocol: { minWriterVersion: 7 } })
    expect(table.info().protocol.writerFeatures).toEqual(['appendOnly', 'invariants', 'domainMetadata'])
    const created = await newTable({ 'delta.feature.rowTracking': 'supported' })
    expect(created.table.info().protocol.writerFeatures).toContain('rowTracking')
    expect(created.table.info().properties).toEqual({})
  })

  test.each([
    [{ 'delta.appendOnly': 'yes' }, 'invalid-argument', /expected true or false/],
    [{ 'delta.mine': '1' }, 'invalid-argument', /there is no table property/],
    [{ 'delta.feature.clustering': 'on' }, 'invalid-argument', /expected supported, found "on"/],
    [{ 'delta.feature.news': 'supported' }, 'unsupported', /news is not known/],
    [{ 'delta.rowTracking.materializedRowIdColumnName': 'x' }, 'invalid-argument', /kept by Delta itself/],
    [{ 'delta.columnMapping.mode': 'name' }, 'unsupported', /a table that exists keeps its mode, none/],
    [{ 'delta.constraints.positive': 'id > 0' }, 'unsupported', /checkConstraints/],
    [{ 'delta.enableIcebergCompatV2': 'true' }, 'unsupported', /icebergCompatV2/],
  ])('%j are refused', async (properties, code, message) => {
    const { table } = await newTable()
    const refused = table.setProperties(properties)
    await expect(refused).rejects.toThrow(expect.objectContaining({ code }))
    await expect(refused).rejects.toThrow(message)
    expect(table.version).toBe(0)
  })

  test('that only keep house do not disturb an append under way, others do', async () => {
    const { store, runtime, table } = await newTable()
    const writer = await openTable('memory://t', { store, runtime })
    await table.setProperties({ 'delta.logRetentionDuration': 'interval 1 day' })
    expect(await writer.append([{ id: 1 }])).toMatchObject({ version: 2 })
    await table.refresh()
    await table.setProperties({ 'delta.appendOnly': 'true' })
    await expect(writer.append([{ id: 2 }])).rejects.toMatchObject({ code: 'conflict' })
  })

  test('are set though somebody appended meanwhile', async () => {
    const { store, runtime, table } = await newTable()
    const writer = await openTable('memory://t', { store, runtime })
    await writer.append([{ id: 1 }])
    expect(await table.setProperties({ owner: 'me' })).toMatchObject({ version: 2 })
  })
})

describe('in-commit timestamps that an existing table gets', () => {
  test('say since which version and time there are any, and are later than all before', async () => {
    const { table, store } = await newTable()
    const [{ timestamp: created = 0 } = {}] = await table.history()
    const late = await openTable('memory://t', { store, runtime: simulatedRuntime({ start: created - 5000 }) })
    await late.append([{ id: 1 }])
    await late.setProperties({ 'delta.enableInCommitTimestamps': 'true' })
    const { properties, timestamp } = late.info()
    expect(properties).toEqual({
      'delta.enableInCommitTimestamps': 'true',
      'delta.inCommitTimestampEnablementVersion': '2',
      'delta.inCommitTimestampEnablementTimestamp': String(timestamp),
    })
    expect(timestamp).toBeGreaterThan(created)
    const times = (await late.history()).map((entry) => entry.timestamp)
    expect(times).toEqual([...times].sort((a, b) => b - a))
    expect(new Set(times).size).toBe(3)
  })

  test('move on with a commit that lost the race', async () => {
    const { store, runtime, table } = await newTable()
    const writer = await openTable('memory://t', { store, runtime })
    await writer.append([{ id: 1 }])
    await table.setProperties({ 'delta.enableInCommitTimestamps': 'true' })
    expect(table.info().properties['delta.inCommitTimestampEnablementVersion']).toBe('2')
    await writer.append([{ id: 2 }])
    expect((await writer.history({ limit: 1 }))[0]?.commitInfo).toHaveProperty('inCommitTimestamp')
  })

  test('end with the property, and with them what it said about their beginning', async () => {
    const { table } = await newTable()
    await table.setProperties({ 'delta.enableInCommitTimestamps': 'true' })
    await table.setProperties({ 'delta.enableInCommitTimestamps': 'false' })
    expect(table.info().properties).toEqual({ 'delta.enableInCommitTimestamps': 'false' })
  })
})

test('a table created with row tracking numbers its rows from the first', async () => {
  const { table, store, runtime } = await newTable({ 'delta.enableRowTracking': 'true' })
  await table.append([{ id: 1 }, { id: 2 }])
  const opened = await openTable('memory://t', { store, runtime })
  expect(await opened.append([{ id: 3 }])).toMatchObject({ version: 2 })
  expect(Object.keys(opened.info().properties)).toEqual([
    'delta.enableRowTracking',
    'delta.rowTracking.materializedRowIdColumnName',
    'delta.rowTracking.materializedRowCommitVersionColumnName',
  ])
  await expect(opened.unsetProperties(['delta.rowTracking.materializedRowIdColumnName'])).rejects.toThrow(
    /kept by Delta/,
  )
})
