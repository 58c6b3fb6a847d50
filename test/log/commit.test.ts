import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../src/errors.ts'
import { commit, formatCommitPath, loadSnapshot, resolveCommit, writeCheckpoint } from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { type Fault, type FaultRule, faultyStore } from '../../src/store/testing.ts'
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

/** A table at version 0 in a store that begins to fail now. */
async function tableWith(...faults: readonly FaultRule[]) {
  const runtime = simulatedRuntime()
  const inner = memoryStore({ runtime })
  const snapshot = await createTable(inner, runtime)
  return { runtime, inner, snapshot, store: faultyStore(inner, faults) }
}

/** Faults for the first puts, one after the other, then none. */
function firstPuts(...faults: readonly Fault[]): FaultRule[] {
  return faults.map((fault, index) => ({ fault, operations: ['put'], from: index + 1, to: index + 1 }))
}

/** A commit is sent six times: only the last one may land. */
const fiveLost = Array<Fault>(5).fill('reset')

/** One fault for every put. */
function everyPut(fault: Fault): FaultRule {
  return { fault, operations: ['put'] }
}

/** One fault for every get, or only for the first. */
function gets(fault: Fault, to = Number.POSITIVE_INFINITY): FaultRule {
  return { fault, operations: ['get'], to }
}

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

describe('a commit whose PUT goes wrong', () => {
  test.each<[string, readonly Fault[]]>([
    ['the answer is lost after it was applied', ['answer-lost']],
    ['it is applied and answered as if the version were taken', ['twice']],
    ['it never arrives', ['reset']],
    ['the store is busy', ['409', '429']],
    ['it lands while it is sent again', ['late', 'reset', 'reset']],
    ['it lands after it was sent again', ['late']],
    ['everything at once', ['409', 'late', '503', 'answer-lost']],
  ])('is committed once although %s', async (_, faults) => {
    const { store, runtime, snapshot } = await tableWith(...firstPuts(...faults))
    const outcome = await commit(store, appendOf(snapshot, add('a')), { runtime })
    await store.settle()
    expect(outcome).toMatchObject({ outcome: 'committed', version: 1, attempts: 1 })
    expect(await loadSnapshot(store)).toMatchObject({ version: 1, numFiles: 1 })
  })

  test('is not committed when the store stays unavailable, and is not in the log', async () => {
    const { store, runtime, snapshot } = await tableWith(everyPut('409'))
    const outcome = await commit(store, appendOf(snapshot, add('a')), { runtime })
    expect(outcome).toMatchObject({ outcome: 'not-committed', cause: { code: 'unavailable' } })
    expect(await loadSnapshot(store)).toMatchObject({ version: 0 })
  })

  test('is refused at once, not retried, when the store forbids it', async () => {
    const { inner, runtime, snapshot } = await tableWith()
    let puts = 0
    const put = async (): Promise<never> => {
      puts++
      throw new DeltaError('permission-denied', 'injected')
    }
    const outcome = await commit({ ...inner, put }, appendOf(snapshot, add('a')), { runtime })
    expect(outcome).toMatchObject({ outcome: 'not-committed', cause: { code: 'permission-denied' } })
    expect(puts).toBe(1)
  })

  test('is unknown, never failed, when every answer is lost and nothing is there', async () => {
    const { store, runtime, snapshot } = await tableWith(everyPut('reset'))
    expect(await commit(store, appendOf(snapshot, add('a')), { runtime })).toMatchObject({
      outcome: 'unknown',
      version: 1,
    })
  })

  test('stays unknown when an answer was lost and the store is unavailable from then on', async () => {
    const { store, runtime, snapshot } = await tableWith(...firstPuts('answer-lost'), everyPut('409'), gets('503'))
    expect(await commit(store, appendOf(snapshot, add('a')), { runtime })).toMatchObject({
      outcome: 'unknown',
      version: 1,
    })
  })

  test.each(['503', 'cut', 'flipped'] as const)(
    'is unknown when the version is taken, perhaps by itself, and every read of it is %s',
    async (fault) => {
      const { store, runtime, snapshot } = await tableWith(everyPut('twice'), gets(fault))
      expect(await commit(store, appendOf(snapshot, add('a')), { runtime })).toMatchObject({
        outcome: 'unknown',
        version: 1,
      })
    },
  )

  test.each(['cut', 'flipped'] as const)(
    'is recognised although the first read of the taken version comes %s',
    async (fault) => {
      const { store, runtime, snapshot } = await tableWith(...firstPuts('twice'), gets(fault, 1))
      expect(await commit(store, appendOf(snapshot, add('a')), { runtime })).toMatchObject({
        outcome: 'committed',
        version: 1,
      })
    },
  )

  test.each([
    ['reset', 'unknown'],
    ['409', 'not-committed'],
  ] as const)('that met %s is %s when the caller aborts before the next try', async (fault, expected) => {
    const abort = new AbortController()
    const { inner, runtime, snapshot } = await tableWith()
    const store = faultyStore(inner, () => {
      abort.abort()
      return fault
    })
    const outcome = await commit(store, appendOf(snapshot, add('a')), { runtime, signal: abort.signal })
    expect(outcome.outcome).toBe(expected)
    expect(store.requests.filter((request) => request.startsWith('put'))).toHaveLength(1)
  })

  test('is not sent at all when the caller has aborted before', async () => {
    const { store, runtime, snapshot } = await tableWith()
    const sent = commit(store, appendOf(snapshot, add('a')), { runtime, signal: AbortSignal.abort() })
    await expect(sent).rejects.toMatchObject({ code: 'aborted' })
    expect(store.requests).toEqual([])
  })
})

describe('an unknown commit', () => {
  test('is resolved as committed once it has landed', async () => {
    const { store, inner, runtime, snapshot } = await tableWith(...firstPuts(...fiveLost, 'late'))
    const outcome = await commit(store, appendOf(snapshot, add('a')), { runtime })
    if (outcome.outcome !== 'unknown') throw new Error(outcome.outcome)
    const { token } = outcome
    expect(await resolveCommit(inner, token)).toEqual({ outcome: 'unknown', version: 1, token, forgotten: false })
    await store.settle()
    expect(await resolveCommit(store, outcome.token)).toEqual({ outcome: 'committed', version: 1 })
  })

  test('is resolved as not committed once another commit holds its version', async () => {
    const { store, inner, runtime, snapshot } = await tableWith(everyPut('reset'))
    const outcome = await commit(store, appendOf(snapshot, add('a')), { runtime })
    if (outcome.outcome !== 'unknown') throw new Error(outcome.outcome)
    await append(inner, runtime, snapshot, add('b'))
    expect(await resolveCommit(store, outcome.token)).toEqual({ outcome: 'not-committed', version: 1 })
  })

  test('is not resolved by a token that is none', async () => {
    await expect(resolveCommit(memoryStore(), 'bm9uc2Vuc2U')).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

describe('a commit to a version that is taken and that nobody can read', () => {
  test('is unknown, because what took the version may be an echo of the commit itself', async () => {
    const { inner, runtime, snapshot } = await tableWith()
    const put: typeof inner.put = async () => ({ outcome: 'precondition-failed' })
    const outcome = await commit({ ...inner, put }, appendOf(snapshot, add('a')), { runtime })
    expect(outcome).toMatchObject({ outcome: 'unknown', version: 1 })
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
