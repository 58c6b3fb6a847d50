import { describe, expect, test } from 'vitest'
import { createTable, openTable } from '../../src/index.ts'
import { memoryStore } from '../../src/store/index.ts'
import { keysOf } from '../keys-of.ts'
import { byId, named, numbers, numbersIn } from './rewritten-tables.ts'
import { field, rowsOf, tableWith } from './table-with.ts'

describe('overwrite', () => {
  test('the whole table is replaced in one version, and the earlier one stays readable', async () => {
    const { table } = await numbers()
    expect(await table.overwrite([named(10), named(11)])).toMatchObject({
      version: 3,
      rows: 2,
      rowsInserted: 2,
      rowsDeleted: 9,
      rowsCopied: 0,
      filesRemoved: 3,
      files: 1,
    })
    expect(await numbersIn(table)).toEqual([10, 11])
    expect(await rowsOf(table, { version: 2 })).toHaveLength(9)
  })

  test('with no rows the table is empty, and again nothing is committed', async () => {
    const { table } = await numbers()
    expect(await table.overwrite([])).toMatchObject({ version: 3, rows: 0, rowsDeleted: 9 })
    expect(await table.overwrite([])).toMatchObject({ version: 3, rows: 0, rowsDeleted: 0 })
    expect(await rowsOf(table)).toEqual([])
  })

  test('a table is overwritten by rows read from itself', async () => {
    const { table } = await numbers()
    await table.overwrite(table.read({ where: { id: { gt: 7 } } }))
    expect(await numbersIn(table)).toEqual([8, 9])
  })

  test('with a filter only rows that pass are replaced', async () => {
    const { table } = await numbers()
    const result = await table.overwrite([named(5), named(50)], { where: { id: { gte: 5 } } })
    expect(result).toMatchObject({ rows: 2, rowsInserted: 2, rowsDeleted: 5, rowsCopied: 1, filesRemoved: 2 })
    expect(await numbersIn(table)).toEqual([1, 2, 3, 4, 5, 50])
  })

  test('a new row that does not pass is refused by its number, and leaves nothing behind', async () => {
    const { table, store } = await numbers()
    const before = await keysOf(store)
    await expect(table.overwrite([named(5), named(4)], { where: { id: { gte: 5 } } })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: 'row 2 breaks the filter of the overwrite: expected (id >= 5) to be true, found id is the number 4',
      details: { row: 2 },
    })
    await table.settled()
    expect(await keysOf(store)).toEqual(before)
  })

  test('a partition is replaced without reading the others', async () => {
    const { table } = await tableWith([field('id', 'long'), field('p', 'string')], {
      partitionBy: ['p'],
      rows: [
        { id: 1, p: 'a' },
        { id: 2, p: 'b' },
      ],
    })
    const result = await table.overwrite([{ id: 3, p: 'a' }], { where: { p: 'a' } })
    expect(result).toMatchObject({ files: 1, filesRemoved: 1, rowsCopied: 0 })
    expect(byId(await rowsOf(table))).toEqual([
      { id: 2, p: 'b' },
      { id: 3, p: 'a' },
    ])
  })

  test('the same transaction overwrites once', async () => {
    const { table } = await numbers()
    const txn = { appId: 'app', version: 7 }
    await table.overwrite([named(1)], { txn })
    await table.append([named(2)])
    expect(await table.overwrite([named(1)], { txn })).toMatchObject({ skipped: true, rows: 0 })
    expect(await numbersIn(table)).toEqual([1, 2])
  })

  test('a handle whose table is not there yet creates it', async () => {
    const table = await createTable('memory://t', { store: memoryStore() })
    await expect(table.overwrite([named(1)], { where: { id: 1 } })).rejects.toMatchObject({ code: 'not-found' })
    expect(await table.overwrite([named(1)])).toMatchObject({ version: 0, rows: 1, rowsInserted: 1, rowsDeleted: 0 })
    expect(await numbersIn(table)).toEqual([1])
  })

  test('the history tells mode, filter and counts', async () => {
    const { table } = await numbers()
    await table.overwrite([named(9)], { where: { id: 9 } })
    const [entry] = await table.history()
    expect(entry).toMatchObject({
      operation: 'WRITE',
      operationParameters: { mode: 'Overwrite', partitionBy: '[]', predicate: '["(id = 9)"]' },
      operationMetrics: { numFiles: '1', numOutputRows: '3', numRemovedFiles: '1' },
    })
  })
})

