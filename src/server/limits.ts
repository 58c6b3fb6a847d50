import { DeltaError } from '../errors.ts'
import { networkOf } from '../manifest/index.ts'
import type { Runtime } from '../runtime.ts'
import { type RateLimit, rateLimit } from './rate-limit.ts'

/** How much one recipient, or one address from which nobody was recognised, may ask for. */
export interface Limits {
  /**
   * Begins a request of a recipient; the returned function ends it.
   * @throws {DeltaError} `rate-limited` for too many a second, or too many that are not answered yet.
   */
  begin(recipientId: string): () => void
  /** @throws {DeltaError} `rate-limited` for an address that was blamed too often of late. */
  checkAddress(address: string | undefined): void
  /** Counts a request that failed and came from nobody known. */
  blame(address: string | undefined): void
  /** Whether a token with this hash was good the last time: then the address it comes from is no reason to wait. */
  isKnown(tokenHash: string): boolean
  know(tokenHash: string): void
  forget(tokenHash: string): void
}

/** Seconds to wait when too many requests run at once: nobody knows when one ends. */
const RETRY_AFTER = 1
const MAX_KNOWN = 10_000

/** @throws {DeltaError} `invalid-argument` for a rate or count that would let nobody in. */
export function requestLimits({
  rate,
  maxConcurrent,
  runtime,
}: {
  readonly rate: number | undefined
  readonly maxConcurrent: number | undefined
  readonly runtime: Runtime
}): Limits {
  checkPositive('rate', rate)
  checkPositive('maxConcurrent', maxConcurrent)
  const recipients = limitOf(rate, runtime)
  const addresses = limitOf(rate, runtime)
  const running = new Map<string, number>()
  const known = new Set<string>()

  return {
    begin(recipientId) {
      const count = running.get(recipientId) ?? 0
      if (count >= (maxConcurrent ?? Number.POSITIVE_INFINITY)) throw tooManyAtOnce(count)
      recipients.check(recipientId)
      recipients.take(recipientId)
      running.set(recipientId, count + 1)
      return () => {
        const left = (running.get(recipientId) ?? 1) - 1
        if (left > 0) running.set(recipientId, left)
        else running.delete(recipientId)
      }
    },
    checkAddress: (address = '') => addresses.check(networkOf(address)),
    blame: (address = '') => addresses.take(networkOf(address)),
    isKnown: (hash) => known.has(hash),
    know(hash) {
      known.add(hash)
      const oldest = known.values().next()
      if (known.size > MAX_KNOWN && !oldest.done) known.delete(oldest.value)
    },
    forget: (hash) => void known.delete(hash),
  }
}

function limitOf(rate: number | undefined, runtime: Runtime): RateLimit {
  return rate === undefined ? { check: () => undefined, take: () => undefined } : rateLimit(rate, runtime)
}

function checkPositive(name: string, value: number | undefined): void {
  if (value === undefined || value > 0) return
  throw new DeltaError('invalid-argument', `${name} must be above 0, found ${value}: leave it out for no limit`)
}

function tooManyAtOnce(count: number): DeltaError {
  return new DeltaError(
    'rate-limited',
    `${count} requests of yours are being answered, which is the most at once: try again when one has ended`,
    { retryAfter: RETRY_AFTER },
  )
}
