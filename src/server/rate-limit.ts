import { DeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'

/** Requests a second by key, each key with a bucket of its own. */
export interface RateLimit {
  /** @throws {DeltaError} `rate-limited`, with the seconds to wait, when the bucket of this key is empty. */
  check(key: string): void
  /** Takes one request out of the bucket of this key, down to empty. */
  take(key: string): void
}

/** Buckets kept at most: some 2 MB. Beyond that the one used longest ago counts as full again. */
const MAX_BUCKETS = 10_000

/** A client begins with some requests at once: it lists shares, schemas and tables before it reads. */
const MIN_BURST = 10

/**
 * Buckets that fill by `rate` requests a second, up to one second's worth or 10. Of each only the moment is kept at
 * which it will be full (the generic cell rate algorithm), so that a full bucket need not be kept at all.
 */
export function rateLimit(rate: number, { now }: Pick<Runtime, 'now'>, maxBuckets: number = MAX_BUCKETS): RateLimit {
  const interval = 1000 / rate
  const burst = Math.max(rate, MIN_BURST) * interval
  const fullAt = new Map<string, number>()
  /** Milliseconds until there is room for one request more. */
  const waitOf = (key: string): number => Math.max(fullAt.get(key) ?? 0, now()) + interval - burst - now()

  return {
    check(key) {
      const wait = waitOf(key)
      if (wait <= 0) return
      const retryAfter = Math.max(1, Math.ceil(wait / 1000))
      throw new DeltaError('rate-limited', `too many requests: try again in ${retryAfter} s`, { retryAfter })
    },
    take(key) {
      if (waitOf(key) > 0) return
      const full = Math.max(fullAt.get(key) ?? 0, now()) + interval
      fullAt.delete(key)
      fullAt.set(key, full)
      const oldest = fullAt.keys().next()
      if (fullAt.size > maxBuckets && !oldest.done) fullAt.delete(oldest.value)
    },
  }
}
