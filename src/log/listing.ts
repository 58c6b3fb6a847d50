import type { ObjectMeta, ObjectStore } from '../store/index.ts'
import { type CheckpointFile, type CheckpointFiles, wholeCheckpoints } from './checkpoint/choose.ts'
import { readHint } from './checkpoint/hint.ts'
import { formatVersionPrefix, LOG_PREFIX, parseLogPath } from './paths.ts'

/** One commit file as the store knows it. */
export interface CommitFile {
  readonly version: number
  /** Bytes. */
  readonly size: number
  /** Changes whenever the content does. */
  readonly etag: string
  /** Milliseconds since 1970, by the store's clock; may run backwards from one version to the next. */
  readonly lastModified: number
}

/** A file that stands for the commits `from` to `to`, both inclusive. */
export interface CompactedFile {
  readonly from: number
  readonly to: number
  readonly object: ObjectMeta
}

/** What lies in the log, by the names of its files. */
export interface LogListing {
  /** Oldest first, each version once; there may be gaps. */
  readonly commits: readonly CommitFile[]
  /** Whole ones, the best first. */
  readonly checkpoints: readonly CheckpointFiles[]
  readonly compacted: readonly CompactedFile[]
  /** `.crc` files by their version. */
  readonly checksums: ReadonlyMap<number, ObjectMeta>
  /** False when the log was listed from a hint on: there may be more before. */
  readonly whole: boolean
}

export interface ListLogOptions {
  /** The last version wanted, inclusive; the newest unless said. */
  readonly to?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** S3 gives so many keys a request. */
const PAGE = 1000

/**
 * Lists the log. One request for a log of up to a thousand files; a longer one is asked for its newest checkpoint, and
 * listed from there on, so that three requests do however long it is. The hint is worth its own request only then.
 */
export async function listLog(store: ObjectStore, options: ListLogOptions = {}): Promise<LogListing> {
  const files = new ListedFiles(options.to)
  const objects = listFrom(store, undefined, options.signal)[Symbol.asyncIterator]()
  for (let count = 0; count < PAGE; count++) {
    const next = await objects.next()
    if (next.done || !files.take(next.value)) return files.listing(true)
  }
  const hint = await readHint(store, options.signal)
  if (hint !== undefined && hint > files.newest && hint <= (options.to ?? hint)) {
    const later = await listLogFrom(store, hint, options)
    if (later.checkpoints.length > 0) return later
  }
  for (let next = await objects.next(); !next.done && files.take(next.value); ) next = await objects.next()
  return files.listing(true)
}

/** Lists all of the log, however long it is. */
export async function listWholeLog(store: ObjectStore, options: ListLogOptions = {}): Promise<LogListing> {
  return { ...(await listLogFrom(store, 0, options)), whole: true }
}

/** Lists the log from a version on. */
export async function listLogFrom(store: ObjectStore, from: number, options: ListLogOptions = {}): Promise<LogListing> {
  const files = new ListedFiles(options.to)
  const startAfter = from > 0 ? formatVersionPrefix(from) : undefined
  for await (const object of listFrom(store, startAfter, options.signal)) if (!files.take(object)) break
  return files.listing(false)
}

function listFrom(store: ObjectStore, startAfter: string | undefined, signal: AbortSignal | undefined) {
  return store.list({ prefix: LOG_PREFIX, delimiter: '/', startAfter, signal })
}

/** What the log needs to know about a commit's object. */
export function commitFile(version: number, { size, etag, lastModified }: ObjectMeta): CommitFile {
  // Some file systems count fractions of a millisecond; a commit's time is a whole number.
  return { version, size, etag, lastModified: Math.floor(lastModified) }
}

/** Sorts files by what their names say. A listing may give a file twice, where it raced with writers. */
class ListedFiles {
  readonly #to: number
  readonly #commits = new Map<number, CommitFile>()
  readonly #checkpoints = new Map<string, CheckpointFile>()
  readonly #compacted = new Map<string, CompactedFile>()
  readonly #checksums = new Map<number, ObjectMeta>()
  /** The newest version of any file. */
  newest = -1

  constructor(to = Number.POSITIVE_INFINITY) {
    this.#to = to
  }

  /** @returns false when this file is newer than all that is wanted. */
  take(object: ObjectMeta): boolean {
    const name = parseLogPath(object.key)
    if (!('version' in name || 'from' in name)) return true
    const version = 'from' in name ? name.from : name.version
    if (version > this.#to) return false
    this.newest = Math.max(this.newest, version)
    switch (name.kind) {
      case 'commit':
        this.#commits.set(version, commitFile(version, object))
        break
      case 'checksum':
        this.#checksums.set(version, object)
        break
      case 'compacted':
        if (name.to <= this.#to) this.#compacted.set(object.key, { from: name.from, to: name.to, object })
        break
      case 'staged-commit':
        break
      default:
        this.#checkpoints.set(object.key, { name, object })
    }
    return true
  }

  listing(whole: boolean): LogListing {
    return {
      commits: [...this.#commits.values()].sort((a, b) => a.version - b.version),
      checkpoints: wholeCheckpoints([...this.#checkpoints.values()]),
      compacted: [...this.#compacted.values()],
      checksums: this.#checksums,
      whole,
    }
  }
}
