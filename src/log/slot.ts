import { DeltaError, isDeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Action } from './actions.ts'
import { backoffDelay } from './backoff.ts'
import { parseCommit } from './parse.ts'
import { formatCommitPath } from './paths.ts'
import { readCommit } from './read-commit.ts'
import type { LoggedCommit } from './snapshot.ts'

/** A commit on its way to one version of the log. */
export interface SlotRequest {
  readonly version: number
  /** `commitInfo.txnId`: how we know our own commit again. */
  readonly txnId: string
  readonly body: Uint8Array
}

export interface SlotOptions {
  readonly runtime: Runtime
  readonly signal?: AbortSignal | undefined
}

export type SlotOutcome =
  /** Our commit is there. */
  | { readonly outcome: 'ours'; readonly etag?: string }
  /** Another writer's commit is there: ours never will be. */
  | { readonly outcome: 'taken'; readonly commit: LoggedCommit }
  /** Ours is not there and will not be. */
  | { readonly outcome: 'not-written'; readonly cause: unknown }
  /** Ours may be there now, later or never. */
  | { readonly outcome: 'unknown' }

/** How often one commit is sent to one version before its outcome is called unknown. */
const SEND_ATTEMPTS = 6

/**
 * Puts a commit at a version that is hoped to be free, in one conditional request, and finds out what became of it.
 * Sending the same bytes to the same version again is safe: at most one of the requests can win. A request that is
 * under way is not aborted, or nobody could tell what it did; the signal stops the waiting in between.
 */
export async function putSlot(store: ObjectStore, slot: SlotRequest, options: SlotOptions): Promise<SlotOutcome> {
  const { runtime, signal } = options
  let maybeLanded = false
  let cause: unknown = new DeltaError(
    'unavailable',
    `${formatCommitPath(slot.version)} could not be written: try again later`,
  )
  const giveUp = (): SlotOutcome => (maybeLanded ? { outcome: 'unknown' } : { outcome: 'not-written', cause })
  for (let attempt = 1; attempt <= SEND_ATTEMPTS; attempt++) {
    const sent = await send(store, slot)
    if (sent.result === 'written') return { outcome: 'ours', etag: sent.etag }
    if (sent.result !== 'taken') cause = sent.cause
    if (sent.result === 'refused') return giveUp()
    if (sent.result === 'lost') maybeLanded = true
    if (sent.result === 'taken' || maybeLanded) {
      const found = await lookAt(store, slot, signal)
      if (found.outcome === 'ours' || found.outcome === 'taken') return found
      // "Taken" may answer the second sending of a request of ours that somebody between us and the store repeated: as
      // long as nobody has read whose commit it is, it may be ours, though a read says that nothing is there.
      maybeLanded = true
      cause = found.cause ?? cause
    }
    if (attempt < SEND_ATTEMPTS) {
      const aborted = await pause(backoffDelay(attempt, runtime), options)
      if (aborted) {
        cause = aborted
        return giveUp()
      }
    }
  }
  return giveUp()
}

type Sent =
  | { readonly result: 'written'; readonly etag: string }
  | { readonly result: 'taken' }
  /** Nothing was written; it is worth another try. */
  | { readonly result: 'failed'; readonly cause: unknown }
  /** Nothing was written, and nothing would be. */
  | { readonly result: 'refused'; readonly cause: unknown }
  /** The answer was lost. */
  | { readonly result: 'lost'; readonly cause: unknown }

async function send(store: ObjectStore, { version, body }: SlotRequest): Promise<Sent> {
  try {
    const put = await store.put(formatCommitPath(version), body, { mode: 'create' })
    switch (put.outcome) {
      case 'written':
        return { result: 'written', etag: put.etag }
      case 'precondition-failed':
        return { result: 'taken' }
      case 'unknown':
        return { result: 'lost', cause: put.cause }
    }
  } catch (cause) {
    if (isDeltaError(cause, 'unavailable') || isDeltaError(cause, 'rate-limited')) return { result: 'failed', cause }
    // An error that no store should throw says nothing about the object.
    const known = isDeltaError(cause) && cause.code !== 'aborted' && cause.code !== 'internal'
    return { result: known ? 'refused' : 'lost', cause }
  }
}

type Found =
  | Extract<SlotOutcome, { outcome: 'ours' | 'taken' }>
  | { readonly outcome: 'absent' | 'unreadable'; readonly cause?: unknown }

/** How often an occupied slot is read before it counts as unreadable: a damaged answer is not yet a damaged commit. */
const LOOK_ATTEMPTS = 3

/** Whose commit is at a version. */
export async function lookAt(
  store: ObjectStore,
  { version, txnId }: Pick<SlotRequest, 'version' | 'txnId'>,
  signal?: AbortSignal,
): Promise<Found> {
  let cause: unknown
  for (let attempt = 1; attempt <= LOOK_ATTEMPTS; attempt++) {
    try {
      const { text, file, ...commit } = await readCommit(store, version, signal)
      const actions = parseCommit(text, file)
      return carries(actions, txnId)
        ? { outcome: 'ours', etag: commit.etag }
        : { outcome: 'taken', commit: { ...commit, actions } }
    } catch (error) {
      if (isDeltaError(error, 'not-found')) return { outcome: 'absent' }
      cause = error
      if (isDeltaError(error, 'aborted')) break
    }
  }
  return { outcome: 'unreadable', cause }
}

function carries(actions: readonly Action[], txnId: string): boolean {
  return actions.some((action) => 'commitInfo' in action && action.commitInfo.txnId === txnId)
}

/** Waits. @returns the error if the caller aborted meanwhile. */
export async function pause(milliseconds: number, { runtime, signal }: SlotOptions): Promise<DeltaError | undefined> {
  try {
    await runtime.sleep(milliseconds, signal)
    return undefined
  } catch (error) {
    if (isDeltaError(error, 'aborted')) return error
    throw error
  }
}
