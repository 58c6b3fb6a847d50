import { describe, expect, test } from 'vitest'
import { commit, formatCommitPath, loadSnapshot, writeCheckpoint } from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { firstPuts, fiveLost, tableWith } from './faulty-table.ts'
import {
  add,
  append,
  appendOf,
  committed,
  createTable,
  METADATA,
  PROTOCOL,
  paths,
  remove,
  rewriteOf,
  withProperties,
} from './table.ts'

describe('a commit that nobody disturbs', () => {
  test('costs one PUT and no other request, and gives the next snapshot', async () => {
    const { store, runtime, snapshot } = await tableWith()
    const first = committed(await commit(store, appendOf(snapshot, add('a')), { runtime }))
    const second = committed(await commit(store, appendOf(first.snapshot, add('b')), { runtime }))
    expect(store.requests).toEqual([`put ${formatCommitPath(1)}`, `put ${formatCommitPath(2)}`])
    expect(second).toMatchObject({ version: 2, attempts: 1, snapshot: { version: 2, numFiles: 2, sizeInBytes: 20 } })
    expect(paths(second.snapshot)).toEqual(paths(await loadSnapshot(store)))
  })

  test('begins with a commitInfo that says who did what', async () => {
    const { store, runtime, snapshot } = await tableWith()
    const { snapshot: after } = committed(await commit(store, appendOf(snapshot, add('a')), { runtime }))
    expect((await loadSnapshot(store)).commitInfo).toEqual(after.commitInfo)
    expect(after.commitInfo).toMatchObject({ operation: 'WRITE', readVersion: 0, isBlindAppend: true })
    expect(after.commitInfo?.txnId).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('is the same to the byte when the runtime is the same', async () => {
    const texts = await Promise.all(
      [1, 2].map(async () => {
        const { inner, runtime, snapshot } = await tableWith()
        await append(inner, runtime, snapshot, add('a'))
        return new TextDecoder().decode((await inner.get(formatCommitPath(1))).body)
      }),
    )
    expect(texts[0]).toBe(texts[1])
  })
})

describe('a commit that loses the race', () => {
  test('follows the winner when it is a blind append', async () => {
    const { store, runtime, snapshot } = await tableWith()
    await append(store, runtime, snapshot, add('theirs'))
    const outcome = committed(await commit(store, appendOf(snapshot, add('ours')), { runtime }))
    expect(outcome).toMatchObject({ version: 2, attempts: 2 })
    expect(paths(outcome.snapshot)).toEqual(['ours', 'theirs'])
    expect(outcome.snapshot.commitInfo).toMatchObject({ readVersion: 1 })
  })

  test('catches up with many winners by one listing', async () => {
    const { store, runtime, snapshot } = await tableWith()
    let theirs = snapshot
    for (let i = 0; i < 20; i++) theirs = await append(store, runtime, theirs, add(`theirs-${i}`))
    store.requests.length = 0
    expect(committed(await commit(store, appendOf(snapshot, add('ours')), { runtime }))).toMatchObject({
      version: 21,
      attempts: 3,
    })
    expect(store.requests.filter((request) => request.startsWith('list'))).toHaveLength(1)
    expect(store.requests.filter((request) => request.startsWith('put'))).toHaveLength(3)
  })

  test('conflicts when it read what the winner changed', async () => {
    const { store, runtime, snapshot } = await tableWith()
    const base = await append(store, runtime, snapshot, add('old'))
    await append(store, runtime, base, add('theirs'))
    const outcome = await commit(store, rewriteOf(base, remove('old')), { runtime })
    expect(outcome).toMatchObject({ outcome: 'conflict', kind: 'concurrent-append', version: 2 })
    expect(await loadSnapshot(store)).toMatchObject({ version: 2 })
  })

  test('gives up after a hundred lost versions', async () => {
    const { inner, runtime, snapshot } = await tableWith()
    let rival = snapshot
    const put: typeof inner.put = async (key, body, options) => {
      rival = await append(inner, runtime, rival, add(`theirs-${rival.version}`))
      return await inner.put(key, body, options)
    }
    const outcome = await commit({ ...inner, put }, appendOf(snapshot, add('ours')), { runtime })
    expect(outcome).toMatchObject({ outcome: 'not-committed', cause: { code: 'unavailable' } })
    expect(rival.version).toBe(100)
  })

  test('of two creations conflicts, and the table is the winner’s', async () => {
    const { store, runtime } = await tableWith()
    const metaData = { ...METADATA, id: 'other' }
    const outcome = await commit(store, appendOf(null, { protocol: PROTOCOL }, { metaData }), { runtime })
    expect(outcome).toMatchObject({ outcome: 'conflict', version: 0 })
    expect((await loadSnapshot(store)).metadata.id).toBe(METADATA.id)
  })
})

describe('a transaction with an application version', () => {
  const txn = { txn: { appId: 'loader', version: 7 } }

  test('is skipped when the snapshot already has it or a later one', async () => {
    const { store, runtime, snapshot } = await tableWith()
    const base = await append(store, runtime, snapshot, add('a'), txn)
    store.requests.length = 0
    expect(await commit(store, appendOf(base, add('b'), txn), { runtime })).toEqual({ outcome: 'skipped', version: 1 })
    expect(store.requests).toEqual([])
  })

  test('is skipped when a commit that beat it has it', async () => {
    const { store, runtime, snapshot } = await tableWith()
    const theirs = await append(store, runtime, snapshot, add('x'))
    await append(store, runtime, theirs, add('a'), txn)
    const outcome = await commit(store, appendOf(snapshot, add('b'), txn), { runtime })
    expect(outcome).toEqual({ outcome: 'skipped', version: 2 })
    expect(paths(await loadSnapshot(store))).toEqual(['a', 'x'])
  })

  test('is done once although its first writer died and its PUT landed late', async () => {
    const { store, runtime, snapshot } = await tableWith(...firstPuts(...fiveLost, 'late'))
    expect(await commit(store, appendOf(snapshot, add('a'), txn), { runtime })).toMatchObject({ outcome: 'unknown' })
    const fresh = await loadSnapshot(store)
    await store.settle()
    expect(await commit(store, appendOf(fresh, add('b'), txn), { runtime })).toEqual({ outcome: 'skipped', version: 1 })
  })

  test('compares versions beyond 2^53 exactly', async () => {
    const { store, runtime, snapshot } = await tableWith()
    const big = (version: bigint) => ({ txn: { appId: 'loader', version } })
    await append(store, runtime, snapshot, add('a'), big(9007199254740993n))
    const base = await loadSnapshot(store)
    expect(base.txnVersion('loader')).toBe(9007199254740993n)
    expect(await commit(store, appendOf(base, big(9007199254740993n)), { runtime })).toMatchObject({
      outcome: 'skipped',
    })
    expect(await commit(store, appendOf(base, big(9007199254740994n)), { runtime })).toMatchObject({
      outcome: 'committed',
    })
  })
})

describe('an exclusive commit', () => {
  const exclusive = true

  test('takes the version after its snapshot', async () => {
    const { store, runtime, snapshot } = await tableWith()
    const outcome = await commit(store, { ...appendOf(snapshot, add('a')), exclusive }, { runtime })
    expect(outcome).toMatchObject({ outcome: 'committed', version: 1 })
  })

  test('conflicts with a winner whom any other commit would follow', async () => {
    const { store, runtime, snapshot } = await tableWith()
    await append(store, runtime, snapshot, add('theirs'))
    const outcome = await commit(store, { ...appendOf(snapshot, add('ours')), exclusive }, { runtime })
    expect(outcome).toMatchObject({ outcome: 'conflict', kind: 'concurrent-append', version: 1 })
    expect(paths(await loadSnapshot(store))).toEqual(['theirs'])
  })

  test('knows its own commit again when the answer was lost', async () => {
    const { store, runtime, snapshot } = await tableWith(...firstPuts('answer-lost'))
    const outcome = await commit(store, { ...appendOf(snapshot, add('a')), exclusive }, { runtime })
    expect(outcome).toMatchObject({ outcome: 'committed', version: 1 })
  })

  test('is skipped when the winner has its transaction', async () => {
    const { store, runtime, snapshot } = await tableWith()
    const txn = { txn: { appId: 'loader', version: 7 } }
    await append(store, runtime, snapshot, add('a'), txn)
    const outcome = await commit(store, { ...appendOf(snapshot, add('b'), txn), exclusive }, { runtime })
    expect(outcome).toEqual({ outcome: 'skipped', version: 1 })
  })
})

test('staged files that are in the table already are not committed a second time', async () => {
  const { store, runtime, snapshot } = await tableWith()
  const base = await append(store, runtime, snapshot, add('a'))
  const expected = { outcome: 'conflict', kind: 'concurrent-append', version: 1 }
  expect(await commit(store, appendOf(base, add('a')), { runtime })).toMatchObject(expected)
  expect(await commit(store, appendOf(snapshot, add('a')), { runtime })).toMatchObject(expected)
})

test('in-commit timestamps grow although the clock runs backwards', async () => {
  const runtime = simulatedRuntime({ start: 1_000_000 })
  const store = memoryStore({ runtime })
  const protocol = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['inCommitTimestamp'] }
  const metadata = { ...METADATA, configuration: { 'delta.enableInCommitTimestamps': 'true' } }
  const created = await createTable(store, runtime, metadata, protocol)
  const slow = simulatedRuntime({ start: 500 })
  const after = await append(store, slow, created, add('a'))
  expect(after.commitInfo).toMatchObject({ timestamp: 500, inCommitTimestamp: 1_000_001 })
  expect((await loadSnapshot(store)).timestamp).toBe(1_000_001)
  expect(after.timestamp).toBe(1_000_001)
})

describe('a commit that follows a snapshot older than half of what the log retains', () => {
  const DAY = 86_400_000

  test('looks for what came after, and follows it', async () => {
    const { store, runtime, snapshot } = await tableWith()
    await append(store, runtime, snapshot, add('theirs'))
    await runtime.sleep(16 * DAY)
    store.requests.length = 0
    const outcome = committed(await commit(store, appendOf(snapshot, add('ours')), { runtime }))
    expect(outcome).toMatchObject({ version: 2, attempts: 1, snapshot: { numFiles: 2 } })
    expect(store.requests.filter((request) => request.startsWith('put'))).toEqual([`put ${formatCommitPath(2)}`])
  })

  test('lists once where nothing came after', async () => {
    const { store, runtime, snapshot } = await tableWith()
    await runtime.sleep(400 * DAY)
    const first = committed(await commit(store, appendOf(snapshot, add('a')), { runtime }))
    await append(store, runtime, first.snapshot, add('b'))
    expect(store.requests.map((request) => request.split(' ')[0])).toEqual(['list', 'put', 'put'])
  })

  test('never fills a version that was cleaned up, where nobody would read it', async () => {
    const { store, runtime, snapshot } = await tableWith()
    let theirs = snapshot
    for (let i = 0; i < 3; i++) theirs = await append(store, runtime, theirs, add(`theirs-${i}`))
    await writeCheckpoint(store, theirs, { runtime })
    await runtime.sleep(40 * DAY)
    await store.delete([0, 1, 2].map(formatCommitPath))
    const outcome = await commit(store, appendOf(snapshot, add('ours')), { runtime })
    expect(outcome).toMatchObject({ outcome: 'conflict', message: expect.stringMatching(/refresh the table/) })
    expect(await loadSnapshot(store)).toMatchObject({ version: 3, numFiles: 3 })
    expect(await store.head(formatCommitPath(1)).catch((error) => error.code)).toBe('not-found')
  })

  test('sends nothing where the log cannot be listed', async () => {
    const { store, runtime, snapshot } = await tableWith({ fault: '403', operations: ['list'] })
    await runtime.sleep(40 * DAY)
    const outcome = await commit(store, appendOf(snapshot, add('ours')), { runtime })
    expect(outcome).toMatchObject({ outcome: 'not-committed' })
    expect(store.requests.filter((request) => request.startsWith('put'))).toEqual([])
  })
})

test('row tracking is not enabled over a file without row ids that came meanwhile', async () => {
  const { store, runtime, snapshot } = await tableWith()
  await append(store, runtime, snapshot, add('theirs'))
  const protocol = {
    minReaderVersion: 1,
    minWriterVersion: 7,
    writerFeatures: ['appendOnly', 'invariants', 'domainMetadata', 'rowTracking'],
  }
  const metaData = withProperties({ 'delta.enableRowTracking': 'true' })
  const request = { ...rewriteOf(snapshot, { protocol }, { metaData }), reads: () => false }
  expect(await commit(store, request, { runtime })).toMatchObject({
    outcome: 'not-committed',
    cause: { code: 'unsupported', message: expect.stringMatching(/theirs has no row ids/) },
  })
  expect(await loadSnapshot(store)).toMatchObject({ version: 1 })
})
