import { DeltaError } from '../../src/errors.ts'
import type { ObjectMeta, ObjectStore, PutOptions, PutResult, StoredObject } from '../../src/store/index.ts'

/** What can go wrong with a put. */
export type PutFault =
  /** Refused before anything happened. */
  | 'unavailable'
  /** Applied; the answer is lost. */
  | 'answer-lost'
  /** Never applied, and the caller cannot know. */
  | 'request-lost'
  /** The answer is lost now, and the request is applied some operations later, if its condition still holds then. */
  | 'late'
  /** Applied, but the answer is that of a hidden second send: precondition failed. */
  | 'sent-twice'

/** What can go wrong with a get: no answer, half a body, a flipped bit. */
export type GetFault = 'unavailable' | 'cut' | 'flipped'

export interface Faults {
  put?(key: string): PutFault | undefined
  get?(key: string): GetFault | undefined
  /** True to leave the newest object out of a listing. */
  staleList?(): boolean
  /** Rewrites every body that is read: to switch off what the code under test relies on. */
  tamper?(text: string): string
}

export interface FaultyStore extends ObjectStore {
  /** Applies every late put that is still on its way. */
  settle(): Promise<void>
  /** Requests so far, in words: `put _delta_log/…`. */
  readonly requests: string[]
}

/** After how many operations a late put lands. */
const LATE_BY = 3

/** A store that fails as told and counts its requests. */
export function faultyStore(inner: ObjectStore, faults: Faults = {}): FaultyStore {
  const requests: string[] = []
  const late: { due: number; apply: () => Promise<unknown> }[] = []

  const begin = async (operation: string, key: string): Promise<void> => {
    requests.push(`${operation} ${key}`)
    for (const put of late.filter(({ due }) => due <= requests.length)) {
      late.splice(late.indexOf(put), 1)
      await put.apply()
    }
  }

  return {
    ...inner,
    location: inner.location,
    requests,
    async settle() {
      for (const { apply } of late.splice(0)) await apply()
    },
    async put(key, body, options) {
      await begin('put', key)
      return await faultyPut(inner, faults.put?.(key), key, body, options, (apply) =>
        late.push({ due: requests.length + LATE_BY, apply }),
      )
    },
    async get(key, options) {
      await begin('get', key)
      const fault = faults.get?.(key)
      if (fault === 'unavailable') throw new DeltaError('unavailable', 'injected: no answer')
      const object = await inner.get(key, options)
      if (fault) return damaged(object, fault)
      return faults.tamper ? tampered(object, faults.tamper) : object
    },
    async head(key, options) {
      await begin('head', key)
      return await inner.head(key, options)
    },
    async *list(options) {
      await begin('list', options?.prefix ?? '')
      const objects: ObjectMeta[] = []
      for await (const object of inner.list(options)) objects.push(object)
      yield* faults.staleList?.() ? objects.slice(0, -1) : objects
    },
  }
}

async function faultyPut(
  inner: ObjectStore,
  fault: PutFault | undefined,
  key: string,
  body: Uint8Array,
  options: PutOptions,
  postpone: (apply: () => Promise<unknown>) => void,
): Promise<PutResult> {
  const lost: PutResult = { outcome: 'unknown', cause: new Error(`injected: ${fault}`) }
  switch (fault) {
    case undefined:
      return await inner.put(key, body, options)
    case 'unavailable':
      throw new DeltaError('unavailable', 'injected: slow down')
    case 'request-lost':
      return lost
    case 'late':
      postpone(() => inner.put(key, body, options))
      return lost
    case 'answer-lost':
      await inner.put(key, body, options)
      return lost
    case 'sent-twice':
      await inner.put(key, body, options)
      return { outcome: 'precondition-failed' }
  }
}

function damaged(object: StoredObject, fault: 'cut' | 'flipped'): StoredObject {
  if (fault === 'cut') return { ...object, body: object.body.slice(0, object.size / 2) }
  const body = object.body.slice()
  // The first bytes are `{"commitInfo"`: without its brace the line is no JSON.
  body[0] = 0x20
  return { ...object, body }
}

function tampered(object: StoredObject, tamper: (text: string) => string): StoredObject {
  const body = new TextEncoder().encode(tamper(new TextDecoder().decode(object.body)))
  return { ...object, body, size: body.byteLength }
}
