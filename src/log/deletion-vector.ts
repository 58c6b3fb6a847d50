import { DeltaError, messageOf } from '../errors.ts'
import { hex } from '../hex.ts'
import type { DeletionVector } from './actions.ts'
import { encodePath } from './data-path.ts'
import { decodeZ85 } from './z85.ts'

/** Characters that spell the UUID at the end of a relative path; what stands before it is the name of a directory. */
const UUID_CHARACTERS = 20

/**
 * Where the file lies that holds a deletion vector, as a path of the log: decode it with `decodePath` for the object key.
 * Undefined for an inline one (PROTOCOL.md "Deletion Vector Descriptor Schema").
 * @throws {DeltaError} `invalid-data` for a path that is not one.
 */
export function deletionVectorPath({ storageType, pathOrInlineDv: text }: DeletionVector): string | undefined {
  if (storageType === 'i') return undefined
  if (storageType === 'p') return text
  const prefix = text.slice(0, -UUID_CHARACTERS)
  const name = `deletion_vector_${uuidOf(text.slice(-UUID_CHARACTERS), text)}.bin`
  return encodePath(prefix === '' ? name : `${prefix}/${name}`)
}

/** The bytes of an inline deletion vector. @throws {DeltaError} `invalid-data` when they are fewer than it says, or none. */
export function inlineDeletionVector({ pathOrInlineDv: text, sizeInBytes }: DeletionVector): Uint8Array<ArrayBuffer> {
  const bytes = decoded(text, text)
  // Padded to whole words of four bytes.
  if (bytes.length >= sizeInBytes && bytes.length - sizeInBytes < 4) return bytes.subarray(0, sizeInBytes)
  throw broken(text, `it has ${bytes.length} bytes, and is said to have ${sizeInBytes}`)
}

function uuidOf(text: string, whole: string): string {
  const bytes = decoded(text, whole)
  if (bytes.length !== 16) throw broken(whole, `a UUID in Z85 of ${UUID_CHARACTERS} characters was expected at its end`)
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function decoded(text: string, whole: string): Uint8Array<ArrayBuffer> {
  try {
    return decodeZ85(text)
  } catch (cause) {
    throw broken(whole, messageOf(cause), cause)
  }
}

function broken(text: string, problem: string, cause?: unknown): DeltaError {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
  return new DeltaError('invalid-data', `the deletion vector ${shown} in the log cannot be understood: ${problem}`, {
    cause,
  })
}
