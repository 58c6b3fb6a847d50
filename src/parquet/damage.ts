import { DeltaError } from '../errors.ts'
import type { RandomAccess } from './random-access.ts'

/** The error for a file whose bytes break the format. */
export function damaged(file: RandomAccess, what: string, cause?: unknown): DeltaError {
  return new DeltaError('invalid-data', `${file.name} cannot be read: ${what}`, { file: file.name, cause })
}
