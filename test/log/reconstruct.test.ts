import { describe, expect, test } from 'vitest'
import {
  formatChecksumPath,
  formatClassicCheckpointPath,
  formatCommit,
  formatCommitPath,
  formatCompactedPath,
  loadHistory,
  loadSnapshot,
} from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'
import { logInMemory, stateOf, TABLES, withoutOldCommits } from './stored.ts'
import { add, append, createTable, paths, putText, remove } from './table.ts'

/** Versions 0 to 6: five files are added one by one, and version 6 removes the first. */
async function sevenVersions(): Promise<ObjectStore> {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  let snapshot = await createTable(store, runtime)
  for (let i = 1; i <= 5; i++) snapshot = await append(store, runtime, snapshot, add(`f${i}`))
  await append(store, runtime, snapshot, remove('f1'))
  return store
}

describe('a compacted file', () => {
  const compacted = formatCompactedPath(1, 4)

  test('is read instead of its commits', async () => {
    const store = faultyStore(await sevenVersions(), [])
    await putText(store, compacted, formatCommit([add('f1'), add('f2'), add('f3'), add('f4')]))
    expect(paths(await loadSnapshot(store))).toEqual(['f2', 'f3', 'f4', 'f5'])
    const gets = store.requests.filter((request) => request.startsWith('get'))
    expect(gets).toEqual(
      [0, 5, 6].map((version) => `get ${formatCommitPath(version)}`).toSpliced(1, 0, `get ${compacted}`),
    )
  })

  test.each(['{"add":{"path":"f1"', '{"add":{"path":"f1"}}', 'x'])(
    'that is damaged is done without: %s',
    async (text) => {
      const store = await sevenVersions()
      await putText(store, compacted, text)
      expect(paths(await loadSnapshot(store))).toEqual(['f2', 'f3', 'f4', 'f5'])
    },
  )

  test('that the checksum contradicts is done without', async () => {
    const store = await sevenVersions()
    await putText(store, compacted, formatCommit([add('f1'), add('f2')]))
    await putText(store, formatChecksumPath(6), '{"numFiles":4,"tableSizeBytes":40}')
    expect(paths(await loadSnapshot(store))).toEqual(['f2', 'f3', 'f4', 'f5'])
  })

  test('does not hide what the newest commit says of itself', async () => {
    const store = await sevenVersions()
    await putText(store, formatCompactedPath(1, 6), formatCommit([add('f2'), add('f3'), add('f4'), add('f5')]))
    expect(await loadSnapshot(store)).toMatchObject({ version: 6, commitInfo: { operation: 'DELETE' } })
  })
})

describe('a checksum', () => {
  test.each(['', '{}', '[]', '{"numFiles":99,"tableSizeBytes":1}', '{"numFiles":-1,"tableSizeBytes":1}'])(
    'that is wrong itself changes nothing: %s',
    async (text) => {
      const store = await logInMemory(`${TABLES}/classic`)
      const expected = stateOf(await loadSnapshot(store))
      await putText(store, formatChecksumPath(7), text)
      expect(stateOf(await loadSnapshot(store))).toEqual(expected)
    },
  )

  test('shows that a checkpoint lost files, and the commits are read', async () => {
    const store = await logInMemory(`${TABLES}/classic`)
    const expected = stateOf(await loadSnapshot(store))
    // The checkpoint of a table with other files, but whole: nothing in it looks wrong.
    const other = await logInMemory(`${TABLES}/multi-part`)
    const { body } = await other.get('_delta_log/00000000000000000005.checkpoint.0000000001.0000000002.parquet')
    await store.put(formatClassicCheckpointPath(5), body, { mode: 'overwrite' })
    expect(stateOf(await loadSnapshot(store))).toEqual(expected)
  })
})

describe('after log cleanup', () => {
  const cleaned = () => logInMemory(`${TABLES}/classic`, withoutOldCommits(4))

  test('history begins with the oldest commit that is there', async () => {
    const store = await cleaned()
    expect((await loadHistory(store)).map(({ version }) => version)).toEqual([7, 6, 5])
    await putText(store, formatCommitPath(2), '{"commitInfo":{}}')
    expect((await loadHistory(store)).map(({ version }) => version)).toEqual([7, 6, 5])
  })

  test('a moment before the oldest version that can be read is not found', async () => {
    const store = await cleaned()
    const { timestamp } = await loadSnapshot(store, { version: 5 })
    expect(await loadSnapshot(store, { timestamp })).toMatchObject({ version: 5 })
    await expect(loadSnapshot(store, { timestamp: timestamp - 1 })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('the oldest version that can be read is 5'),
    })
  })

  test('a gap that no checkpoint bridges is named', async () => {
    const store = await cleaned()
    await store.delete([formatCommitPath(6)])
    await expect(loadSnapshot(store)).rejects.toMatchObject({
      code: 'invalid-data',
      details: { file: formatCommitPath(6) },
    })
    await expect(loadHistory(store)).rejects.toMatchObject({ code: 'invalid-data' })
  })

  test('a snapshot from before is refreshed from the checkpoint', async () => {
    const whole = await logInMemory(`${TABLES}/classic`)
    const from = await loadSnapshot(whole, { version: 3 })
    expect(stateOf(await loadSnapshot(await cleaned(), { from }))).toEqual(stateOf(await loadSnapshot(whole)))
  })
})

test('a refresh across a checkpoint does not read it', async () => {
  const inner = await logInMemory(`${TABLES}/classic`)
  const from = await loadSnapshot(inner, { version: 4 })
  const store = faultyStore(inner, [])
  expect(stateOf(await loadSnapshot(store, { from }))).toEqual(stateOf(await loadSnapshot(inner)))
  expect(store.requests).toEqual([
    'list _delta_log/',
    ...[5, 6, 7].map((version) => `get ${formatCommitPath(version)}`),
  ])
})

test('moments are looked up by in-commit timestamps, which the times of the store do not touch', async () => {
  const store = await logInMemory(`${TABLES}/in-commit-timestamps`)
  const history = await loadHistory(store)
  expect(history).toHaveLength(8)
  for (const { version, timestamp } of history) {
    expect(await loadSnapshot(store, { timestamp })).toMatchObject({ version, timestamp })
    if (version > 0)
      expect(await loadSnapshot(store, { timestamp: timestamp - 1 })).toMatchObject({ version: version - 1 })
  }
})
