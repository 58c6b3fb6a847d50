import { expect, test } from 'vitest'
import {
  compactLog,
  formatCommit,
  formatCommitPath,
  formatCompactedPath,
  loadSnapshot,
  writeCheckpoint,
} from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'
import { stateOf } from './stored.ts'
import { add, append, createTable, PROTOCOL, putText, remove } from './table.ts'

const DOMAINS = { ...PROTOCOL, minWriterVersion: 7, writerFeatures: ['domainMetadata'] }

function domain(name: string, removed: boolean) {
  return { domainMetadata: { domain: name, configuration: '{}', removed } }
}

/** A checkpoint at version 2, then four commits that take back what it holds. */
async function longTable() {
  const runtime = simulatedRuntime()
  const store = faultyStore(memoryStore({ runtime }), [])
  let snapshot = await createTable(store, runtime, undefined, DOMAINS)
  snapshot = await append(store, runtime, snapshot, add('a'), add('b'), domain('gone', false))
  snapshot = await append(store, runtime, snapshot, { txn: { appId: 'app', version: 1 } })
  await writeCheckpoint(store, snapshot, { runtime })
  snapshot = await append(store, runtime, snapshot, remove('a'), add('c'))
  snapshot = await append(store, runtime, snapshot, remove('c'), domain('gone', true), domain('new', false))
  snapshot = await append(store, runtime, snapshot, add('a'), { txn: { appId: 'app', version: 2 } })
  snapshot = await append(store, runtime, snapshot, add('d'))
  return { runtime, store, snapshot }
}

test('one file stands for all commits since the checkpoint: what they removed stays removed', async () => {
  const { runtime, store, snapshot } = await longTable()
  expect(await compactLog(store)).toEqual({ from: 3, to: 6 })
  const later = await append(store, runtime, snapshot, add('e'))
  store.requests.length = 0
  expect(stateOf(await loadSnapshot(store))).toEqual(stateOf(later))
  expect(store.requests.filter((request) => /^get .*\.json$/.test(request))).toEqual([
    `get ${formatCompactedPath(3, 6)}`,
    'get _delta_log/00000000000000000007.json',
  ])
})

test('it says nothing of how the commits came about', async () => {
  const { store } = await longTable()
  await compactLog(store)
  const text = new TextDecoder().decode((await store.get(formatCompactedPath(3, 6))).body)
  expect(text).not.toContain('commitInfo')
  expect(text.indexOf('"remove"')).toBeLessThan(text.indexOf('"add"'))
})

test('a single commit is compact enough', async () => {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const snapshot = await createTable(store, runtime)
  expect(await compactLog(store)).toBeUndefined()
  await writeCheckpoint(store, snapshot, { runtime })
  await append(store, runtime, snapshot, add('a'))
  expect(await compactLog(store)).toBeUndefined()
})

test('a table that has outgrown this library is left alone, whatever a handle remembers', async () => {
  const { store, snapshot } = await longTable()
  const protocol = { ...DOMAINS, writerFeatures: ['fromTheFuture'] }
  await putText(store, formatCommitPath(7), formatCommit([{ protocol }]))
  await expect(compactLog(store, { from: snapshot })).rejects.toMatchObject({ code: 'unsupported' })
})

test('a table that is not there is named', async () => {
  await expect(compactLog(memoryStore())).rejects.toMatchObject({ code: 'not-found' })
})
