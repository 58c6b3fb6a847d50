/**
 * The closed list of error codes. A code tells the caller what to do next, not what went wrong inside:
 * that is the message's part.
 */
export type DeltaErrorCode =
  | 'invalid-argument'
  | 'malformed-request'
  | 'unauthenticated'
  | 'permission-denied'
  | 'not-found'
  | 'already-exists'
  | 'conflict'
  | 'unsupported'
  | 'invalid-data'
  | 'unavailable'
  | 'rate-limited'
  | 'commit-unknown'
  | 'aborted'
  | 'internal'

/** Which rule of optimistic concurrency was broken (`delta-table.md` §3.1). */
export type ConflictKind =
  | 'concurrent-append'
  | 'concurrent-delete-read'
  | 'concurrent-delete-delete'
  | 'metadata-changed'
  | 'protocol-changed'
  | 'concurrent-transaction'

export const BLAMES = ['customer', 'kadoa', 'databricks', 'storage'] as const

/** Whose move it is: that of the customer, of whoever runs the extraction, of Databricks, or of the storage. */
export type Blame = (typeof BLAMES)[number]

/** One of several things that stand in the way, or that somebody should know. A type, so that it counts as JSON. */
export type ErrorProblem = {
  /** Which check found it, by its name. */
  readonly check: string
  /** Whether it stopped what was asked for. */
  readonly action: 'block' | 'warn'
  readonly message: string
  readonly blame: Blame
  /** What to do about it. */
  readonly remedy: string
  readonly column?: string | undefined
}

/** What a {@link DeltaError} carries besides its message; only JSON values, so that it can be printed. */
export interface DeltaErrorDetails {
  /** With `conflict`: which kind of conflict. */
  readonly kind?: ConflictKind
  /** With `commit-unknown`: what `table.resolve(token)` takes. */
  readonly token?: string
  /** With `rate-limited`: seconds to wait. */
  readonly retryAfter?: number
  /** With `unsupported`: the Delta table feature or capability, by its name in the protocol. */
  readonly feature?: string
  /** With `invalid-data` and row errors: the file, row (from 1) or column concerned. */
  readonly file?: string
  readonly row?: number
  readonly column?: string
  /** With what is published or shared: whose move it is, where that is known, and all that checks found. */
  readonly blame?: Blame
  readonly problems?: readonly ErrorProblem[]
}

export interface DeltaErrorOptions extends DeltaErrorDetails {
  readonly cause?: unknown
}

/**
 * The one error of this library. Its message says what failed, where, what was expected and found, and what to do;
 * it never holds a token, a secret or a presigned URL.
 */
export class DeltaError extends Error {
  override readonly name = 'DeltaError'
  readonly code: DeltaErrorCode
  readonly details: DeltaErrorDetails

  constructor(code: DeltaErrorCode, message: string, options: DeltaErrorOptions = {}) {
    const { cause, ...details } = options
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }
}

/** True for a {@link DeltaError}, of one code if one is given. */
export function isDeltaError(error: unknown, code?: DeltaErrorCode): error is DeltaError {
  return error instanceof DeltaError && (code === undefined || error.code === code)
}

/** What is asked for, or undefined where it is not there. @throws whatever else came of it. */
export function foundOrNone<T>(asked: Promise<T>): Promise<T | undefined> {
  return unlessRefused(asked, 'not-found')
}

/** What is asked for, or undefined where one may not ask for it. @throws whatever else came of it. */
export function permittedOrNone<T>(asked: Promise<T>): Promise<T | undefined> {
  return unlessRefused(asked, 'permission-denied')
}

async function unlessRefused<T>(asked: Promise<T>, code: DeltaErrorCode): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isDeltaError(error, code)) return undefined
    throw error
  }
}

/** The text of anything thrown, for a message or a log. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Throws `aborted` when the caller's own signal says stop. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DeltaError('aborted', 'the caller aborted the operation', { cause: signal.reason })
}
