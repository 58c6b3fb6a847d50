import { DeltaError, throwIfAborted } from '../errors.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import { joinBytes } from './bytes.ts'
import { checkKey, checkListPrefix, compareKeys } from './key.ts'
import type { ListOptions, ObjectMeta, ObjectStore, ObjectWriter, PutOptions, PutResult } from './object-store.ts'
import { checkRange, resolveRange } from './range.ts'

interface Entry {
  readonly bytes: Uint8Array
  readonly etag: string
  readonly lastModified: number
}

interface Shelf {
  readonly entries: Map<string, Entry>
  /** Writes so far: the ETag of the next one. */
  writes: number
}

const shelves = new Map<string, Shelf>()

/**
 * A store in this process's memory, gone with it. Stores of one name share their objects; without a name nobody else
 * sees them.
 */
export function memoryStore(options: { name?: string; runtime?: Runtime } = {}): ObjectStore {
  const { name, runtime = systemRuntime } = options
  const shelf = name === undefined ? newShelf() : shelfNamed(name)
  return storeOn(shelf, `memory://${name ?? ''}`, runtime)
}

function shelfNamed(name: string): Shelf {
  const shelf = shelves.get(name) ?? newShelf()
  shelves.set(name, shelf)
  return shelf
}

function newShelf(): Shelf {
  return { entries: new Map(), writes: 0 }
}

function storeOn(shelf: Shelf, location: string, runtime: Runtime): ObjectStore {
  const find = (key: string): Entry => {
    checkKey(key)
    const entry = shelf.entries.get(key)
    if (entry === undefined) throw new DeltaError('not-found', `there is no object ${key} at ${location}`)
    return entry
  }
  const keep = (key: string, bytes: Uint8Array): string => {
    const etag = String(++shelf.writes)
    shelf.entries.set(key, { bytes, etag, lastModified: runtime.now() })
    return etag
  }

  return {
    location,
    async get(key, { range, signal } = {}) {
      throwIfAborted(signal)
      checkRange(range)
      const entry = find(key)
      const { start, end } = resolveRange(range, entry.bytes.length, key)
      return { ...metaOf(key, entry), body: entry.bytes.slice(start, end) }
    },
    async head(key, { signal } = {}) {
      throwIfAborted(signal)
      return metaOf(key, find(key))
    },
    async put(key, body, options) {
      throwIfAborted(options.signal)
      checkKey(key)
      if (!holds(options.mode, shelf.entries.get(key))) return { outcome: 'precondition-failed' } satisfies PutResult
      return { outcome: 'written', etag: keep(key, body.slice()) } satisfies PutResult
    },
    putStream(key, { signal } = {}) {
      checkKey(key)
      return bufferingWriter((bytes) => {
        throwIfAborted(signal)
        return keep(key, bytes)
      })
    },
    async copy(from, to, { signal } = {}) {
      throwIfAborted(signal)
      checkKey(to)
      keep(to, find(from).bytes)
    },
    async *list(options: ListOptions = {}) {
      const { prefix = '', startAfter, delimiter, signal } = options
      checkListPrefix(prefix)
      const keys = [...shelf.entries.keys()].filter(
        (key) =>
          key.startsWith(prefix) &&
          (startAfter === undefined || compareKeys(key, startAfter) > 0) &&
          (delimiter === undefined || !key.includes(delimiter, prefix.length)),
      )
      for (const key of keys.sort(compareKeys)) {
        throwIfAborted(signal)
        const entry = shelf.entries.get(key)
        if (entry !== undefined) yield metaOf(key, entry)
      }
    },
    async delete(keys, { signal } = {}) {
      throwIfAborted(signal)
      for (const key of keys) checkKey(key)
      for (const key of keys) shelf.entries.delete(key)
    },
  }
}

function metaOf(key: string, { bytes, etag, lastModified }: Entry): ObjectMeta {
  return { key, size: bytes.length, etag, lastModified }
}

function holds(mode: PutOptions['mode'], entry: Entry | undefined): boolean {
  if (mode === 'overwrite') return true
  return mode === 'create' ? entry === undefined : entry?.etag === mode.ifMatch
}

function bufferingWriter(keep: (bytes: Uint8Array) => string): ObjectWriter {
  let chunks: Uint8Array[] | undefined = []
  const open = (): Uint8Array[] => {
    if (chunks === undefined) throw new DeltaError('invalid-argument', 'the writer was already finished or aborted')
    return chunks
  }
  return {
    async write(chunk) {
      open().push(chunk)
    },
    async finish() {
      const bytes = joinBytes(open())
      chunks = undefined
      return { size: bytes.length, etag: keep(bytes) }
    },
    async abort() {
      chunks = undefined
    },
  }
}
