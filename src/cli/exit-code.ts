import type { DeltaErrorCode } from '../errors.ts'

/** What the process returns for each error code, so that a script can react without reading a message. */
const EXIT_CODES: Readonly<Record<DeltaErrorCode, number>> = {
  'invalid-argument': 2,
  'malformed-request': 2,
  unauthenticated: 3,
  'permission-denied': 3,
  'not-found': 4,
  'already-exists': 4,
  conflict: 5,
  unsupported: 6,
  'invalid-data': 7,
  unavailable: 8,
  'rate-limited': 8,
  'commit-unknown': 9,
  aborted: 130,
  internal: 70,
}

export function exitCode(code: DeltaErrorCode): number {
  return EXIT_CODES[code]
}
