import type { z } from 'zod'
import { DeltaError, foundOrNone, isDeltaError, messageOf } from '../errors.ts'
import { fewAtATime } from '../few-at-a-time.ts'
import { type JsonValue, parseJson } from '../json.ts'
import type { Runtime } from '../runtime.ts'
import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { shapeProblems } from './shape-problems.ts'
import { inShapeWords } from './shape-words.ts'

/** What every function of this room takes last. */
export interface RecordOptions {
  readonly runtime?: Runtime
  readonly signal?: AbortSignal | undefined
}

/** Each lost race means that somebody else got through, so this many losses in a row is a store that does not decide. */
const MAX_ATTEMPTS = 64
const MAX_BACKOFF_MILLISECONDS = 500
/** Records say who sees what and hold keys to sign with: they are for the administrator and the server alone. */
const OWN = { access: 'owner' } as const
const EXTENSION = '.json'
/** Objects that are read at the same time. */
const READERS = 16

interface Stored<T> {
  readonly value: T
  readonly etag: string
}

/**
 * Reads one record, `undefined` where there is none.
 * @throws {DeltaError} `invalid-data` when it does not have its shape, naming key and place: a newer version's is refused, never misread.
 */
export async function readRecord<S extends z.ZodType>(
  store: ObjectStore,
  key: string,
  shape: S,
  options: RecordOptions = {},
): Promise<z.infer<S> | undefined> {
  return (await loadStored(store, key, shape, options))?.value
}

/** A record that is there and cannot be read. */
export interface DamagedRecord {
  readonly key: string
  /** The last part of its key, without `.json`. */
  readonly name: string
  /** What is wrong with it, naming key and place. */
  readonly damaged: string
}

/**
 * All records of one shape in a folder, in the order of their keys. Those that go while they are read are left out.
 * @throws {DeltaError} `invalid-data` when one is damaged: whoever relies on having all must not take it for absent.
 */
export function listRecords<S extends z.ZodType>(
  store: ObjectStore,
  folder: string,
  shape: S,
  options: RecordOptions = {},
): Promise<z.infer<S>[]> {
  return readEach(store, folder, (key) => readRecord(store, key, shape, options), options)
}

/** As {@link listRecords}, with what is damaged in its place: for those who look after them. */
export function surveyRecords<S extends z.ZodType>(
  store: ObjectStore,
  folder: string,
  shape: S,
  options: RecordOptions = {},
): Promise<(z.infer<S> | DamagedRecord)[]> {
  const survey = async (key: string): Promise<z.infer<S> | DamagedRecord | undefined> => {
    try {
      return await readRecord(store, key, shape, options)
    } catch (error) {
      if (!isDeltaError(error, 'invalid-data')) throw error
      return { key, name: key.slice(folder.length, -EXTENSION.length), damaged: error.message }
    }
  }
  return readEach(store, folder, survey, options)
}

async function readEach<T>(
  store: ObjectStore,
  folder: string,
  read: (key: string) => Promise<T | undefined>,
  { signal }: RecordOptions,
): Promise<T[]> {
  const keys: string[] = []
  for await (const { key } of store.list({ prefix: folder, signal })) {
    if (key.endsWith(EXTENSION)) keys.push(key)
  }
  const objects = await fewAtATime(keys, READERS, read)
  return objects.filter((object) => object !== undefined)
}

/**
 * Writes an object that is not there yet. `isOurs` recognises our own object when the answer of the storage was lost.
 * Resolves to false when somebody else's object is there already.
 */
export async function createRecord<S extends z.ZodType>(
  store: ObjectStore,
  key: string,
  shape: S,
  value: z.infer<S>,
  isOurs: (existing: z.infer<S>) => boolean,
  options: RecordOptions = {},
): Promise<boolean> {
  for (const attempt of attempts()) {
    const result = await store.put(key, encode(value), { ...OWN, mode: 'create', signal: options.signal })
    if (result.outcome === 'written') return true
    const existing = await readRecord(store, key, shape, options)
    if (existing !== undefined) return isOurs(existing)
    await backOff(attempt, options)
  }
  throw undecided(store, key)
}

/**
 * Changes one object by compare-and-swap on its ETag, again and again until the swap holds: two administrators never
 * lose each other's change. `change` gets what is there now and returns what shall be there, or the very same object
 * when nothing needs to change. It is also asked again after a lost answer, so it must recognise its own work.
 * @throws what `missing()` returns when there is no such object, and what `change` throws.
 */
export async function changeRecord<S extends z.ZodType>(
  store: ObjectStore,
  key: string,
  shape: S,
  change: (current: z.infer<S>) => z.infer<S>,
  missing: () => DeltaError,
  options: RecordOptions = {},
): Promise<z.infer<S>> {
  for (const attempt of attempts()) {
    const stored = await loadStored(store, key, shape, options)
    if (stored === undefined) throw missing()
    const next = change(stored.value)
    if (next === stored.value) return next
    const mode = { ifMatch: stored.etag }
    const result = await store.put(key, encode(next), { ...OWN, mode, signal: options.signal })
    if (result.outcome === 'written') return next
    await backOff(attempt, options)
  }
  throw undecided(store, key)
}

async function loadStored<S extends z.ZodType>(
  store: ObjectStore,
  key: string,
  shape: S,
  { signal }: RecordOptions,
): Promise<Stored<z.infer<S>> | undefined> {
  const object = await foundOrNone(store.get(key, { signal }))
  if (object === undefined) return undefined
  return {
    value: parseObject(new TextDecoder().decode(object.body), `${store.location}/${key}`, shape),
    etag: object.etag,
  }
}

function parseObject<S extends z.ZodType>(text: string, where: string, shape: S): z.infer<S> {
  const parsed = shape.safeParse(parsedJson(text, where), { error: inShapeWords })
  if (parsed.success) return parsed.data
  throw damaged(
    where,
    `${where} does not have the shape that this version of the library reads: ${shapeProblems(parsed.error, 'the object')}`,
  )
}

function parsedJson(text: string, where: string): JsonValue {
  try {
    return parseJson(text, where)
  } catch (error) {
    throw damaged(where, messageOf(error), error)
  }
}

function damaged(file: string, found: string, cause?: unknown): DeltaError {
  return new DeltaError(
    'invalid-data',
    `${found}; put it back as it was, from an earlier version of the object where the bucket keeps them, or from a backup`,
    { file, cause },
  )
}

/** Whether two values of one shape are the same once written: parsed by the same shape, they have one order of members. */
export function sameJson(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Indented, because operators read these objects too. */
function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)
}

function attempts(): Iterable<number> {
  return Array.from({ length: MAX_ATTEMPTS }, (_, attempt) => attempt)
}

async function backOff(attempt: number, { runtime = systemRuntime, signal }: RecordOptions): Promise<void> {
  await runtime.sleep(runtime.random() * Math.min(MAX_BACKOFF_MILLISECONDS, 5 * 2 ** attempt), signal)
}

function undecided(store: ObjectStore, key: string): DeltaError {
  return new DeltaError(
    'conflict',
    `could not write ${store.location}/${key}: ${MAX_ATTEMPTS} attempts lost against other writers; try again, and probe the store if this stays`,
  )
}
