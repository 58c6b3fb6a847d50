import { expect, test } from 'vitest'
import { exitCode } from '../../src/cli/exit-code.ts'

test.each([
  ['invalid-argument', 2],
  ['malformed-request', 2],
  ['unauthenticated', 3],
  ['permission-denied', 3],
  ['not-found', 4],
  ['already-exists', 4],
  ['conflict', 5],
  ['unsupported', 6],
  ['invalid-data', 7],
  ['unavailable', 8],
  ['rate-limited', 8],
  ['commit-unknown', 9],
  ['internal', 70],
  ['aborted', 130],
] as const)('a command that fails with %s exits with %i', (code, exit) => {
  expect(exitCode(code)).toBe(exit)
})
