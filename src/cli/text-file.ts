import { readFile } from 'node:fs/promises'
import { DeltaError, messageOf } from '../errors.ts'
import { pathOf, type Session } from './session.ts'

/**
 * A small text file, named by `what` it is in messages.
 * @throws {DeltaError} `not-found`, or `invalid-argument` when it cannot be read.
 */
export async function readText(path: string, what: string, session: Pick<Session, 'cwd'>): Promise<string> {
  try {
    return await readFile(pathOf(path, session), 'utf8')
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    if (missing) throw new DeltaError('not-found', `${what} ${path} does not exist`, { cause })
    throw new DeltaError('invalid-argument', `${what} ${path} cannot be read: ${messageOf(cause)}`, { cause })
  }
}
