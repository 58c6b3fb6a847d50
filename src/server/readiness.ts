import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'

/** Listed, not read: a bucket that is not there is told apart from an object that is not. */
const PROBED = 'sharing/server.json'
/** Milliseconds that an answer holds, so that asking often costs the store nothing. */
const HOLDS = 1000
/** A store that takes longer than this many milliseconds is as good as not there. */
const PATIENCE = 5000

/** Tells whether the store of the manifests answers, and no more than that. From `stopping` on the answer is no. */
export function readiness(
  store: ObjectStore,
  { now }: Pick<Runtime, 'now'>,
  stopping: AbortSignal | undefined,
): () => Promise<boolean> {
  let last: { readonly askedAt: number; readonly answer: Promise<boolean> } | undefined
  return async () => {
    if (stopping?.aborted) return false
    if (last === undefined || now() - last.askedAt >= HOLDS) last = { askedAt: now(), answer: answers(store) }
    return last.answer
  }
}

async function answers(store: ObjectStore): Promise<boolean> {
  try {
    for await (const _ of store.list({ prefix: PROBED, signal: AbortSignal.timeout(PATIENCE) })) break
    return true
  } catch {
    return false
  }
}
