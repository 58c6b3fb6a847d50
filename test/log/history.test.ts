import { expect, test } from 'vitest'
import { formatCommit, formatCommitPath, loadHistory } from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'
import { add, append, createTable, putText } from './table.ts'

async function tableWithHistory() {
  const runtime = simulatedRuntime({ start: 1_000_000 })
  const store = faultyStore(memoryStore({ runtime }), [])
  let snapshot = await createTable(store, runtime)
  for (const name of ['a', 'b']) snapshot = await append(store, runtime, snapshot, add(name))
  store.requests.length = 0
  return store
}

test('the history is told newest first, with what each writer said', async () => {
  const history = await loadHistory(await tableWithHistory())
  expect(history.map(({ version, operation }) => [version, operation])).toEqual([
    [2, 'WRITE'],
    [1, 'WRITE'],
    [0, 'CREATE TABLE'],
  ])
  expect(history[0]).toMatchObject({ operationParameters: { mode: 'Append' }, commitInfo: { readVersion: 1 } })
})

test('commits of the same moment are told apart by their times', async () => {
  const history = await loadHistory(await tableWithHistory())
  expect(history.map(({ timestamp }) => timestamp)).toEqual([1_000_002, 1_000_001, 1_000_000])
})

test('a limited history reads only the newest commits and gives them the same times', async () => {
  const store = await tableWithHistory()
  const [newest] = await loadHistory(store)
  store.requests.length = 0
  expect(await loadHistory(store, { limit: 1 })).toEqual([newest])
  expect(store.requests).toEqual(['list _delta_log/', `get ${formatCommitPath(2)}`])
})

test('a commit without commitInfo has a place in the history', async () => {
  const store = await tableWithHistory()
  await putText(store, formatCommitPath(3), formatCommit([add('c')]))
  expect((await loadHistory(store, { limit: 1 }))[0]).toEqual({ version: 3, timestamp: 1_000_003, commitInfo: {} })
})

test('an in-commit timestamp is the time of its version', async () => {
  const store = await tableWithHistory()
  await putText(store, formatCommitPath(3), formatCommit([{ commitInfo: { inCommitTimestamp: 2_000_000 } }]))
  expect((await loadHistory(store, { limit: 1 }))[0]?.timestamp).toBe(2_000_000)
})

test('no table has no history', async () => {
  await expect(loadHistory(memoryStore())).rejects.toMatchObject({ code: 'not-found' })
})
