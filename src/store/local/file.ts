import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DeltaError } from '../../errors.ts'
import type { Runtime } from '../../runtime.ts'
import type { PutOptions } from '../object-store.ts'
import { errnoOf } from './failure.ts'

/**
 * Segments with this beginning are the store's own: files being written, and locks. `list()` never shows them and no
 * key may have one.
 */
export const OWN_PREFIX = '.~dq-'

const COPY_BYTES = 1024 * 1024
/** Some file systems cannot flush a directory; they have no better promise to give. */
const NO_DIRECTORY_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EISDIR'])

/** What `open` takes as a file's mode: all that the umask leaves, or what keeps everybody but the owner out. */
const USUAL_MODE = 0o666
const OWNER_MODE = 0o600

/** A file under a name of the store's own, which nobody sees yet. */
export interface Temporary {
  readonly path: string
  write(chunk: Uint8Array): Promise<void>
  /** Flushes to the disk and closes. Resolves to the ETag that the file keeps under any name. */
  seal(): Promise<string>
  /** Closes and removes what is left. Never fails: what it cannot remove, a later listing will. */
  discard(): Promise<void>
}

/**
 * Begins a file in the directory of `target`, so that it can be linked there. The directory is made if need be. With
 * `access: 'owner'` nobody else can ever read it.
 */
export async function createTemporary(
  target: string,
  runtime: Runtime,
  { access }: Pick<PutOptions, 'access'> = {},
): Promise<Temporary> {
  const path = join(dirname(target), `${OWN_PREFIX}${runtime.uuid()}.tmp`)
  const handle = await openNew(path, access === 'owner' ? OWNER_MODE : USUAL_MODE)
  let isOpen = true
  const close = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    await handle.close()
  }
  return {
    path,
    write: (chunk) => writeAll(handle, chunk),
    async seal() {
      const etag = await flush(handle, runtime)
      await close()
      return etag
    },
    async discard() {
      await close().catch(() => {})
      await rm(path, { force: true }).catch(() => {})
    },
  }
}

async function openNew(path: string, mode: number): Promise<FileHandle> {
  try {
    return await open(path, 'wx', mode)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    await makeDirectory(dirname(path))
    return await open(path, 'wx', mode)
  }
}

/**
 * Makes a file's bytes durable, and resolves to its ETag. The time of the last change is set to the runtime's clock, plus
 * less than a millisecond by chance: the kernel's own stamps are some milliseconds apart and inode numbers are used
 * again, so two writes in a row could get one ETag.
 */
export async function flush(handle: FileHandle, runtime: Runtime): Promise<string> {
  const seconds = (runtime.now() + 0.05 + 0.9 * runtime.random()) / 1000
  await handle.utimes(seconds, seconds)
  await handle.sync()
  return etagOf(await handle.stat({ bigint: true }))
}

/** Changes with every write: the inode, the size and the time of the last change. */
export function etagOf(stats: { ino: bigint; size: bigint; mtimeNs: bigint }): string {
  return `${stats.ino.toString(36)}-${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}`
}

/** Makes a directory's entries durable. */
export async function syncDirectory(directory: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(directory, constants.O_RDONLY)
    await handle.sync()
  } catch (error) {
    if (!NO_DIRECTORY_SYNC.has(errnoOf(error) ?? '')) throw error
  } finally {
    await handle?.close().catch(() => {})
  }
}

/** Makes a directory and those above it, durably. */
async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true })
  if (first === undefined) return
  for (let made = directory; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made))
}

/** The bytes `start` (inclusive) to `end` (exclusive) of an open file. */
export async function readBytes(handle: FileHandle, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - start)
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done)
    if (bytesRead === 0) throw new DeltaError('unavailable', 'the file became shorter while it was read: try again')
    done += bytesRead
  }
  return bytes
}

/** The whole of a file, piece by piece. */
export async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path)
  try {
    for (;;) {
      const piece = new Uint8Array(COPY_BYTES)
      const { bytesRead } = await handle.read(piece, 0, COPY_BYTES)
      if (bytesRead === 0) return
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten
  }
}
