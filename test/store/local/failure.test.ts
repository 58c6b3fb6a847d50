import { expect, test } from 'vitest'
import { DeltaError } from '../../../src/errors.ts'
import { localFailure } from '../../../src/store/local/failure.ts'

const failed = (code: string): Error => Object.assign(new Error(`${code}: something failed`), { code })

test.each([
  ['ENOENT', 'not-found', 'unavailable'],
  ['ENOTDIR', 'not-found', 'invalid-argument'],
  ['EISDIR', 'not-found', 'invalid-argument'],
  ['EACCES', 'permission-denied', 'permission-denied'],
  ['EPERM', 'permission-denied', 'permission-denied'],
  ['EROFS', 'permission-denied', 'permission-denied'],
  ['ENAMETOOLONG', 'invalid-argument', 'invalid-argument'],
  ['ENOSPC', 'unavailable', 'unavailable'],
  ['EIO', 'unavailable', 'unavailable'],
])('%s is "%s" for a reader and "%s" for a writer', (errno, reading, writing) => {
  const cause = failed(errno)
  expect(localFailure(cause, 'reading a in /dir', 'read')).toMatchObject({ code: reading, cause })
  expect(localFailure(cause, 'writing a in /dir', 'write')).toMatchObject({ code: writing, cause })
  expect(localFailure(cause, 'writing a in /dir', 'write').message).toMatch(/^writing a in \/dir failed: /)
})

test('an error of our own passes through', () => {
  const error = new DeltaError('aborted', 'stop')
  expect(localFailure(error, 'reading', 'read')).toBe(error)
})
