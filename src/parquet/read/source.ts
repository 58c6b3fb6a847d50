import { DeltaError, throwIfAborted } from '../../errors.ts'
import { describeValue } from '../../schema/index.ts'
import { bufferAccess } from './buffer-access.ts'
import type { RandomAccess } from './random-access.ts'

/**
 * What a Parquet file may be given as: its bytes, a `Blob` or `File` (Node's `openAsBlob(path)` makes one of a file, without
 * reading it), or whatever gives bytes from its middle.
 */
export type ParquetSource = Uint8Array | ArrayBuffer | Blob | RandomAccess

/** A source as random access. @throws {DeltaError} `invalid-argument` for something that is none. */
export function randomAccess(source: ParquetSource): RandomAccess {
  if (source instanceof Uint8Array) return bufferAccess(source, 'the Parquet file')
  if (source instanceof ArrayBuffer) return bufferAccess(new Uint8Array(source), 'the Parquet file')
  if (source instanceof Blob) return blobAccess(source)
  if (typeof source === 'object' && source !== null && 'read' in source && 'size' in source) return source
  throw new DeltaError(
    'invalid-argument',
    `no Parquet file: expected its bytes, a Blob, or an object of size, name and read(start, end), found ${describeValue(source)}`,
  )
}

function blobAccess(blob: Blob): RandomAccess {
  return {
    size: blob.size,
    name: 'name' in blob && typeof blob.name === 'string' && blob.name !== '' ? blob.name : 'the Parquet file',
    async read(start, end, signal) {
      throwIfAborted(signal)
      return new Uint8Array(await blob.slice(start, end).arrayBuffer())
    },
  }
}
