import { describe, expect, test } from 'vitest'
import { createTable, type Row, simulatedRuntime } from '../../src/index.ts'
import { loadSnapshot, writeCheckpoint } from '../../src/log/index.ts'
import type { LoadedTable } from '../../src/server/loaded-table.ts'
import { MemoryBudget } from '../../src/server/memory-budget.ts'
import { snapshotCache } from '../../src/server/snapshot-cache.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { recordingStore } from '../table/recording-store.ts'

const MIB = 1024 * 1024

function cacheOf(store: ObjectStore, bytes = 256 * MIB) {
  return snapshotCache(async () => store, new MemoryBudget(bytes), { runtime: simulatedRuntime() })
}

async function tableOfThree(inner = memoryStore({ runtime: simulatedRuntime() })) {
  const runtime = simulatedRuntime()
  const { store, requests } = recordingStore(inner)
  const table = await createTable('t', { store, runtime, rows: [{ n: 0 }] })
  await table.append([{ n: 1 }])
  await table.append([{ n: 2 }])
  await table.settled()
  requests.length = 0
  return { table, store, requests, runtime }
}

async function pathsOf(table: LoadedTable): Promise<string[]> {
  const paths: string[] = []
  for await (const batch of table.files()) paths.push(...batch.map(({ path }) => path))
  return paths.sort()
}

test('a table that did not change costs one listing and no read', async () => {
  const { store, requests } = await tableOfThree()
  const snapshots = cacheOf(store)
  const first = await snapshots.latest('t')
  expect(first.version).toBe(2)
  requests.length = 0
  expect(await snapshots.latest('t')).toBe(first)
  expect(requests).toEqual(['list _delta_log/'])
})

test('a table that grew costs one listing and the new commits', async () => {
  const { table, store, requests } = await tableOfThree()
  const snapshots = cacheOf(store)
  await snapshots.latest('t')
  await table.append([{ n: 3 }])
  await table.settled()
  requests.length = 0
  expect((await snapshots.latest('t')).numFiles).toBe(4)
  expect(requests).toEqual(['list _delta_log/', 'get _delta_log/00000000000000000003.json'])
})

test('many who ask at the same time cost two loads at most', async () => {
  const { store, requests } = await tableOfThree()
  const snapshots = cacheOf(store)
  await Promise.all(Array.from({ length: 50 }, () => snapshots.latest('t')))
  expect(requests.filter((request) => request.startsWith('list'))).toHaveLength(2)
})

test('a pinned version is read once, and looked at once a request', async () => {
  const { store, requests } = await tableOfThree()
  const snapshots = cacheOf(store)
  await snapshots.at('t', 1)
  requests.length = 0
  expect((await snapshots.at('t', 1)).numFiles).toBe(2)
  expect(requests).toEqual(['head _delta_log/00000000000000000001.json'])
})

test('the newest version is not read again for who asks for it by its number, now or when it is the newest no more', async () => {
  const { table, store, requests } = await tableOfThree()
  const snapshots = cacheOf(store)
  const latest = await snapshots.latest('t')
  requests.length = 0
  expect(await snapshots.at('t', 2)).toBe(latest)
  await table.append([{ n: 3 }])
  await snapshots.latest('t')
  expect(await snapshots.at('t', 2)).toBe(latest)
  expect(requests.filter((request) => request.startsWith('get')).sort()).not.toContain(
    'get _delta_log/00000000000000000000.json',
  )
})

test('two servers over one bucket agree', async () => {
  const { table, store } = await tableOfThree()
  const [one, other] = [cacheOf(store), cacheOf(store)]
  await one.latest('t')
  await table.append([{ n: 3 }])
  await other.latest('t')
  await table.append([{ n: 4 }])
  const [here, there] = [await one.latest('t'), await other.latest('t')]
  expect(here).toMatchObject({ version: 4, timestamp: there.timestamp, numFiles: 5 })
  expect(await pathsOf(here)).toEqual(await pathsOf(there))
})

