import { DeltaError } from '../errors.ts'
import type { StructType } from '../schema/index.ts'
import type { Action, AddFile, CommitInfo, DomainMetadata, Metadata, Protocol } from './actions.ts'
import { checkReadable } from './protocol.ts'
import { EMPTY_STATE, replay, type TableState } from './replay.ts'

/** A table at one version. A value: it never changes, and a newer one is made from it by {@link advance}. */
export interface Snapshot {
  /** Where the table is. */
  readonly location: string
  readonly version: number
  /** When this version was committed, in milliseconds since 1970; grows strictly from version to version. */
  readonly timestamp: number
  readonly protocol: Protocol
  readonly metadata: Metadata
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
  readonly numFiles: number
  /** Bytes of all data files. */
  readonly sizeInBytes: number
  /** Of the commit that made this version. */
  readonly commitInfo?: CommitInfo
  /** The live data files. */
  files(): Iterable<AddFile>
  /** The latest version that an application wrote in a `txn`. */
  txnVersion(appId: string): number | bigint | undefined
  domainMetadata(domain: string): DomainMetadata | undefined
  /** ETag of the commit file, where it is known. */
  readonly etag?: string
  /** The version of the checkpoint that this snapshot goes back to; there may be a newer one by now. */
  readonly checkpoint?: number
  /** What {@link advance} goes on from. */
  readonly state: TableState
}

/** A commit as it lies in the log. */
export interface LoggedCommit {
  readonly version: number
  readonly actions: readonly Action[]
  /** When the store took it, in milliseconds since 1970. */
  readonly lastModified: number
  readonly etag?: string | undefined
}

/**
 * The snapshot after more commits, oldest first and contiguous, without a request.
 * @param base the snapshot just before them; null if they start at version 0.
 * @param location where the table is.
 * @throws {DeltaError} `unsupported` when the table can no longer be read by us; `invalid-data` without protocol or metadata.
 */
export function advance(base: Snapshot | null, location: string, commits: readonly LoggedCommit[]): Snapshot {
  const last = commits.at(-1)
  if (last === undefined) {
    if (base) return base
    throw new DeltaError('internal', 'a snapshot needs at least one commit')
  }
  const actions = commits.map((commit) => commit.actions)
  const state = replay(base?.state ?? EMPTY_STATE, actions, location)
  const times = commits.map(({ lastModified, actions }) => ({ lastModified, inCommit: inCommitTimestamp(actions) }))
  const timestamp = commitTimes(times, base?.timestamp).at(-1) ?? last.lastModified
  return snapshotOf({
    location,
    version: last.version,
    timestamp,
    state,
    etag: last.etag,
    checkpoint: base?.checkpoint,
  })
}

/**
 * When each commit counts as made: its in-commit timestamp, else the store's time, pushed up where it would not grow
 * (PROTOCOL.md "In-Commit Timestamps").
 * @param before the time of the version before the first.
 */
export function commitTimes(commits: readonly CommitTime[], before = Number.NEGATIVE_INFINITY): number[] {
  let previous = before
  return commits.map(({ inCommit, lastModified }) => {
    previous = inCommit ?? Math.max(lastModified, previous + 1)
    return previous
  })
}

/** What a commit's time is made of, in milliseconds since 1970. */
export interface CommitTime {
  /** When the store took it. */
  readonly lastModified: number
  /** Its in-commit timestamp, where it has one and was read. */
  readonly inCommit?: number | undefined
}

/** The in-commit timestamp, which only stands where the table has the feature on. */
export function inCommitTimestamp(actions: readonly Action[]): number | undefined {
  const info = actions.find((action) => 'commitInfo' in action)
  return info?.commitInfo.inCommitTimestamp
}

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly location: string
  readonly version: number
  readonly timestamp: number
  readonly state: TableState
  readonly etag?: string | undefined
  readonly checkpoint?: number | undefined
}

/** @throws {DeltaError} `unsupported` for a table that we would misread; `invalid-data` without protocol or metadata. */
export function snapshotOf({ location, version, timestamp, state, etag, checkpoint }: SnapshotParts): Snapshot {
  const { protocol, metadata, schema, commitInfo, files, txns, domains } = state
  if (!protocol) throw lacks(location, version, 'protocol')
  if (!metadata || !schema) throw lacks(location, version, 'metaData')
  checkReadable(protocol, metadata, location)
  return {
    location,
    version,
    timestamp,
    protocol,
    metadata,
    schema,
    partitionColumns: metadata.partitionColumns,
    numFiles: files.size,
    sizeInBytes: files.bytes,
    files: () => files.values(),
    txnVersion: (appId) => txns.get(appId)?.version,
    domainMetadata: (domain) => domains.get(domain),
    ...(commitInfo && { commitInfo }),
    ...(etag !== undefined && { etag }),
    ...(checkpoint !== undefined && { checkpoint }),
    state,
  }
}

/** What a snapshot takes beside its files and texts, with all that is found out about its schema. */
const SNAPSHOT_BYTES = 4_096
/** What becomes of a character of a schema, about. */
const SCHEMA_CHARACTER_BYTES = 8
const TXN_BYTES = 256

/** About how much memory a snapshot takes, in bytes. */
export function heldBytes({ metadata, state: { files, tombstones, txns } }: Snapshot): number {
  const schema = metadata.schemaString.length * SCHEMA_CHARACTER_BYTES
  return SNAPSHOT_BYTES + schema + txns.size * TXN_BYTES + files.heldBytes + tombstones.heldBytes
}

function lacks(location: string, version: number, action: string): DeltaError {
  return new DeltaError(
    'invalid-data',
    `the log of ${location} is damaged: no ${action} action in any commit up to version ${version}`,
  )
}
