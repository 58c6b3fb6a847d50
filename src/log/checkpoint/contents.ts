import { DeltaError } from '../../errors.ts'
import type { AddFile, DeletionVector, DomainMetadata, Metadata, Protocol, RemoveFile, Txn } from '../actions.ts'
import { isKeptTombstone, isKeptTxn } from '../retention.ts'
import type { Snapshot } from '../snapshot.ts'
import type { StatisticsField } from './typed-statistics.ts'

/** The rows that a checkpoint is made of, each the value of one column: `add`, `txn` … */
export interface ActionRow {
  readonly column: string
  readonly value: unknown
}

/** All that a checkpoint says but for files. */
export function nonFileRows(snapshot: Snapshot, now: number): ActionRow[] {
  const { protocol, metadata, state } = snapshot
  const isKept = isKeptTxn(metadata.configuration, now)
  return [
    { column: 'protocol', value: protocolRow(protocol) },
    { column: 'metaData', value: metadataRow(metadata) },
    ...Array.from(state.txns.values())
      .filter(isKept)
      .map((txn) => ({ column: 'txn', value: txnRow(txn) })),
    ...Array.from(state.domains.values(), (domain) => ({ column: 'domainMetadata', value: domainRow(domain) })),
  ]
}

/** The tombstones that have not expired, then the live files. */
export function* fileRows(
  { metadata, state }: Snapshot,
  now: number,
  statistics: readonly StatisticsField[],
): Generator<ActionRow> {
  const isKept = isKeptTombstone(metadata.configuration, now)
  for (const remove of state.tombstones.values()) {
    if (isKept(remove)) yield { column: 'remove', value: removeRow(remove) }
  }
  for (const add of state.files.values()) yield { column: 'add', value: addRow(add, statistics) }
}

/** How many rows {@link fileRows} gives. */
export function countFileRows({ metadata, state }: Snapshot, now: number): number {
  const isKept = isKeptTombstone(metadata.configuration, now)
  let kept = state.files.size
  for (const remove of state.tombstones.values()) if (isKept(remove)) kept++
  return kept
}

/*
 * Every row has all its members, in the order of the schema: so all rows are of one shape to the engine, and nothing
 * that the schema lacks comes along.
 */

function addRow(add: AddFile, statistics: readonly StatisticsField[]): Record<string, unknown> {
  const row: Record<string, unknown> = {
    path: add.path,
    partitionValues: add.partitionValues,
    size: add.size,
    modificationTime: add.modificationTime,
    // A checkpoint changes nothing (PROTOCOL.md "Checkpoints").
    dataChange: false,
    tags: add.tags,
    deletionVector: add.deletionVector && vectorRow(add.deletionVector),
    baseRowId: add.baseRowId,
    defaultRowCommitVersion: add.defaultRowCommitVersion,
    clusteringProvider: add.clusteringProvider,
  }
  try {
    for (const { field, valueIn } of statistics) row[field.name] = valueIn(add)
  } catch (cause) {
    const message = `the file ${add.path} has a partition value that does not fit its column`
    throw new DeltaError('invalid-data', message, { file: add.path, cause })
  }
  return row
}

function removeRow(remove: RemoveFile): Record<string, unknown> {
  return {
    path: remove.path,
    deletionTimestamp: remove.deletionTimestamp,
    dataChange: false,
    extendedFileMetadata: remove.extendedFileMetadata,
    partitionValues: remove.partitionValues,
    size: remove.size,
    deletionVector: remove.deletionVector && vectorRow(remove.deletionVector),
    baseRowId: remove.baseRowId,
    defaultRowCommitVersion: remove.defaultRowCommitVersion,
  }
}

function vectorRow(vector: DeletionVector): Record<string, unknown> {
  const { storageType, pathOrInlineDv, offset, sizeInBytes, cardinality } = vector
  return { storageType, pathOrInlineDv, offset, sizeInBytes, cardinality }
}

function protocolRow(protocol: Protocol): Record<string, unknown> {
  const { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures } = protocol
  return { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures }
}

function metadataRow(metadata: Metadata): Record<string, unknown> {
  const { id, name, description, format, schemaString, partitionColumns, configuration, createdTime } = metadata
  const { provider, options } = format
  return {
    ...{ id, name, description, format: { provider, options } },
    ...{ schemaString, partitionColumns, configuration, createdTime },
  }
}

function txnRow({ appId, version, lastUpdated }: Txn): Record<string, unknown> {
  return { appId, version, lastUpdated }
}

function domainRow({ domain, configuration, removed }: DomainMetadata): Record<string, unknown> {
  return { domain, configuration, removed }
}
