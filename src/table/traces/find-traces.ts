import { DeltaError, isDeltaError, throwIfAborted } from '../../errors.ts'
import { LOG_PREFIX } from '../../log/index.ts'
import { bufferAccess, type RandomAccess } from '../../parquet/index.ts'
import { storedAccess } from '../../scan/index.ts'
import type { ObjectMeta, ObjectStore } from '../../store/index.ts'
import { inGroups } from '../in-groups.ts'
import { type Needle, type Sought, soughtFor } from './needle.ts'
import { scanObject } from './scan-object.ts'

export interface FindTracesOptions {
  /** Only objects whose keys begin so; all of the store's unless said. */
  readonly prefix?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** An object that holds a value, or of which nobody can say that it does not. */
export interface Trace {
  readonly key: string
  /**
   * `data`: in the rows of a Parquet file, or its dictionaries. `statistics`: in what a Parquet file says of its rows. `log`:
   * anywhere in an object of a table's log. `name`: in the key itself. `other`: in any other object. `unreadable`: it
   * cannot be decoded, so it may hold any value.
   */
  readonly where: 'data' | 'statistics' | 'log' | 'name' | 'other' | 'unreadable'
  /** Which of the needles was found, by its index; of an unreadable object there is none. */
  readonly needle?: number
  /** The column of a Parquet file, by its stored names. */
  readonly column?: string
}

/** Objects looked at at the same time. */
const CONCURRENCY = 4
/** Objects up to this are fetched once, whole; larger ones by ranges, several times. */
const WHOLE_BYTES = 32 * 1024 * 1024

/**
 * Reads every object of a store, or below a prefix, and tells which of them hold some values: the proof that a value was
 * erased is an empty answer. Sought are the bytes of a text wherever they are stored as they are, or escaped as JSON and
 * paths escape them; and every value that Parquet files hold, decompressed and decoded: rows, dictionaries, statistics,
 * indexes. A text is found within longer ones; a number in every type and spelling, also where it stands as text. What
 * cannot be decoded is told as `unreadable`, never left out.
 *
 * Not seen are: texts in another case or Unicode form; texts in statistics that were cut to their first characters; hashes,
 * as in Bloom filters; and what the store does not list: earlier versions of objects in a bucket that keeps them, parts of uploads
 * that never ended, and objects put while it runs. No message and no result repeats a needle, but for keys that hold one.
 * @throws {DeltaError} `invalid-argument` for an empty text; of the store: half a search is no answer.
 */
export async function findTraces(
  store: ObjectStore,
  needles: Needle | readonly Needle[],
  options: FindTracesOptions = {},
): Promise<Trace[]> {
  const { prefix = '', signal } = options
  const sought = listOf(needles).map(soughtFor)
  if (sought.length === 0) throw new DeltaError('invalid-argument', 'no value was given whose traces are to be found')
  const traces: Trace[] = []
  for await (const objects of inGroups(store.list({ prefix, signal }), CONCURRENCY)) {
    const found = await Promise.all(objects.map((object) => tracesIn(store, object, sought, signal)))
    traces.push(...found.flat())
  }
  return traces
}

function listOf(needles: Needle | readonly Needle[]): readonly Needle[] {
  return typeof needles === 'object' ? needles : [needles]
}

async function tracesIn(
  store: ObjectStore,
  { key, size }: ObjectMeta,
  sought: readonly Sought[],
  signal: AbortSignal | undefined,
): Promise<Trace[]> {
  throwIfAborted(signal)
  const isLog = key.startsWith(LOG_PREFIX) || key.includes(`/${LOG_PREFIX}`)
  const traces: Trace[] = sought.flatMap((each, needle) => (each.isInText(key) ? [{ key, where: 'name', needle }] : []))
  try {
    const access = await accessTo(store, key, size, signal)
    for await (const { where, ...found } of scanObject(access, sought, signal)) {
      traces.push({ key, where: isLog ? 'log' : where, ...found })
    }
  } catch (error) {
    // What was deleted since it was listed holds nothing any more.
    if (isDeltaError(error, 'not-found')) return []
    if (!isDeltaError(error, 'invalid-data') && !isDeltaError(error, 'unsupported')) throw error
    traces.push({ key, where: 'unreadable' })
  }
  return eachOnce(traces)
}

async function accessTo(
  store: ObjectStore,
  key: string,
  size: number,
  signal: AbortSignal | undefined,
): Promise<RandomAccess> {
  if (size > WHOLE_BYTES) return storedAccess(store, key, size)
  const { body, size: whole } = await store.get(key, { signal })
  if (body.length === whole) return bufferAccess(body, key)
  throw new DeltaError('unavailable', `${key} came shorter than its size: try again later`)
}

function eachOnce(traces: readonly Trace[]): Trace[] {
  const distinct = new Map(traces.map((trace) => [JSON.stringify([trace.where, trace.needle, trace.column]), trace]))
  return [...distinct.values()]
}
