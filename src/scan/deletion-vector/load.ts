import { crc32 } from '#hash'
import { DeltaError, isDeltaError, messageOf } from '../../errors.ts'
import { type DeletionVector, deletionVectorPath, inlineDeletionVector } from '../../log/index.ts'
import { RowBitmap } from './row-bitmap.ts'

/**
 * Gives bytes of the file that holds a deletion vector, `start` (inclusive) to `end` (exclusive): fewer where the file
 * ends before. `path` is one of the log: decode it with `decodePath` for the object key.
 */
export type ReadVector = (
  path: string,
  range: { readonly start: number; readonly end: number },
  signal?: AbortSignal,
) => Promise<Uint8Array<ArrayBuffer>>

/** The first byte of a file of deletion vectors; the first vector lies behind it. */
const FORMAT_VERSION = 1
const FIRST_OFFSET = 1
/** The size before each vector, and the checksum behind it. */
const SIZE_BYTES = 4
const CRC_BYTES = 4
/** Sizes are signed integers of 32 bits in descriptors and in files. */
const MAX_SIZE = 2 ** 31 - 1

/**
 * The rows that a deletion vector marks, wherever it is kept (PROTOCOL.md "Deletion Vectors").
 * @param dataFile the path of the data file, for messages.
 * @throws {DeltaError} `invalid-data` naming the data file for a vector that is damaged, or not the one that the log
 * describes.
 */
export async function loadDeletionVector(
  vector: DeletionVector,
  dataFile: string,
  read: ReadVector,
  signal?: AbortSignal,
): Promise<RowBitmap> {
  const framed = vector.storageType === 'i' ? undefined : await readFramed(vector, dataFile, read, signal)
  return understood(dataFile, () => {
    const bitmap = new RowBitmap(framed ? unframed(framed, vector) : inlineDeletionVector(vector))
    if (bitmap.cardinality === vector.cardinality) return bitmap
    throw new RangeError(`it marks ${bitmap.cardinality} rows, and the log says ${vector.cardinality}`)
  })
}

/** The size, the data and the checksum of a vector in a file; before the first one also the version of the format. */
async function readFramed(
  vector: DeletionVector,
  dataFile: string,
  read: ReadVector,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const { offset = FIRST_OFFSET, sizeInBytes } = vector
  const path = understood(dataFile, () => {
    if (offset >= FIRST_OFFSET && sizeInBytes <= MAX_SIZE) return deletionVectorPath(vector) ?? ''
    throw new RangeError(`the log has it at byte ${offset} of its file, ${sizeInBytes} bytes long`)
  })
  const start = offset === FIRST_OFFSET ? 0 : offset
  try {
    return await read(path, { start, end: offset + SIZE_BYTES + sizeInBytes + CRC_BYTES }, signal)
  } catch (error) {
    // The range begins behind the end of the file.
    if (isDeltaError(error, 'invalid-argument')) throw damaged(dataFile, error)
    throw error
  }
}

function unframed(framed: Uint8Array<ArrayBuffer>, { offset = FIRST_OFFSET, sizeInBytes }: DeletionVector): Uint8Array {
  const at = offset === FIRST_OFFSET ? FIRST_OFFSET : 0
  const expected = at + SIZE_BYTES + sizeInBytes + CRC_BYTES
  if (framed.length !== expected) throw new RangeError(`its file ends ${expected - framed.length} bytes too early`)
  if (at === FIRST_OFFSET && framed[0] !== FORMAT_VERSION) {
    throw new RangeError(`its file has version ${framed[0]} of the format, expected ${FORMAT_VERSION}`)
  }
  const view = new DataView(framed.buffer, framed.byteOffset, framed.byteLength)
  const size = view.getInt32(at)
  if (size !== sizeInBytes) throw new RangeError(`its file has ${size} bytes for it, and the log says ${sizeInBytes}`)
  const data = framed.subarray(at + SIZE_BYTES, at + SIZE_BYTES + sizeInBytes)
  if (crc32(data) === view.getUint32(at + SIZE_BYTES + sizeInBytes)) return data
  throw new RangeError('its bytes do not fit their checksum')
}

function understood<Result>(dataFile: string, decode: () => Result): Result {
  try {
    return decode()
  } catch (error) {
    throw damaged(dataFile, error)
  }
}

function damaged(dataFile: string, cause: unknown): DeltaError {
  return new DeltaError(
    'invalid-data',
    `the deletion vector of data file ${dataFile} cannot be applied: ${messageOf(cause)}`,
    { file: dataFile, cause },
  )
}
