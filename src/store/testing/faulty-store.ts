import { DeltaError, throwIfAborted } from '../../errors.ts'
import { type Runtime, simulatedRuntime } from '../../runtime.ts'
import type { ObjectMeta, ObjectStore, PutResult, StoredObject } from '../object-store.ts'
import { type Fault, faults, type Operation } from './fault.ts'
import { type FaultPlan, type FaultRule, planFaults } from './plan.ts'

export interface FaultyStoreOptions {
  /** Chooses the faults where the rules leave something to chance. Print it when a test fails: it replays the run. */
  readonly seed?: number
  /** Where slow requests wait. Default: a simulated one, in which nobody waits. */
  readonly runtime?: Runtime
  /** After how many more requests a `late` put is done. Default: 3. */
  readonly lateBy?: number
}

export interface FaultyStore extends ObjectStore {
  /** Requests so far, in words: `put _delta_log/…`. */
  readonly requests: string[]
  /** Faults so far, in words: `late put _delta_log/…`. */
  readonly injected: string[]
  /** Does every late put that is still on its way. */
  settle(): Promise<void>
}

/** How long a slow request takes, in milliseconds. */
const SLOW = 5_000

/**
 * A store that fails as it is told, over one that works: what a network and an S3-compatible server do, as an
 * `ObjectStore` shows it. A conditional put without a telling answer is `unknown`; reads fail with `unavailable`, as after
 * all retries. For tests of everything that stands on a store.
 *
 * ```ts
 * const store = faultyStore(memoryStore(), [{ fault: 'answer-lost', operations: ['put'], key: /_delta_log/, to: 1 }])
 * ```
 */
export function faultyStore(
  inner: ObjectStore,
  plan: readonly FaultRule[] | FaultPlan,
  options: FaultyStoreOptions = {},
): FaultyStore {
  const { seed = 1, lateBy = 3, runtime = simulatedRuntime() } = options
  const decide = typeof plan === 'function' ? plan : planFaults(plan, simulatedRuntime({ seed }).random)
  const requests: string[] = []
  const injected: string[] = []
  const late: { readonly due: number; readonly apply: () => Promise<unknown> }[] = []

  const land = async (isDue: (due: number) => boolean): Promise<void> => {
    for (const put of late.filter(({ due }) => isDue(due))) {
      late.splice(late.indexOf(put), 1)
      await put.apply()
    }
  }
  const begin = async (operation: Operation, key: string): Promise<Fault | undefined> => {
    requests.push(`${operation} ${key}`)
    await land((due) => due <= requests.length)
    const fault = decide({ operation, key })
    if (fault !== undefined) injected.push(`${fault} ${operation} ${key}`)
    if (fault === 'slow') await runtime.sleep(SLOW)
    return fault
  }
  /** A write that may be repeated without harm. */
  const write = async <T>(operation: Operation, key: string, apply: () => Promise<T>): Promise<T> => {
    const fault = await begin(operation, key)
    failBefore(fault)
    const result = await apply()
    if (fault === 'twice') return await apply()
    if (fault === 'answer-lost' || fault === '500-after') throw unavailable(fault)
    return result
  }

  return {
    ...inner,
    location: inner.location,
    requests,
    injected,
    settle: () => land(() => true),
    async get(key, getOptions) {
      const fault = await begin('get', key)
      failBefore(fault)
      return damaged(await inner.get(key, getOptions), fault)
    },
    async head(key, callOptions) {
      failBefore(await begin('head', key))
      return await inner.head(key, callOptions)
    },
    async put(key, body, putOptions) {
      if (putOptions.mode === 'overwrite') return write('put', key, () => inner.put(key, body, putOptions))
      throwIfAborted(putOptions.signal)
      const fault = await begin('put', key)
      // What is on its way keeps its bytes, whatever the caller does with its own.
      const bytes = body.slice()
      const apply = (): Promise<PutResult> => inner.put(key, bytes, { mode: putOptions.mode })
      if (fault === 'late') late.push({ due: requests.length + lateBy, apply })
      return await conditionalPut(fault, apply)
    },
    putStream(key, streamOptions) {
      const writer = inner.putStream(key, streamOptions)
      let finished: ReturnType<typeof writer.finish> | undefined
      const finish = (): ReturnType<typeof writer.finish> => {
        finished ??= writer.finish()
        return finished
      }
      return { ...writer, finish: () => write('putStream', key, finish) }
    },
    copy: (from, to, callOptions) => write('copy', to, () => inner.copy(from, to, callOptions)),
    delete: (keys, callOptions) => write('delete', keys[0] ?? '', () => inner.delete(keys, callOptions)),
    async *list(listOptions) {
      const fault = await begin('list', listOptions?.prefix ?? '')
      failBefore(fault)
      const objects: ObjectMeta[] = []
      for await (const object of inner.list(listOptions)) objects.push(object)
      yield* damagedListing(objects, fault)
    },
  }
}

/** A put with a condition, as every adapter must answer it: in doubt, `unknown`. */
async function conditionalPut(fault: Fault | undefined, apply: () => Promise<PutResult>): Promise<PutResult> {
  const unknown = (name: Fault): PutResult => ({ outcome: 'unknown', cause: unavailable(name) })
  switch (fault) {
    case 'reset':
    case '500':
    case '503':
    case 'error-in-200':
    case 'late':
      return unknown(fault)
    case '412':
    case '304':
      return { outcome: 'precondition-failed' }
    case 'answer-lost':
    case '500-after':
      await apply()
      return unknown(fault)
    case 'twice':
      await apply()
      return await apply()
    default:
      failBefore(fault)
      return await apply()
  }
}

/** A fault that strikes before anything is done. */
function failBefore(fault: Fault | undefined): void {
  switch (fault) {
    case 'reset':
    case '500':
    case '503':
    case '409':
    case '412':
    case '304':
    case 'error-in-200':
      throw unavailable(fault)
    case '429':
      throw new DeltaError('rate-limited', messageOf(fault), { retryAfter: 1 })
    case '403':
      throw new DeltaError('permission-denied', messageOf(fault))
    case '501':
      throw new DeltaError('unsupported', messageOf(fault), { feature: 'conditional writes' })
  }
}

function unavailable(fault: Fault): DeltaError {
  return new DeltaError('unavailable', messageOf(fault))
}

function messageOf(fault: Fault): string {
  return `injected ${fault}: ${faults[fault].is}`
}

function damaged(object: StoredObject, fault: Fault | undefined): StoredObject {
  if (fault === 'cut') return { ...object, body: object.body.slice(0, object.body.length >> 1) }
  if (fault !== 'flipped' || object.body.length === 0) return object
  const body = object.body.slice()
  const middle = body.length >> 1
  // The highest bit: text is then no longer UTF-8. Where a flip leaves another text behind, only checksums tell.
  body[middle] = (body[middle] ?? 0) ^ 0x80
  return { ...object, body }
}

function* damagedListing(objects: readonly ObjectMeta[], fault: Fault | undefined): Generator<ObjectMeta> {
  const half = objects.length >> 1
  switch (fault) {
    case 'stale-list':
      yield* objects.slice(0, -1)
      return
    case 'short-list':
      yield* objects.slice(0, half)
      return
    case 'repeated-page':
      yield* objects.slice(0, half)
      yield* objects
      return
    case 'broken-list':
      yield* objects.slice(0, half)
      throw unavailable(fault)
    default:
      yield* objects
  }
}
