import { type FileMetaData, parquetMetadata } from 'hyparquet'
import { DeltaError, messageOf } from '../errors.ts'
import { damaged } from './damage.ts'
import type { RandomAccess } from './random-access.ts'

/** Read at once from the end of a file: the footer of most files, and all of small ones. */
const TAIL_BYTES = 256 * 1024

/** Magic, one byte of footer, its length, magic. */
const SMALLEST_FILE = 13

/** A footer, and the end of the file that was read with it. */
export interface LoadedFooter {
  readonly metadata: FileMetaData
  readonly tail: Uint8Array<ArrayBuffer>
}

/**
 * Reads the footer in one request, two for a long one.
 * @throws {DeltaError} `invalid-data` when the file is no Parquet file or its footer is damaged, naming the file;
 * `unsupported` when the footer is encrypted.
 */
export async function loadFooter(file: RandomAccess, signal?: AbortSignal): Promise<LoadedFooter> {
  if (file.size < SMALLEST_FILE) throw damaged(file, `it has ${file.size} bytes, too few for a Parquet file`)
  let tail = await readExactly(file, Math.max(0, file.size - TAIL_BYTES), file.size, signal)
  const length = footerLength(file, tail)
  if (length + 8 > tail.length) tail = await readExactly(file, file.size - length - 8, file.size, signal)
  return { metadata: parseFooter(file, tail), tail }
}

/** Reads a range. @throws {DeltaError} `invalid-data` when the file turns out shorter than it said. */
export async function readExactly(
  file: RandomAccess,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await file.read(start, end, signal)
  if (bytes.length !== end - start) {
    throw damaged(file, `bytes ${start} to ${end} were asked for, but only ${bytes.length} came`)
  }
  return bytes
}

function footerLength(file: RandomAccess, tail: Uint8Array): number {
  const end = tail.length
  const magic = String.fromCharCode(...tail.subarray(end - 4))
  if (magic === 'PARE') {
    throw new DeltaError('unsupported', `${file.name}: the footer is encrypted, and keys are not supported`)
  }
  if (magic !== 'PAR1') throw damaged(file, 'it does not end with PAR1: it is no Parquet file, or it was cut off')
  const length = new DataView(tail.buffer, tail.byteOffset + end - 8).getUint32(0, true)
  if (length < 1 || length > file.size - 12) {
    throw damaged(file, `the footer claims ${length} of the file's ${file.size} bytes`)
  }
  return length
}

function parseFooter(file: RandomAccess, tail: Uint8Array): FileMetaData {
  let metadata: FileMetaData
  try {
    metadata = parquetMetadata(tail, { geoparquet: false })
  } catch (error) {
    throw damaged(file, `the footer cannot be parsed: ${messageOf(error)}`, error)
  }
  return checked(file, metadata)
}

/** Holds what later code relies on: counts agree, and every column chunk lies inside the file. */
function checked(file: RandomAccess, metadata: FileMetaData): FileMetaData {
  let rows = 0n
  for (const [i, group] of metadata.row_groups.entries()) {
    if (typeof group.num_rows !== 'bigint' || group.num_rows < 0n)
      throw damaged(file, `row group ${i} has no row count`)
    rows += group.num_rows
  }
  if (rows !== metadata.num_rows || rows > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw damaged(file, `the footer counts ${metadata.num_rows} rows, but its row groups have ${rows}`)
  }
  if (!metadata.schema[0]) throw damaged(file, 'the footer has no schema')
  return metadata
}
