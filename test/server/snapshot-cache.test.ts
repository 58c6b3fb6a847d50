import { expect, test } from 'vitest'
import { createTable, simulatedRuntime } from '../../src/index.ts'
import { snapshotCache } from '../../src/server/snapshot-cache.ts'
import { memoryStore } from '../../src/store/index.ts'
import { recordingStore } from '../table/recording-store.ts'

async function tableOfThree() {
  const runtime = simulatedRuntime()
  const { store, requests } = recordingStore(memoryStore({ runtime }))
  const table = await createTable('t', { store, runtime, rows: [{ n: 0 }] })
  await table.append([{ n: 1 }])
  await table.append([{ n: 2 }])
  await table.settled()
  requests.length = 0
  return { table, store, requests }
}

test('a table that did not change costs one listing and no read', async () => {
  const { store, requests } = await tableOfThree()
  const snapshots = snapshotCache(async () => store)
  expect((await snapshots.latest('t')).version).toBe(2)
  requests.length = 0
  expect((await snapshots.latest('t')).version).toBe(2)
  expect(requests).toEqual(['list _delta_log/'])
})

test('a table that grew costs one listing and the new commits', async () => {
  const { table, store, requests } = await tableOfThree()
  const snapshots = snapshotCache(async () => store)
  await snapshots.latest('t')
  await table.append([{ n: 3 }])
  await table.settled()
  requests.length = 0
  expect((await snapshots.latest('t')).numFiles).toBe(4)
  expect(requests).toEqual(['list _delta_log/', 'get _delta_log/00000000000000000003.json'])
})

test('many who ask at the same time cost two loads at most', async () => {
  const { store, requests } = await tableOfThree()
  const snapshots = snapshotCache(async () => store)
  await Promise.all(Array.from({ length: 50 }, () => snapshots.latest('t')))
  expect(requests.filter((request) => request.startsWith('list'))).toHaveLength(2)
})

test('a pinned version is read once', async () => {
  const { store, requests } = await tableOfThree()
  const snapshots = snapshotCache(async () => store)
  await snapshots.at('t', 1)
  requests.length = 0
  expect((await snapshots.at('t', 1)).numFiles).toBe(2)
  expect(requests).toEqual([])
})

test('what was not used for longest is let go when it gets too much', async () => {
  const { store, requests } = await tableOfThree()
  const snapshots = snapshotCache(async () => store, 4)
  await snapshots.at('t', 0)
  await snapshots.at('t', 1)
  await snapshots.at('t', 2)
  requests.length = 0
  await snapshots.at('t', 2)
  expect(requests).toEqual([])
  await snapshots.at('t', 0)
  expect(requests).not.toEqual([])
})

test('a store that could not be opened is opened again', async () => {
  const { store } = await tableOfThree()
  let failures = 1
  const snapshots = snapshotCache(async () => {
    if (failures-- > 0) throw new Error('not now')
    return store
  })
  await expect(snapshots.latest('t')).rejects.toThrow('not now')
  expect((await snapshots.latest('t')).version).toBe(2)
})
