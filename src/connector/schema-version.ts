import { DeltaError } from '../errors.ts'
import { compareRuns, type RunAge } from './run.ts'
import { MAX_SCHEMA_VERSION } from './schema-descriptor.ts'

/** A version of a workflow's schema, and who has it. */
export interface SchemaVersion {
  readonly version: number
  /** The hash of the layout that its table has. */
  readonly layoutHash: string
  /** Runs that have it, the oldest first; of many, the oldest and the newest. None where all were taken back. */
  readonly runs: readonly RunAge[]
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
 * Which version of a workflow's schema a run belongs to, given all that there are. A run that has one keeps it, unless it
 * comes again with another layout: then it is as if it had never come.
 *
 * The caller's own number is taken: it may name a version that exists, if its layout is the same, or a new one, if no older
 * run has a higher number. Without it, a run that is newer than all others keeps their newest one's version as long as the
 * layout stays, and each change makes the next number, also back to a layout that was there before. An older run, which
 * comes late, gets the highest version that has its layout, and a new number only where none has.
 *
 * A version that no run has any more decides nothing; it is taken again by the next change to its layout.
 * @throws {DeltaError} `invalid-argument` when the caller's number has another layout, or stands before an older run's, and
 * when no number is left.
 */
export function assignVersion(known: readonly SchemaVersion[], wanted: WantedVersion): AssignedVersion {
  const given = wanted.version ?? undefined
  const others = known.map((each) => withoutRun(each, wanted.run))
  const own = known.find((each) => each.layoutHash === wanted.layoutHash && hasRun(each, wanted.run))
  if (given !== undefined && given !== own?.version) return checkGiven(others, given, wanted)
  const version = own ?? fitting(others, wanted)
  return version === undefined
    ? { version: nextNumber(others, wanted), isNew: true }
    : { version: version.version, isNew: false }
}

/** A version as it is when a run has it no longer. */
export function withoutRun<V extends SchemaVersion>(version: V, run: Pick<RunAge, 'runId'>): V {
  return hasRun(version, run) ? { ...version, runs: version.runs.filter(({ runId }) => runId !== run.runId) } : version
}

function hasRun({ runs }: SchemaVersion, run: Pick<RunAge, 'runId'>): boolean {
  return runs.some(({ runId }) => runId === run.runId)
}

function fitting(known: readonly SchemaVersion[], { run, layoutHash }: WantedVersion): SchemaVersion | undefined {
  const hasLayout = (each: SchemaVersion): boolean => each.layoutHash === layoutHash
  const used = known.filter(isUsed)
  const isNewest = used.every(({ runs }) => runs.every((other) => compareRuns(other, run) <= 0))
  if (!isNewest) return highest(used.filter(hasLayout)) ?? highest(known.filter(hasLayout))
  const current = used.reduce<SchemaVersion | undefined>(newer, undefined)
  if (current !== undefined && hasLayout(current)) return current
  return highest(known.filter((each) => hasLayout(each) && each.version > numberOf(highest(used))))
}

function isUsed({ runs }: SchemaVersion): boolean {
  return runs.length > 0
}

function newer(known: SchemaVersion | undefined, other: SchemaVersion): SchemaVersion {
  const [a, b] = [known?.runs.at(-1), other.runs.at(-1)]
  return known !== undefined && a !== undefined && b !== undefined && compareRuns(a, b) > 0 ? known : other
}

function highest(versions: readonly SchemaVersion[]): SchemaVersion | undefined {
  return versions.reduce<SchemaVersion | undefined>(
    (known, other) => (known !== undefined && known.version > other.version ? known : other),
    undefined,
  )
}

function numberOf(version: SchemaVersion | undefined): number {
  return version?.version ?? 0
}

/** The first free number above those of all versions in use. */
function nextNumber(known: readonly SchemaVersion[], { run }: WantedVersion): number {
  const taken = new Set(known.map(({ version }) => version))
  let next = numberOf(highest(known.filter(isUsed))) + 1
  while (taken.has(next)) next++
  if (next <= MAX_SCHEMA_VERSION) return next
  throw new DeltaError(
    'invalid-argument',
    `the schema of run ${run.runId} cannot get a number: it has other columns than version ${MAX_SCHEMA_VERSION}, and no number is higher; take the runs of that version back, and deliver their rows under other ids with a lower schemaVersion`,
  )
}

function checkGiven(known: readonly SchemaVersion[], version: number, { run, layoutHash }: WantedVersion) {
  const same = known.find((each) => each.version === version)
  if (same !== undefined && same.layoutHash !== layoutHash) {
    throw new DeltaError(
      'invalid-argument',
      `schema version ${version} cannot be taken: it has been published with other columns; give the changed schema a number of its own`,
    )
  }
  const isOlder = (other: RunAge): boolean => compareRuns(other, run) < 0
  const later = known.find((each) => each.version > version && each.runs.some(isOlder))
  if (later !== undefined) {
    throw new DeltaError(
      'invalid-argument',
      `schema version ${version} cannot be taken: an older run has version ${later.version} already, and numbers go up with the age of runs; give a schema that came back a number of its own`,
    )
  }
  return { version, isNew: same === undefined }
}
