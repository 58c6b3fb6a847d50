import type { FileMetadata } from './file-metadata.ts'
import type { RandomAccess } from './random-access.ts'

/** An open file: what its footer says, and the end of it that was read with the footer. */
export interface FileSource {
  readonly file: RandomAccess
  readonly metadata: FileMetadata
  readonly tail: Uint8Array<ArrayBuffer>
}
