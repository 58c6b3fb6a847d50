import { DeltaError } from '../errors.ts'
import { checkIpRange } from './ip-range.ts'
import { parseEndpoint } from './server-settings.ts'
import { DAY, durationText } from './time.ts'

/** Milliseconds that tokens live unless said otherwise: 90 days. */
export const DEFAULT_LIFETIME = 90 * DAY
const MAX_LIFETIME = 365 * DAY
/** What Databricks allows a recipient. */
const MAX_IP_RANGES = 100

/** On which terms a recipient gets its tokens. */
export interface RecipientTerms {
  /** Milliseconds that its tokens live: 90 days unless said, at most 365. */
  readonly expiresIn?: number | undefined
  /** Addresses and CIDR blocks; all addresses when absent or empty. */
  readonly allowedIps?: readonly string[] | undefined
  /** The endpoint its profile shall name, where that is not the server's own. */
  readonly endpoint?: string | undefined
}

/** The terms as they are stored. @throws {DeltaError} `invalid-argument` for terms that are not allowed. */
export function checkedTerms({ expiresIn = DEFAULT_LIFETIME, allowedIps = [], endpoint }: RecipientTerms): {
  tokenLifetime: number
  allowedIps: string[]
  endpoint: string | undefined
} {
  checkDuration('the lifetime of tokens', expiresIn, 1, MAX_LIFETIME)
  for (const range of allowedIps) checkIpRange(range)
  if (allowedIps.length > MAX_IP_RANGES) {
    throw new DeltaError(
      'invalid-argument',
      `expected at most ${MAX_IP_RANGES} allowed addresses, found ${allowedIps.length}`,
    )
  }
  return {
    tokenLifetime: expiresIn,
    allowedIps: [...allowedIps],
    endpoint: endpoint === undefined ? undefined : parseEndpoint(endpoint),
  }
}

/** @throws {DeltaError} `invalid-argument`. */
export function checkDuration(what: string, milliseconds: number, min: number, max: number): void {
  if (Number.isSafeInteger(milliseconds) && milliseconds >= min && milliseconds <= max) return
  throw new DeltaError(
    'invalid-argument',
    `${what} must be a whole number of milliseconds from ${min} ms to ${durationText(max)}, found ${durationText(milliseconds)}`,
  )
}
