import { DeltaError } from '../../src/errors.ts'
import type { Runtime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { keysOf } from '../keys-of.ts'

/** A store that is there for so many requests and then for none: what a process sees that is killed. */
export interface KilledStore extends ObjectStore {
  /** Requests so far, those that came after the end too. */
  readonly requests: readonly string[]
}

/** Whether the process still hears of a request, by what it is and its number, from 1. */
type IsAnswered = (request: string, number: number) => boolean

/**
 * From the first request on that is not answered, all requests throw and do nothing.
 * @param isAnswerLost whether the first of them is carried out, of which the process never hears.
 */
export function killedStore(inner: ObjectStore, isAnswered: IsAnswered, isAnswerLost = false): KilledStore {
  const requests: string[] = []
  let isDead = false
  const store = watchedStore(inner, async (request, run) => {
    const number = requests.push(request)
    const wasDead = isDead
    isDead ||= !isAnswered(request, number)
    if (!wasDead && isDead && isAnswerLost) await run()
    if (isDead) throw new DeltaError('unavailable', 'the process was killed')
    return run()
  })
  return { ...store, requests }
}

/** As {@link killedStore}, after so many requests. */
export function killedAfter(inner: ObjectStore, requests: number, isAnswerLost = false): KilledStore {
  return killedStore(inner, (_, number) => number <= requests, isAnswerLost)
}

/** A store that stands still from a request on, as one of a process that was put to sleep; `wake` lets it go on. */
export function sleepingStore(
  inner: ObjectStore,
  sleepsAt: RegExp,
): { readonly store: ObjectStore; readonly asleep: Promise<void>; readonly wake: () => void } {
  let wake = (): void => {}
  let fallAsleep = (): void => {}
  const awake = new Promise<void>((resolve) => {
    wake = resolve
  })
  const asleep = new Promise<void>((resolve) => {
    fallAsleep = resolve
  })
  let sleeps = false
  const store = watchedStore(inner, async (request, run) => {
    if (sleepsAt.test(request)) {
      sleeps = true
      fallAsleep()
    }
    if (sleeps) await awake
    return run()
  })
  return { store, asleep, wake: () => wake() }
}

/** A store whose requests pass through a function, each told in words: `put key`, `get key` … */
export function watchedStore(
  inner: ObjectStore,
  ask: <T>(request: string, run: () => Promise<T>) => Promise<T>,
): ObjectStore {
  return {
    location: inner.location,
    get: (key, options) => ask(`get ${key}`, () => inner.get(key, options)),
    head: (key, options) => ask(`head ${key}`, () => inner.head(key, options)),
    put: (key, body, options) => ask(`put ${key}`, () => inner.put(key, body, options)),
    copy: (from, to, options) => ask(`copy ${to}`, () => inner.copy(from, to, options)),
    delete: (keys, options) => ask(`delete ${keys.join(' ')}`, () => inner.delete(keys, options)),
    async *list(options = {}) {
      yield* await ask(`list ${options.prefix ?? ''}`, async () => inner.list(options))
    },
    putStream(key, options) {
      const writer = inner.putStream(key, options)
      return {
        write: (chunk) => writer.write(chunk),
        finish: () => ask(`put ${key}`, () => writer.finish()),
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
