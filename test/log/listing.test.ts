import { describe, expect, test } from 'vitest'
import { formatChecksumPath, formatCommitPath, LAST_CHECKPOINT_PATH, loadSnapshot } from '../../src/log/index.ts'
import { listLog } from '../../src/log/listing.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'
import { logInMemory, stateOf, TABLES } from './stored.ts'
import { putText } from './table.ts'

/** The log of a table with a checkpoint, made long by files that say nothing, with a hint. */
async function longLog(hint: string, files = 1200): Promise<ObjectStore> {
  const store = await logInMemory(`${TABLES}/classic`, (key) => key !== LAST_CHECKPOINT_PATH)
  for (let i = 0; i < files; i++) await putText(store, `_delta_log/${'0'.repeat(19)}2.${i}.tmp`, '')
  await putText(store, LAST_CHECKPOINT_PATH, hint)
  return store
}

const opening = ['list _delta_log/', `get ${LAST_CHECKPOINT_PATH}`, 'list _delta_log/']

describe('a log of more files than a page', () => {
  test('is listed from the checkpoint on that the hint names', async () => {
    const store = faultyStore(await longLog('{"version":5}'), [])
    const expected = stateOf(await loadSnapshot(await logInMemory(`${TABLES}/classic`)))
    expect(stateOf(await loadSnapshot(store))).toEqual(expected)
    expect(store.requests.slice(0, 3)).toEqual(opening)
    expect(store.requests.filter((request) => !/checkpoint|list|\.crc/.test(request))).toEqual([
      `get ${formatCommitPath(6)}`,
      `get ${formatCommitPath(7)}`,
    ])
  })

  test.each(['', '{"version":99}', '{"version":6}', '{"version":5,"checksum":"no"}', '{"version":1}'])(
    'is read rightly whatever the hint says: %s',
    async (hint) => {
      const expected = stateOf(await loadSnapshot(await logInMemory(`${TABLES}/classic`)))
      expect(stateOf(await loadSnapshot(await longLog(hint)))).toEqual(expected)
      expect(await loadSnapshot(await longLog(hint), { version: 2 })).toMatchObject({ version: 2 })
    },
  )

  test('is listed whole when the checkpoint that the hint names is damaged', async () => {
    const store = faultyStore(await longLog('{"version":5}'), [])
    await putText(store, '_delta_log/00000000000000000005.checkpoint.parquet', 'PAR1')
    const expected = stateOf(await loadSnapshot(await logInMemory(`${TABLES}/classic`)))
    expect(stateOf(await loadSnapshot(store))).toEqual(expected)
    // No commit is asked for that one listing tells of.
    expect(store.requests.filter((request) => request.startsWith('head'))).toEqual([])
  })
})

test('a short log is listed in one request, and its hint is not asked', async () => {
  const store = faultyStore(await longLog('{"version":5}', 10), [])
  await loadSnapshot(store)
  expect(store.requests).not.toContain(`get ${LAST_CHECKPOINT_PATH}`)
})

test('a listing takes each file once, and nothing that is none of the log', async () => {
  const store = memoryStore()
  for (const key of [
    formatCommitPath(0),
    formatCommitPath(1),
    formatChecksumPath(1),
    '_delta_log/00000000000000000001.json.tmp',
    '_delta_log/1.json',
    '_delta_log/00000000000000000000.00000000000000000001.compacted.json',
    '_delta_log/_staged_commits/00000000000000000002.5fba94ed-9794-4965-ba6e-6ee3c0d22af9.json',
  ])
    await putText(store, key, '')
  const list: typeof store.list = async function* (options) {
    for await (const object of store.list(options)) yield* [object, object]
  }
  const listing = await listLog({ ...store, list })
  expect(listing.commits.map(({ version }) => version)).toEqual([0, 1])
  expect(listing.compacted.map(({ from, to }) => [from, to])).toEqual([[0, 1]])
  expect([...listing.checksums.keys()]).toEqual([1])
  expect(listing.checkpoints).toEqual([])
})
