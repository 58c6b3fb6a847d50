import { DeltaError } from '../../src/errors.ts'
import type { Runtime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { keysOf } from '../keys-of.ts'

/** A store that is there for so many requests and then for none: what a process sees that is killed. */
export interface KilledStore extends ObjectStore {
  /** Requests so far, those that came after the end too. */
  readonly requests: readonly string[]
}

/**
 * @param last the number of the last request, from 1, that is answered; all later ones throw and do nothing.
 * @param isAnswerLost whether one more is carried out, of which the process never hears.
 */
export function killedAfter(inner: ObjectStore, last: number, isAnswerLost = false): KilledStore {
  const requests: string[] = []
  const killed = (): DeltaError => new DeltaError('unavailable', 'the process was killed')
  const asked = async <T>(request: string, run: () => Promise<T>): Promise<T> => {
    const number = requests.push(request)
    if (number <= last) return run()
    if (isAnswerLost && number === last + 1) await run()
    throw killed()
  }
  const { presigner: _, lender: __, ...plain } = inner
  return {
    ...plain,
    requests,
    get: (key, options) => asked(`get ${key}`, () => inner.get(key, options)),
    head: (key, options) => asked(`head ${key}`, () => inner.head(key, options)),
    put: (key, body, options) => asked(`put ${key}`, () => inner.put(key, body, options)),
    copy: (from, to, options) => asked(`copy ${to}`, () => inner.copy(from, to, options)),
    delete: (keys, options) => asked(`delete ${keys.join(' ')}`, () => inner.delete(keys, options)),
    async *list(options = {}) {
      yield* await asked(`list ${options.prefix ?? ''}`, async () => inner.list(options))
    },
    putStream(key, options) {
      const writer = inner.putStream(key, options)
      return {
        write: (chunk) => writer.write(chunk),
        finish: () => asked(`put ${key}`, () => writer.finish()),
        abort: () => writer.abort(),
      }
    },
  }
}

/** All objects of a store in a store of their own. */
export async function copyOf(store: ObjectStore, runtime: Runtime): Promise<ObjectStore> {
  const copy = memoryStore({ runtime })
  for (const key of await keysOf(store)) {
    const { body } = await store.get(key)
    await copy.put(key, body, { mode: 'overwrite' })
  }
  return copy
}