describe('overwrite with another schema', () => {
  const schema = { type: 'struct', fields: [field('id', 'string'), field('seen', 'timestamp_ntz')] }

  test('schema and rows change in one version, and the protocol rises as it needs', async () => {
    const { table, settings } = await numbers()
    await table.overwrite([{ id: 'x', seen: '2026-01-02T03:04:05' }], { schema: JSON.stringify(schema) })
    const again = await openTable('memory://t', settings)
    expect(again.schema.fields.map(({ name }) => name)).toEqual(['id', 'seen'])
    expect(await rowsOf(again)).toEqual([{ id: 'x', seen: '2026-01-02T03:04:05.000000' }])
    expect(again.info().protocol.readerFeatures).toEqual(['timestampNtz'])
    expect(await rowsOf(again, { version: 2 })).toHaveLength(9)
  })

  test('the same schema changes no metadata', async () => {
    const { table, store } = await numbers()
    await table.overwrite([named(1)], { schema: table.schema })
    const commit = new TextDecoder().decode((await store.get('_delta_log/00000000000000000003.json')).body)
    expect(commit).not.toContain('metaData')
  })

  test('the protocol does not fall where the schema needs less', async () => {
    const { table } = await tableWith([field('id', 'long'), field('at', 'timestamp_ntz')])
    const before = table.info().protocol
    await table.overwrite([{ id: 1 }], { schema: JSON.stringify({ type: 'struct', fields: [field('id', 'long')] }) })
    expect(table.info().protocol).toEqual(before)
  })

  test('column mapping gives all columns names and ids that the table never had', async () => {
    const { table } = await tableWith([field('id', 'long')], {
      properties: { 'delta.columnMapping.mode': 'name' },
      rows: [{ id: 1 }],
    })
    const [before] = table.schema.fields
    await table.overwrite([{ id: 'x' }], {
      schema: JSON.stringify({ type: 'struct', fields: [field('id', 'string')] }),
    })
    const [after] = table.schema.fields
    expect(after?.metadata['delta.columnMapping.id']).toBe(2)
    expect(after?.metadata['delta.columnMapping.physicalName']).not.toBe(
      before?.metadata['delta.columnMapping.physicalName'],
    )
    expect(table.info().properties['delta.columnMapping.maxColumnId']).toBe('2')
    expect(await rowsOf(table)).toEqual([{ id: 'x' }])
  })

  test('partition columns stay, or change with the schema', async () => {
    const fields = [field('id', 'long'), field('p', 'string'), field('q', 'string')]
    const { table } = await tableWith(fields, { partitionBy: ['p'], rows: [{ id: 1, p: 'a', q: 'b' }] })
    const only = JSON.stringify({ type: 'struct', fields: [field('id', 'long'), field('q', 'string')] })
    await expect(table.overwrite([], { schema: only })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('partition column "p"'),
    })
    await table.overwrite([{ id: 2, q: 'b' }], { schema: only, partitionBy: ['q'] })
    expect(table.partitionColumns).toEqual(['q'])
    expect(table.files().map(({ partitionValues }) => partitionValues)).toEqual([{ q: 'b' }])
    expect(await rowsOf(table)).toEqual([{ id: 2, q: 'b' }])
  })

  test.each([
    ['schema with where', { schema: JSON.stringify(schema), where: { id: 1 } }, /^schema: /],
    ['partitionBy alone', { partitionBy: ['id'] }, /^partitionBy: /],
  ])('%s is refused', async (_, options, message) => {
    const { table } = await numbers()
    await expect(table.overwrite([], options)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message),
    })
  })
})
