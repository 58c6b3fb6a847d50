import type { AddFile, Protocol, Snapshot } from '../log/index.ts'
import { parseStats, physicalName, type StructType } from '../schema/index.ts'
import type { PartitionValues } from './partition.ts'

/** What a table is at one version. */
export interface TableInfo {
  readonly id: string
  readonly name: string | null
  readonly description: string | null
  readonly location: string
  readonly version: number
  /** Milliseconds since 1970, when this version was committed. */
  readonly timestamp: number
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
  readonly protocol: Protocol
  readonly properties: Readonly<Record<string, string>>
  readonly files: number
  /** Files that were removed and that the log still tells of, until their retention is over. */
  readonly removedFiles: number
  /** `null` where a file does not say how many rows it has. */
  readonly rows: number | null
  readonly bytes: number
}

/** One data file of a table. */
export interface FileInfo {
  /** As it stands in the log. */
  readonly path: string
  readonly partitionValues: PartitionValues
  readonly bytes: number
  /** Those that its deletion vector leaves; `null` where its statistics do not say. */
  readonly rows: number | null
  /** Milliseconds since 1970. */
  readonly modificationTime: number
}

export function infoOf(snapshot: Snapshot, location: string): TableInfo {
  const { metadata } = snapshot
  return {
    id: metadata.id,
    name: metadata.name ?? null,
    description: metadata.description ?? null,
    location,
    version: snapshot.version,
    timestamp: snapshot.timestamp,
    schema: snapshot.schema,
    partitionColumns: snapshot.partitionColumns,
    protocol: snapshot.protocol,
    properties: metadata.configuration,
    files: snapshot.numFiles,
    removedFiles: snapshot.state.tombstones.size,
    rows: rowsOf(snapshot),
    bytes: snapshot.sizeInBytes,
  }
}

export function filesOf(snapshot: Snapshot): FileInfo[] {
  const { schema, partitionColumns } = snapshot
  const columns = partitionColumns.flatMap((name) => schema.fields.filter((field) => field.name === name))
  return Array.from(snapshot.files(), (file) => ({
    path: file.path,
    partitionValues: Object.fromEntries(
      columns.map((field) => [field.name, file.partitionValues[physicalName(field)] ?? null]),
    ),
    bytes: file.size,
    rows: rowsIn(file, schema),
    modificationTime: file.modificationTime,
  }))
}

function rowsOf(snapshot: Snapshot): number | null {
  let rows = 0
  for (const file of snapshot.files()) {
    const inFile = rowsIn(file, snapshot.schema)
    if (inFile === null) return null
    rows += inFile
  }
  return rows
}

/** Live rows: the records of the file less those that its deletion vector marks. */
export function rowsIn(file: AddFile, schema: StructType): number | null {
  const records = file.stats === undefined ? undefined : parseStats(schema, file.stats).numRecords
  return records === undefined ? null : records - (file.deletionVector?.cardinality ?? 0)
}
