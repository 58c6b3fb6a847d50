import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { DeltaError } from '../../errors.ts'
import type { Session } from '../session.ts'

/** Where the demo keeps what it publishes: absolute paths. */
export interface DemoPlace {
  /** The storage root of the connector. */
  readonly root: string
  readonly profile: string
}

const DIRECTORY = 'deltaquill-demo'
const PROFILE = 'config.share'
/** What a connector and its shares keep in a root, and the profile. */
const OWN = ['connectors', 'tables', 'sharing', PROFILE]

/**
 * The directory of the demo below the working directory, new or left by an earlier run.
 * @throws {DeltaError} `already-exists` when something is in it that no demo wrote.
 */
export async function demoPlace({ cwd }: Pick<Session, 'cwd'>): Promise<DemoPlace> {
  const root = join(cwd, DIRECTORY)
  const foreign = (await entriesOf(root)).find((entry) => !OWN.includes(entry))
  if (foreign !== undefined) {
    throw new DeltaError(
      'already-exists',
      `./${DIRECTORY} is not a demo: it holds ${JSON.stringify(foreign)}; run the demo in another directory`,
    )
  }
  return { root, profile: join(root, PROFILE) }
}

/** A path as a person would type it. */
export function shownPath(path: string, { cwd }: Pick<Session, 'cwd'>): string {
  return `./${relative(cwd, path)}`
}

async function entriesOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOENT') return []
    throw new DeltaError('already-exists', `./${DIRECTORY} is no directory that can be used: move it away`, { cause })
  }
}
