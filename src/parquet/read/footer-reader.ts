import { DeltaError } from '../../errors.ts'
import { parseThrift } from '../thrift/thrift-reader.ts'
import { readExactly } from './byte-ranges.ts'
import { checkPlausible, damaged, decoded } from './damage.ts'
import { type FileMetadata, parseFileMetadata } from './file-metadata.ts'
import type { RandomAccess } from './random-access.ts'

/** Read at once from the end of a file: the footer of most files, and all of small ones. */
const TAIL_BYTES = 256 * 1024

/** Magic, one byte of footer, its length, magic. */
const SMALLEST_FILE = 13

/** A footer, and the end of the file that was read with it. */
export interface LoadedFooter {
  readonly metadata: FileMetadata
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
  return { metadata: parseFooter(file, tail, length), tail }
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

function parseFooter(file: RandomAccess, tail: Uint8Array<ArrayBuffer>, length: number): FileMetadata {
  const footer = tail.subarray(tail.length - 8 - length, tail.length - 8)
  return decoded(file, 'the footer', () => checked(file, parseFileMetadata(parseThrift(footer).struct)))
}

/** What later code relies on: every column chunk lies inside the file, and no count asks for memory without end. */
function checked(file: RandomAccess, metadata: FileMetadata): FileMetadata {
  for (const { rows, chunks } of metadata.rowGroups) {
    for (const { path, bytes } of chunks) {
      if (bytes.start === bytes.end || (bytes.start >= 4 && bytes.end <= file.size - 8)) continue
      throw new RangeError(
        `column '${path.join('.')}' is said to lie in bytes ${bytes.start} to ${bytes.end} of ${file.size}`,
      )
    }
    checkPlausible(
      rows,
      chunks.reduce((total, { bytes }) => total + bytes.end - bytes.start, 0),
    )
  }
  return metadata
}
