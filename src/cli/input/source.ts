import { open, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { DeltaError, messageOf, throwIfAborted } from '../../errors.ts'
import { bufferAccess, type RandomAccess } from '../../parquet/index.ts'
import type { Session } from '../session.ts'

/** The bytes of an input, readable as often as needed. */
export interface ByteSource {
  /** For messages. */
  readonly name: string
  readonly size: number
  /** From the start, in pieces of about a mebibyte. */
  chunks(): AsyncIterable<Uint8Array>
  /** Any part of it. */
  access(): RandomAccess
  close(): Promise<void>
}

const CHUNK_BYTES = 1024 * 1024

/**
 * Opens a file.
 * @throws {DeltaError} `not-found`, `permission-denied`; `invalid-argument` for a directory; `invalid-data` when empty, unless
 * it may be.
 */
export async function fileSource(
  path: string,
  name: string,
  { signal, progress }: Pick<Session, 'signal' | 'progress'>,
  { mayBeEmpty = false } = {},
): Promise<ByteSource> {
  const size = await sizeOfFile(path, name)
  if (size === 0 && !mayBeEmpty) throw empty(name)
  const handle = await open(path).catch((error: unknown) => {
    throw unreadable(error, name)
  })
  const read = async (start: number, end: number): Promise<Uint8Array<ArrayBuffer>> => {
    throwIfAborted(signal)
    progress.show(`reading ${name}`, start / size)
    const buffer = new Uint8Array(Math.min(end, size) - start)
    let filled = 0
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, start + filled)
      if (bytesRead === 0) throw new DeltaError('invalid-data', `${name} became shorter while it was read`)
      filled += bytesRead
    }
    return buffer
  }
  return {
    name,
    size,
    async *chunks() {
      for (let at = 0; at < size; at += CHUNK_BYTES) yield await read(at, at + CHUNK_BYTES)
    },
    access: () => ({ size, name, read }),
    close: () => handle.close(),
  }
}

async function sizeOfFile(path: string, name: string): Promise<number> {
  const stats = await stat(path).catch((error: unknown) => {
    throw unreadable(error, name)
  })
  if (stats.isDirectory()) {
    throw new DeltaError('invalid-argument', `${name} is a directory: expected a file; give one file at a time`)
  }
  if (!stats.isFile()) {
    throw new DeltaError('invalid-argument', `${name} is not a regular file: pipe it in with --from - --format …`)
  }
  return stats.size
}

function unreadable(error: unknown, name: string): DeltaError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new DeltaError('not-found', `the input file ${name} does not exist`, { cause: error })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new DeltaError('permission-denied', `the input file ${name} may not be read by this user`, { cause: error })
  }
  return new DeltaError('unavailable', `the input file ${name} cannot be read: ${messageOf(error)}`, { cause: error })
}

/**
 * Everything on stdin, held in memory: a schema is inferred in a first pass over all rows, and a pipe gives them once.
 * @throws {DeltaError} `invalid-data` when there is nothing.
 */
export async function stdinSource(stdin: Readable, signal: AbortSignal): Promise<ByteSource> {
  const name = 'stdin'
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of stdinPieces(stdin, signal)) {
    pieces.push(piece)
    size += piece.length
  }
  if (size === 0) throw empty(name)
  return {
    name,
    size,
    async *chunks() {
      yield* pieces
    },
    access: () => bufferAccess(joined(pieces, size), name),
    close: async () => {},
  }
}

/** What comes on stdin, as it comes. */
export async function* stdinPieces(stdin: Readable, signal: AbortSignal): AsyncIterable<Uint8Array> {
  // Waiting for somebody to type must not outlive Ctrl-C.
  const stop = (): void => {
    stdin.destroy(new DeltaError('aborted', 'the caller aborted the read of stdin', { cause: signal.reason }))
  }
  throwIfAborted(signal)
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const piece of stdin) {
      const bytes = typeof piece === 'string' ? new TextEncoder().encode(piece) : piece
      if (!(bytes instanceof Uint8Array)) throw new DeltaError('internal', 'stdin gave something else than bytes')
      yield bytes
    }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

function empty(name: string): DeltaError {
  return new DeltaError('invalid-data', `${name} is empty: expected rows; check what wrote it`)
}
