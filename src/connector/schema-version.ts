import { DeltaError } from '../errors.ts'
import { compareRuns, type RunAge } from './run.ts'

/** A version of a workflow's schema that was given to runs. */
export interface SchemaVersion {
  readonly version: number
  /** The hash of the layout that its table has. */
  readonly layoutHash: string
  /** The oldest and the newest run that it was given to. */
  readonly oldestRun: RunAge
  readonly newestRun: RunAge
}

export interface AssignedVersion {
  readonly version: number
  /** Whether the table of this version is still to be made. */
  readonly isNew: boolean
}

/** The schema of a run: its layout, and the number that the caller gave it, if any. */
export interface WantedVersion {
  readonly run: RunAge
  readonly layoutHash: string
  readonly version?: number | null | undefined
}

/**
 * Which version of a workflow's schema a run belongs to, given all that there are.
 *
 * The caller's own number is taken: it may name a version that exists, if its layout is the same, or a new one, if no newer
 * run has a lower number. Without it, a run that is newer than all others keeps their newest one's version as long as the
 * layout stays, and each change makes the next number, also back to a layout that was there before. An older run, which
 * comes late, gets the highest version that has its layout, and a new number only where none has.
 * @throws {DeltaError} `invalid-argument` when the caller's number has another layout, or stands before an older run's.
 */
export function assignVersion(known: readonly SchemaVersion[], wanted: WantedVersion): AssignedVersion {
  const given = wanted.version ?? undefined
  if (given !== undefined) return checkGiven(known, given, wanted)
  const fitting = isNewest(known, wanted.run) ? newestOf(known, byRun) : newestOf(withLayout(known, wanted), byNumber)
  if (fitting?.layoutHash === wanted.layoutHash) return { version: fitting.version, isNew: false }
  return { version: (newestOf(known, byNumber)?.version ?? 0) + 1, isNew: true }
}

function isNewest(known: readonly SchemaVersion[], run: RunAge): boolean {
  return known.every(({ newestRun }) => compareRuns(newestRun, run) <= 0)
}

function withLayout(known: readonly SchemaVersion[], { layoutHash }: WantedVersion): SchemaVersion[] {
  return known.filter((each) => each.layoutHash === layoutHash)
}

const byRun = (a: SchemaVersion, b: SchemaVersion): number => compareRuns(a.newestRun, b.newestRun)
const byNumber = (a: SchemaVersion, b: SchemaVersion): number => a.version - b.version

function newestOf(
  versions: readonly SchemaVersion[],
  compare: (a: SchemaVersion, b: SchemaVersion) => number,
): SchemaVersion | undefined {
  return [...versions].sort(compare).at(-1)
}

function checkGiven(known: readonly SchemaVersion[], version: number, { run, layoutHash }: WantedVersion) {
  const same = known.find((each) => each.version === version)
  if (same?.layoutHash === layoutHash) return { version, isNew: false }
  if (same !== undefined) {
    throw new DeltaError(
      'invalid-argument',
      `schema version ${version} cannot be taken: it has been published with other columns; give the changed schema a number of its own`,
    )
  }
  const later = known.find((each) => each.version > version && compareRuns(each.oldestRun, run) < 0)
  if (later !== undefined) {
    throw new DeltaError(
      'invalid-argument',
      `schema version ${version} cannot be taken: it is new, but an older run has version ${later.version} already; numbers go up with the age of runs`,
    )
  }
  return { version, isNew: true }
}
