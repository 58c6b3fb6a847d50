import { formatJson, type JsonObject } from '../json.ts'
import type { ObjectStore } from '../store/index.ts'
import { hasInCommitTimestamps } from './commit-info.ts'
import { formatChecksumPath } from './paths.ts'
import { isKeptTxn } from './retention.ts'
import type { Snapshot } from './snapshot.ts'

/** Up to how many a checksum lists, as Spark limits them: a reader that misses the list looks into the log. */
const MOST_FILES = 50
const MOST_TXNS = 100
const MOST_DOMAINS = 10

/**
 * Writes what a version adds up to beside its commit, unless somebody did (PROTOCOL.md "Version Checksum File"). Readers
 * take protocol, metadata and counts from it without a look into the log, so it is exact or not there: it is made of
 * the snapshot after the commit, whose sums are carried on from commit to commit, and costs one request.
 * @throws {DeltaError} of the store.
 */
export async function writeChecksum(store: ObjectStore, snapshot: Snapshot, signal?: AbortSignal): Promise<void> {
  const checksum = checksumOf(snapshot)
  if (checksum === undefined) return
  const body = new TextEncoder().encode(formatJson(checksum))
  await store.put(formatChecksumPath(snapshot.version), body, { mode: 'create', signal })
}

/** The checksum of a version, its fields in Spark's order; nothing where a field that it must have is not known. */
export function checksumOf(snapshot: Snapshot): JsonObject | undefined {
  const { commitInfo, metadata, protocol, numFiles, sizeInBytes, state, timestamp } = snapshot
  const hasTimes = hasInCommitTimestamps(metadata)
  const { txnId, inCommitTimestamp } = commitInfo ?? {}
  if (hasTimes && inCommitTimestamp === undefined) return undefined
  const txns = [...state.txns.values()].filter(isKeptTxn(metadata.configuration, timestamp))
  return {
    txnId,
    tableSizeBytes: sizeInBytes,
    numFiles,
    numMetadata: 1,
    numProtocol: 1,
    inCommitTimestampOpt: hasTimes ? inCommitTimestamp : undefined,
    setTransactions: txns.length <= MOST_TXNS ? txns : undefined,
    domainMetadata: state.domains.size <= MOST_DOMAINS ? [...state.domains.values()] : undefined,
    metadata,
    protocol,
    allFiles:
      numFiles <= MOST_FILES ? Array.from(snapshot.files(), (add) => ({ ...add, dataChange: false })) : undefined,
  }
}