test('is not looked at again while it may be believed, and then is', async () => {
  const { table, store, requests } = await tableOfThree()
  let now = 0
  const snapshots = snapshotCache(async () => store, new MemoryBudget(MIB), {
    runtime: { now: () => now },
    freshness: 1000,
  })
  await snapshots.latest('t')
  await snapshots.at('t', 1)
  await table.append([{ n: 3 }])
  await table.settled()
  requests.length = 0
  now = 999
  expect([(await snapshots.latest('t')).version, (await snapshots.at('t', 1)).version]).toEqual([2, 1])
  expect(requests).toEqual([])
  now = 1000
  expect((await snapshots.latest('t')).version).toBe(3)
})

describe('a table that was dropped and made anew', () => {
  const remade = async () => {
    const inner = memoryStore({ runtime: simulatedRuntime() })
    const { store } = await tableOfThree(inner)
    const snapshots = cacheOf(store)
    const [latest, pinned] = [await snapshots.latest('t'), await snapshots.at('t', 1)]
    const keys: string[] = []
    for await (const { key } of inner.list({ prefix: '' })) keys.push(key)
    await inner.delete(keys)
    const runtime = simulatedRuntime({ seed: 2 })
    const table = await createTable('t', { store: inner, runtime, rows: [{ other: 'x' }] })
    await table.append([{ other: 'y' }])
    await table.append([{ other: 'z' }])
    await table.settled()
    return { snapshots, latest, pinned }
  }

  test('is noticed where the newest version is asked for', async () => {
    const { snapshots, latest } = await remade()
    const now = await snapshots.latest('t')
    expect(now.version).toBe(latest.version)
    expect(now.metadata.id).not.toBe(latest.metadata.id)
    expect(now.schema.fields.map(({ name }) => name)).toEqual(['other'])
  })

  test('is noticed where a version is asked for that was read before', async () => {
    const { snapshots, pinned } = await remade()
    const now = await snapshots.at('t', 1)
    expect(now.metadata.id).not.toBe(pinned.metadata.id)
    expect(await pathsOf(now)).not.toEqual(await pathsOf(pinned))
  })
})

test('what was not used for longest is let go when it gets too much', async () => {
  const { store, requests } = await tableOfThree()
  const budget = new MemoryBudget(12_000)
  const snapshots = snapshotCache(async () => store, budget, { runtime: simulatedRuntime() })
  await snapshots.at('t', 0)
  await snapshots.at('t', 1)
  await snapshots.at('t', 2)
  requests.length = 0
  await snapshots.at('t', 2)
  expect(requests).toEqual(['head _delta_log/00000000000000000002.json'])
  await snapshots.at('t', 0)
  expect(requests.filter((request) => request.startsWith('get'))).not.toEqual([])
})

test('a table too large for the budget stays in its log, and is the same', async () => {
  const { store, table, runtime, requests } = await tableOfThree()
  await writeCheckpoint(store, await loadSnapshot(store), { runtime })
  await table.append([{ n: 3 } satisfies Row])
  const held = await cacheOf(store).latest('t')
  let most = 0
  const budget = new MemoryBudget(2_000, (bytes) => {
    most = Math.max(most, bytes)
  })
  const small = snapshotCache(async () => store, budget, { runtime: simulatedRuntime() })
  const streamed = await small.latest('t')
  requests.length = 0
  expect(await pathsOf(streamed)).toEqual(await pathsOf(held))
  expect(requests).toEqual(['get _delta_log/00000000000000000002.checkpoint.parquet'])
  expect(streamed).toMatchObject({ version: 3, timestamp: held.timestamp, metadata: held.metadata })
  expect(await small.latest('t')).toBe(streamed)
  expect(most).toBeGreaterThan(0)
})

test('a store that could not be opened is opened again', async () => {
  const { store } = await tableOfThree()
  let failures = 1
  const snapshots = snapshotCache(
    async () => {
      if (failures-- > 0) throw new Error('not now')
      return store
    },
    new MemoryBudget(MIB),
    { runtime: simulatedRuntime() },
  )
  await expect(snapshots.latest('t')).rejects.toThrow('not now')
  expect((await snapshots.latest('t')).version).toBe(2)
})
