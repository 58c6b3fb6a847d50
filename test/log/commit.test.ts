import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../src/errors.ts'
import { commit, formatCommitPath, loadSnapshot, resolveCommit } from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { type Faults, faultyStore, type PutFault } from './faulty-store.ts'
import { add, append, appendOf, committed, createTable, METADATA, PROTOCOL, paths, remove, rewriteOf } from './table.ts'

/** A table at version 0 in a store that begins to fail now. */
async function tableWith(faults: Faults) {
  const runtime = simulatedRuntime()
  const inner = memoryStore({ runtime })
  const snapshot = await createTable(inner, runtime)
  return { runtime, inner, snapshot, store: faultyStore(inner, faults) }
}

/** Faults for the first puts, then none. */
function firstPuts(...faults: readonly (PutFault | undefined)[]): Faults {
  let puts = 0
  return { put: () => faults[puts++] }
}

describe('a commit that nobody disturbs', () => {
  test('costs one PUT and no other request, and gives the next snapshot', async () => {
    const { store, runtime, snapshot } = await tableWith({})
    const first = committed(await commit(store, appendOf(snapshot, add('a')), { runtime }))
    const second = committed(await commit(store, appendOf(first.snapshot, add('b')), { runtime }))
    expect(store.requests).toEqual([`put ${formatCommitPath(1)}`, `put ${formatCommitPath(2)}`])
    expect(second).toMatchObject({ version: 2, attempts: 1, snapshot: { version: 2, numFiles: 2, sizeInBytes: 20 } })
    expect(paths(second.snapshot)).toEqual(paths(await loadSnapshot(store)))
  })

  test('begins with a commitInfo that says who did what', async () => {
    const { store, runtime, snapshot } = await tableWith({})
    const { snapshot: after } = committed(await commit(store, appendOf(snapshot, add('a')), { runtime }))
    expect((await loadSnapshot(store)).commitInfo).toEqual(after.commitInfo)
    expect(after.commitInfo).toMatchObject({ operation: 'WRITE', readVersion: 0, isBlindAppend: true })
    expect(after.commitInfo?.txnId).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('is the same to the byte when the runtime is the same', async () => {
    const texts = await Promise.all(
      [1, 2].map(async () => {
        const { inner, runtime, snapshot } = await tableWith({})
        await append(inner, runtime, snapshot, add('a'))
        return new TextDecoder().decode((await inner.get(formatCommitPath(1))).body)
      }),
    )
    expect(texts[0]).toBe(texts[1])
  })
})

describe('a commit whose PUT goes wrong', () => {
  test.each<[string, readonly PutFault[]]>([
    ['the answer is lost after it was applied', ['answer-lost']],
    ['it is applied and answered as if the version were taken', ['sent-twice']],
    ['it never arrives', ['request-lost']],
    ['the store is busy', ['unavailable', 'unavailable']],
    ['it lands while it is sent again', ['late', 'request-lost', 'request-lost']],
    ['it lands after it was sent again', ['late']],
    ['everything at once', ['unavailable', 'late', 'request-lost', 'answer-lost']],
  ])('is committed once although %s', async (_, faults) => {
    const { store, runtime, snapshot } = await tableWith(firstPuts(...faults))
    const outcome = await commit(store, appendOf(snapshot, add('a')), { runtime })
    await store.settle()
    expect(outcome).toMatchObject({ outcome: 'committed', version: 1, attempts: 1 })
    expect(await loadSnapshot(store)).toMatchObject({ version: 1, numFiles: 1 })
  })

  test('is not committed when the store stays unavailable, and is not in the log', async () => {
    const { store, runtime, snapshot } = await tableWith({ put: () => 'unavailable' })
    const outcome = await commit(store, appendOf(snapshot, add('a')), { runtime })
    expect(outcome).toMatchObject({ outcome: 'not-committed', cause: { code: 'unavailable' } })
    expect(await loadSnapshot(store)).toMatchObject({ version: 0 })
  })

  test('is refused at once, not retried, when the store forbids it', async () => {
    const { inner, runtime, snapshot } = await tableWith({})
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
    const { store, runtime, snapshot } = await tableWith({ put: () => 'request-lost' })
    expect(await commit(store, appendOf(snapshot, add('a')), { runtime })).toMatchObject({
      outcome: 'unknown',
      version: 1,
    })
  })

  test('stays unknown when an answer was lost and the store is unavailable from then on', async () => {
    const { store, runtime, snapshot } = await tableWith({
      ...firstPuts('answer-lost', ...Array<PutFault>(9).fill('unavailable')),
      get: () => 'unavailable',
    })
    expect(await commit(store, appendOf(snapshot, add('a')), { runtime })).toMatchObject({
      outcome: 'unknown',
      version: 1,
    })
  })

  test.each(['unavailable', 'cut', 'flipped'] as const)(
    'is unknown when the version is taken, perhaps by itself, and every read of it is %s',
    async (fault) => {
      const { store, runtime, snapshot } = await tableWith({ put: () => 'sent-twice', get: () => fault })
      expect(await commit(store, appendOf(snapshot, add('a')), { runtime })).toMatchObject({
        outcome: 'unknown',
        version: 1,
      })
    },
  )

  test.each(['cut', 'flipped'] as const)(
    'is recognised although the first read of the taken version comes %s',
    async (fault) => {
      let gets = 0
      const { store, runtime, snapshot } = await tableWith({
        ...firstPuts('sent-twice'),
        get: () => (gets++ === 0 ? fault : undefined),
      })
      expect(await commit(store, appendOf(snapshot, add('a')), { runtime })).toMatchObject({
        outcome: 'committed',
        version: 1,
      })
    },
  )

  test.each([
    ['request-lost', 'unknown'],
    ['unavailable', 'not-committed'],
  ] as const)('that was %s is %s when the caller aborts before the next try', async (fault, expected) => {
    const abort = new AbortController()
    const put = (): PutFault => {
      abort.abort()
      return fault
    }
    const { store, runtime, snapshot } = await tableWith({ put })
    const outcome = await commit(store, appendOf(snapshot, add('a')), { runtime, signal: abort.signal })
    expect(outcome.outcome).toBe(expected)
    expect(store.requests.filter((request) => request.startsWith('put'))).toHaveLength(1)
  })

  test('is not sent at all when the caller has aborted before', async () => {
    const { store, runtime, snapshot } = await tableWith({})
    const sent = commit(store, appendOf(snapshot, add('a')), { runtime, signal: AbortSignal.abort() })
    await expect(sent).rejects.toMatchObject({ code: 'aborted' })
    expect(store.requests).toEqual([])
  })
})

describe('an unknown commit', () => {
  test('is resolved as committed once it has landed', async () => {
    let puts = 0
    const { store, inner, runtime, snapshot } = await tableWith({ put: () => (puts++ === 5 ? 'late' : 'request-lost') })
    const outcome = await commit(store, appendOf(snapshot, add('a')), { runtime })
    if (outcome.outcome !== 'unknown') throw new Error(outcome.outcome)
    const { token } = outcome
    expect(await resolveCommit(inner, token)).toEqual({ outcome: 'unknown', version: 1, token, forgotten: false })
    await store.settle()
    expect(await resolveCommit(store, outcome.token)).toEqual({ outcome: 'committed', version: 1 })
  })

  test('is resolved as not committed once another commit holds its version', async () => {
    const { store, inner, runtime, snapshot } = await tableWith({ put: () => 'request-lost' })
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
    const { inner, runtime, snapshot } = await tableWith({})
    const put: typeof inner.put = async () => ({ outcome: 'precondition-failed' })
    const outcome = await commit({ ...inner, put }, appendOf(snapshot, add('a')), { runtime })
    expect(outcome).toMatchObject({ outcome: 'unknown', version: 1 })
  })
})

describe('a commit that loses the race', () => {
  test('follows the winner when it is a blind append', async () => {
    const { store, runtime, snapshot } = await tableWith({})
    await append(store, runtime, snapshot, add('theirs'))
    const outcome = committed(await commit(store, appendOf(snapshot, add('ours')), { runtime }))
    expect(outcome).toMatchObject({ version: 2, attempts: 2 })
    expect(paths(outcome.snapshot)).toEqual(['ours', 'theirs'])
    expect(outcome.snapshot.commitInfo).toMatchObject({ readVersion: 1 })
  })

  test('catches up with many winners by one listing', async () => {
    const { store, runtime, snapshot } = await tableWith({})
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
    const { store, runtime, snapshot } = await tableWith({})
    const base = await append(store, runtime, snapshot, add('old'))
    await append(store, runtime, base, add('theirs'))
    const outcome = await commit(store, rewriteOf(base, remove('old')), { runtime })
    expect(outcome).toMatchObject({ outcome: 'conflict', kind: 'concurrent-append', version: 2 })
    expect(await loadSnapshot(store)).toMatchObject({ version: 2 })
  })

  test('gives up after a hundred lost versions', async () => {
    const { inner, runtime, snapshot } = await tableWith({})
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
    const { store, runtime } = await tableWith({})
    const metaData = { ...METADATA, id: 'other' }
    const outcome = await commit(store, appendOf(null, { protocol: PROTOCOL }, { metaData }), { runtime })
    expect(outcome).toMatchObject({ outcome: 'conflict', version: 0 })
    expect((await loadSnapshot(store)).metadata.id).toBe(METADATA.id)
  })
})

describe('a transaction with an application version', () => {
  const txn = { txn: { appId: 'loader', version: 7 } }

  test('is skipped when the snapshot already has it or a later one', async () => {
    const { store, runtime, snapshot } = await tableWith({})
    const base = await append(store, runtime, snapshot, add('a'), txn)
    store.requests.length = 0
    expect(await commit(store, appendOf(base, add('b'), txn), { runtime })).toEqual({ outcome: 'skipped', version: 1 })
    expect(store.requests).toEqual([])
  })

  test('is skipped when a commit that beat it has it', async () => {
    const { store, runtime, snapshot } = await tableWith({})
    const theirs = await append(store, runtime, snapshot, add('x'))
    await append(store, runtime, theirs, add('a'), txn)
    const outcome = await commit(store, appendOf(snapshot, add('b'), txn), { runtime })
    expect(outcome).toEqual({ outcome: 'skipped', version: 2 })
    expect(paths(await loadSnapshot(store))).toEqual(['a', 'x'])
  })

  test('is done once although its first writer died and its PUT landed late', async () => {
    const { store, runtime, snapshot } = await tableWith(firstPuts(...Array<PutFault>(5).fill('request-lost'), 'late'))
    expect(await commit(store, appendOf(snapshot, add('a'), txn), { runtime })).toMatchObject({ outcome: 'unknown' })
    const fresh = await loadSnapshot(store)
    await store.settle()
    expect(await commit(store, appendOf(fresh, add('b'), txn), { runtime })).toEqual({ outcome: 'skipped', version: 1 })
  })

  test('compares versions beyond 2^53 exactly', async () => {
    const { store, runtime, snapshot } = await tableWith({})
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
  const { store, runtime, snapshot } = await tableWith({})
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
