import { type FileHandle, open, rm } from 'node:fs/promises'
import { DeltaError, messageOf } from '../errors.ts'
import { formatProfile, type Profile } from '../wire/index.ts'
import { pathOf, type Session } from './session.ts'

/** Only the owner may read a file that holds a token. */
const PRIVATE = 0o600

/**
 * Writes a profile file that `fetchProfile` gives. The file is made first: an activation link works once, and a profile
 * that cannot be kept would be lost.
 * @throws {DeltaError} `already-exists` when the file is there.
 */
export async function writeProfileFile(
  path: string,
  fetchProfile: () => Promise<Profile>,
  session: Pick<Session, 'cwd'>,
): Promise<Profile> {
  const absolute = pathOf(path, session)
  const file = await create(absolute, path)
  try {
    const profile = await fetchProfile()
    await file.writeFile(formatProfile(profile))
    return profile
  } catch (error) {
    await rm(absolute, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

async function create(absolute: string, path: string): Promise<FileHandle> {
  try {
    return await open(absolute, 'wx', PRIVATE)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw new DeltaError(
        'already-exists',
        `${path} exists already: choose another --out, so that no profile is lost; the link is still good`,
        { cause },
      )
    }
    throw new DeltaError(
      'invalid-argument',
      `cannot write ${path}: ${messageOf(cause)}; choose another --out, the link is still good`,
      { cause },
    )
  }
}
