import { isDeltaError } from '../../errors.ts'
import type { ConnectorContext } from '../context.ts'
import { withLease } from '../lease.ts'

/** How often a publication begins again because somebody else changed what it rested on. */
const MAX_ATTEMPTS = 12
const MAX_PAUSE = 2_000
/** How often it does because what the share showed is not there any more, which may also be why nobody can publish. */
const MAX_MISSES = 2

/**
 * Does something that ends by a swap of the share, as the holder of the lease; again from the start when somebody else
 * changed meanwhile what it rested on, or an answer was lost: whatever became of a commit or a swap, the share says it. Who
 * slept so long that others took the lease may also find gone what the share showed when it began, and so may who took it
 * from somebody that goes on.
 * @throws {DeltaError} `conflict` when others were always faster, and what `work` throws.
 */
export async function attemptSwap<T>(context: ConnectorContext, work: () => Promise<T>): Promise<T> {
  const { store, id, runtime, leaseTtl, signal } = context
  let misses = 0
  for (let attempt = 1; ; attempt++) {
    let lost: AbortSignal | undefined
    try {
      return await withLease(store, id, { runtime, leaseTtl, signal }, (signal) => {
        lost = signal
        return work()
      })
    } catch (error) {
      const isLost = isDeltaError(error, 'conflict') || isDeltaError(error, 'commit-unknown') || lost?.aborted === true
      const isMissed = isDeltaError(error, 'not-found') && ++misses <= MAX_MISSES
      if (!(isLost || isMissed) || attempt === MAX_ATTEMPTS) throw error
      await runtime.sleep(runtime.random() * Math.min(MAX_PAUSE, 50 * 2 ** attempt), signal)
    }
  }
}
