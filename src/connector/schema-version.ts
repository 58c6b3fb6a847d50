import { DeltaError } from '../errors.ts'

/** `SCHEMA_VERSION` is an `integer` column. */
export const MAX_SCHEMA_VERSION = 2 ** 31 - 1

/** A version of a workflow's schema that has its table. */
export interface SchemaVersion {
  readonly version: number
  /** The hash of the layout that the table was made with. */
  readonly layoutHash: string
}

export interface AssignedVersion {
  readonly version: number
  /** Whether the table of this version is still to be made. */
  readonly isNew: boolean
}

/**
 * Which version of a workflow's schema a layout belongs to, given all that there are.
 *
 * The caller's own number is taken: it may name a version that exists, if its layout is the same, or one above all of
 * them. Without it, the newest version serves as long as the layout stays as it is, and each change makes the next number.
 * A layout that comes back gets a new number too: the highest number is always the newest schema. So older runs that are
 * brought in later should name their version.
 * @throws {DeltaError} `invalid-argument` when the caller's number has another layout, or is new but not the highest.
 */
export function assignVersion(
  known: readonly SchemaVersion[],
  wanted: { readonly layoutHash: string; readonly version?: number | null | undefined },
): AssignedVersion {
  const newest = known.reduce<SchemaVersion | undefined>(
    (highest, each) => (highest !== undefined && highest.version > each.version ? highest : each),
    undefined,
  )
  const given = wanted.version ?? undefined
  if (given !== undefined) return checkGiven(known, newest, given, wanted.layoutHash)
  if (newest?.layoutHash === wanted.layoutHash) return { version: newest.version, isNew: false }
  return { version: (newest?.version ?? 0) + 1, isNew: true }
}

function checkGiven(
  known: readonly SchemaVersion[],
  newest: SchemaVersion | undefined,
  version: number,
  layoutHash: string,
): AssignedVersion {
  const same = known.find((each) => each.version === version)
  if (same?.layoutHash === layoutHash) return { version, isNew: false }
  if (same !== undefined) {
    throw new DeltaError(
      'invalid-argument',
      `schema version ${version} cannot be taken: it has been published with other columns; give the changed schema a number of its own`,
    )
  }
  if (newest !== undefined && version < newest.version) {
    throw new DeltaError(
      'invalid-argument',
      `schema version ${version} cannot be taken: it is new, but version ${newest.version} exists already; numbers go up only`,
    )
  }
  return { version, isNew: true }
}
