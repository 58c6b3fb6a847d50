import { DeltaError, type DeltaErrorCode, messageOf } from '../../errors.ts'

/** What the caller can do about a failed system call, by its `errno` name; anything else may pass: `unavailable`. */
const CODES: Readonly<Record<string, DeltaErrorCode>> = {
  ENOENT: 'not-found',
  // On the way to a key something is a file, or the key itself is a directory: there is no such object.
  ENOTDIR: 'not-found',
  EISDIR: 'not-found',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  EROFS: 'permission-denied',
  ENAMETOOLONG: 'invalid-argument',
}

/** Where writing, the same obstacle is a fault of the key: a directory cannot hold `a` and `a/b` both. */
const WRITE_CODES: Readonly<Record<string, DeltaErrorCode>> = {
  ...CODES,
  ENOENT: 'unavailable',
  ENOTDIR: 'invalid-argument',
  EISDIR: 'invalid-argument',
  ENOTEMPTY: 'invalid-argument',
  EEXIST: 'invalid-argument',
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of its path is a file; on a file system a key cannot continue the name of another',
  EISDIR: 'a directory of this name is there; on a file system a key cannot be the beginning of another',
  EEXIST: 'a part of its path is a file; on a file system a key cannot continue the name of another',
  ENAMETOOLONG: 'a segment is longer than this file system takes (mostly 255 bytes)',
  ENOSPC: 'the disk is full',
}

/** The `errno` name of a failed system call. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** The error of this library for a failed system call: `doing` says what failed and where ("reading a/b in /dir"). */
export function localFailure(error: unknown, doing: string, use: 'read' | 'write'): DeltaError {
  if (error instanceof DeltaError) return error
  const errno = errnoOf(error) ?? ''
  const code = (use === 'read' ? CODES : WRITE_CODES)[errno] ?? 'unavailable'
  const reason = code === 'not-found' ? 'there is no such object' : (ADVICE[errno] ?? messageOf(error))
  return new DeltaError(code, `${doing} failed: ${reason}`, { cause: error })
}
