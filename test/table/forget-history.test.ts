import { beforeEach, describe, expect, test } from 'vitest'
import { createTable, openTable, simulatedRuntime, type Table } from '../../src/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'
import { keysOf } from '../keys-of.ts'
import { field } from './table-with.ts'

let runtime = simulatedRuntime()
let store: ObjectStore
beforeEach(() => {
  runtime = simulatedRuntime({ tick: 1 })
  store = memoryStore({ runtime })
})

const schema = JSON.stringify({ type: 'struct', fields: [field('id', 'long')] })

/** Versions 1 to 8 append a row each; every third has a checkpoint. */
async function tableOf8(properties: Record<string, string> = {}, keepVersions: readonly number[] = []): Promise<Table> {
  const settings = { store, runtime, schema, keepVersions }
  const table = await createTable('memory://t', {
    ...settings,
    properties: { 'delta.checkpointInterval': '3', ...properties },
  })
  for (let id = 1; id <= 8; id++) await table.append([{ id }])
  await table.settled()
  return table
}

async function idsAt(version: number): Promise<unknown[]> {
  const table = await openTable('memory://t', { store, runtime, version })
  return (await collect(table.read())).map(({ id }) => id).sort()
}

/** The versions of which the log has something. */
async function versionsInLog(): Promise<number[]> {
  const keys = await keysOf(store, '_delta_log/')
  const versions = keys.flatMap((key) => /\/(\d{20})\./.exec(key)?.[1] ?? []).map(Number)
  return [...new Set(versions)]
}

describe.each([
  ['classic', {}],
  ['v2', { 'delta.checkpointPolicy': 'v2', 'delta.feature.v2Checkpoint': 'supported' }],
])('the history of a table with %s checkpoints', (kind, properties) => {
  test('goes before a version, however young it is, and what is left reads as before', async () => {
    const table = await tableOf8(properties)
    await table.compactLog()
    expect(await table.forgetHistory({ before: 5 })).toMatchObject({ oldest: 5 })
    expect(await versionsInLog()).toEqual([5, 6, 7, 8])
    for (const version of [5, 6, 8]) expect(await idsAt(version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].slice(0, version))
    await expect(idsAt(4)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('goes with the sidecars of its checkpoints', async () => {
    const table = await tableOf8(properties)
    await table.forgetHistory({ before: 8 })
    const left = await keysOf(store, '_delta_log/')
    expect(left.filter((key) => key.includes('_sidecars/'))).toHaveLength(kind === 'v2' ? 1 : 0)
    await table.append([{ id: 9 }])
    expect(await idsAt(9)).toHaveLength(9)
  })
})

describe('forgetting history', () => {
  test('a second time finds nothing to do but the checkpoint that is there', async () => {
    const table = await tableOf8()
    await table.forgetHistory({ before: 5 })
    expect(await table.forgetHistory({ before: 5 })).toEqual({ oldest: 5, deleted: 0 })
  })

  test.each(['call', 'table'])('is refused where an older version is to be kept, named by the %s', async (by) => {
    const table = await tableOf8({}, by === 'table' ? [3] : [])
    const options = { before: 5, ...(by === 'call' && { keepVersions: [7, 3] }) }
    await expect(table.forgetHistory(options)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('version 3'),
    })
    expect(await versionsInLog()).toContain(0)
  })

  test.each([-1, 9, 1.5])('is refused before %d, which is no version', async (before) => {
    const table = await tableOf8()
    await expect(table.forgetHistory({ before })).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test('happens also where the log is not cleaned up by itself', async () => {
    const table = await tableOf8({ 'delta.enableExpiredLogCleanup': 'false' })
    expect(await table.cleanUpLog()).toBe(0)
    expect((await table.forgetHistory({ before: 8 })).deleted).toBeGreaterThan(8)
  })
})
