import { throwIfAborted } from '../errors.ts'
import type { Runtime } from '../runtime.ts'

/** How often and how patiently a call is repeated. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly attempts: number
  /** The longest wait before the second attempt, in milliseconds; it doubles with each further one … */
  readonly firstDelay: number
  /** … up to this. */
  readonly longestDelay: number
  /** Milliseconds after the first failure within which a further attempt may begin, 25,000 unless given. */
  readonly patience?: number
}

/** Up to about 11 s of waiting in all: longer than a store needs to scale, shorter than a person's patience. */
const DEFAULT_RETRY: RetryPolicy = { attempts: 8, firstDelay: 100, longestDelay: 5_000 }
/**
 * A store that accepts connections and says nothing takes half a minute an attempt: it is asked twice. Counted from the
 * first failure, because what went well before it may have been a long transfer.
 */
const DEFAULT_PATIENCE = 25_000

/**
 * Repeats `attempt` while it fails with an error that `isTransient`, waiting in between a random part of a growing
 * limit ("full jitter"), so that many callers that failed together do not come back together.
 * @throws what the last attempt threw; {@link DeltaError} `aborted` while waiting.
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  options: {
    readonly runtime: Runtime
    readonly isTransient: (error: unknown) => boolean
    readonly policy?: RetryPolicy | undefined
    readonly signal?: AbortSignal | undefined
  },
): Promise<T> {
  const { runtime, isTransient, policy = DEFAULT_RETRY, signal } = options
  const { attempts, patience = DEFAULT_PATIENCE } = policy
  let firstFailure: number | undefined
  for (let failures = 0; ; ) {
    throwIfAborted(signal)
    try {
      return await attempt()
    } catch (error) {
      failures++
      firstFailure ??= runtime.now()
      const isSpent = failures >= attempts || runtime.now() - firstFailure > patience
      if (isSpent || signal?.aborted || !isTransient(error)) throw error
    }
    await runtime.sleep(runtime.random() * delayAfter(failures, policy), signal)
  }
}

function delayAfter(failures: number, { firstDelay, longestDelay }: RetryPolicy): number {
  return Math.min(longestDelay, firstDelay * 2 ** (failures - 1))
}
