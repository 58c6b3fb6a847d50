import type { DeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'

/** A call that came to nothing. Without a status the connection broke, and nobody knows what the server did. */
export interface Failure {
  readonly error: DeltaError
  readonly status: number | undefined
  /** Whether nobody knows the host by its name. */
  readonly isNoHost?: boolean
}

const SERVICE_UNAVAILABLE = 503
const NOT_IMPLEMENTED = 501

/** The wait where a server says "later" without saying when, or "now", in milliseconds: as in Databricks' own clients. */
const UNNAMED_WAIT = 1000
/** Otherwise a second more with each attempt, up to this … */
const LONGEST_WAIT = 10_000
/** … and a random part, so that clients who failed together do not come back together. */
const JITTER = 750

/** Whether the server has refused to do it for now, and so has not done it: any call may be sent again. */
export function isRefusedForNow({ error, status }: Failure): boolean {
  return error.code === 'rate-limited' || status === SERVICE_UNAVAILABLE
}

/** Attempts with a host that nobody knows: mostly it is mistyped, and stays so. */
const MAX_CALLS_TO_NOBODY = 3

/** Whether a call that changes nothing is worth sending again after an attempt, counted from 1. */
export function isWorthAsking({ status, isNoHost }: Failure, attempt: number): boolean {
  if (isNoHost === true) return attempt < MAX_CALLS_TO_NOBODY
  return status === undefined || (status >= 500 && status !== NOT_IMPLEMENTED)
}

/** Milliseconds to wait after an attempt, counted from 1: as long as the server says, where it says so. */
export function waitAfter(attempt: number, failure: Failure, runtime: Runtime): number {
  const { retryAfter } = failure.error.details
  if (retryAfter !== undefined) return Math.max(UNNAMED_WAIT, retryAfter * 1000)
  if (isRefusedForNow(failure)) return UNNAMED_WAIT
  return Math.min(LONGEST_WAIT, attempt * 1000) + runtime.random() * JITTER
}
