import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../src/errors.ts'
import { commit, loadSnapshot, resolveCommit } from '../../src/log/index.ts'
import { memoryStore } from '../../src/store/index.ts'
import { type Fault, type FaultRule, faultyStore } from '../../src/store/testing.ts'
import { firstPuts, fiveLost, tableWith } from './faulty-table.ts'
import { add, append, appendOf } from './table.ts'

/** One fault for every put. */
function everyPut(fault: Fault): FaultRule {
  return { fault, operations: ['put'] }
}

/** One fault for every get, or only for the first. */
function gets(fault: Fault, to = Number.POSITIVE_INFINITY): FaultRule {
  return { fault, operations: ['get'], to }
}

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
