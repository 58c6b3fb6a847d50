import type { ParquetFile, RowRange } from '../../parquet/index.ts'
import type { DeltaType, PhysicalTree, StructType } from '../../schema/index.ts'
import { FLAG, LONG, storedStruct, TEXT, TEXTS } from './fields.ts'

const NAMES: DeltaType = { type: 'array', elementType: TEXT, containsNull: false }

const DELETION_VECTOR = storedStruct({
  storageType: TEXT,
  pathOrInlineDv: TEXT,
  offset: LONG,
  sizeInBytes: LONG,
  cardinality: LONG,
})

/**
 * The actions of a checkpoint, one struct each (PROTOCOL.md "Checkpoint Schema"). Integers are read as 64 bits, however
 * they are stored. A file may have any of these columns, in any order, and others that we leave unread.
 */
const ACTIONS = {
  add: storedStruct({
    path: TEXT,
    partitionValues: TEXTS,
    size: LONG,
    modificationTime: LONG,
    dataChange: FLAG,
    stats: TEXT,
    tags: TEXTS,
    deletionVector: DELETION_VECTOR,
    baseRowId: LONG,
    defaultRowCommitVersion: LONG,
    clusteringProvider: TEXT,
  }),
  remove: storedStruct({
    path: TEXT,
    deletionTimestamp: LONG,
    dataChange: FLAG,
    extendedFileMetadata: FLAG,
    partitionValues: TEXTS,
    size: LONG,
    stats: TEXT,
    tags: TEXTS,
    deletionVector: DELETION_VECTOR,
    baseRowId: LONG,
    defaultRowCommitVersion: LONG,
  }),
  metaData: storedStruct({
    id: TEXT,
    name: TEXT,
    description: TEXT,
    format: storedStruct({ provider: TEXT, options: TEXTS }),
    schemaString: TEXT,
    partitionColumns: NAMES,
    configuration: TEXTS,
    createdTime: LONG,
  }),
  protocol: storedStruct({
    minReaderVersion: LONG,
    minWriterVersion: LONG,
    readerFeatures: NAMES,
    writerFeatures: NAMES,
  }),
  txn: storedStruct({ appId: TEXT, version: LONG, lastUpdated: LONG }),
  domainMetadata: storedStruct({ domain: TEXT, configuration: TEXT, removed: FLAG }),
  sidecar: storedStruct({ path: TEXT, sizeInBytes: LONG }),
  checkpointMetadata: storedStruct({ version: LONG, tags: TEXTS }),
} as const

export type ActionName = keyof typeof ACTIONS

export type ActionColumn = readonly (PhysicalTree | null)[]
/** Columns of a row group, by their path within the action: `deletionVector.offset`. */
export type ActionColumns = ReadonlyMap<string, ActionColumn>

const schema = storedStruct(ACTIONS)

/** A field that an action always has: where it is null, the row holds another action. */
const MARKS: Readonly<Record<ActionName, string>> = {
  add: 'path',
  remove: 'path',
  metaData: 'id',
  protocol: 'minReaderVersion',
  txn: 'appId',
  domainMetadata: 'domain',
  sidecar: 'path',
  checkpointMetadata: 'version',
}

/** Rows that lie as scattered as this are read with those between them. */
const MOST_RANGES = 1000

/**
 * Where in a row group each kind of action is: most kinds take few rows, and only those are worth reading.
 * @throws {DeltaError} `invalid-data`, `unsupported`.
 */
export async function findActions<Name extends ActionName>(
  file: ParquetFile,
  rowGroup: number,
  names: readonly Name[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<Name, readonly RowRange[]>> {
  const marks = names.map((name) => [name, MARKS[name]])
  const columns = await file.readLeaves({ schema, paths: marks, rowGroup, signal })
  return new Map(names.map((name, index) => [name, rowsWith(columns[index] ?? [])]))
}

function rowsWith(column: ActionColumn): readonly RowRange[] {
  const ranges: { start: number; end: number }[] = []
  for (let row = 0; row < column.length; row++) {
    if (column[row] === null) continue
    const last = ranges.at(-1)
    if (last?.end === row) last.end++
    else ranges.push({ start: row, end: row + 1 })
  }
  const [first, last] = [ranges[0], ranges.at(-1)]
  return first && last && ranges.length > MOST_RANGES ? [{ start: first.start, end: last.end }] : ranges
}

/** The columns of one kind of action, in some rows of a row group or in all. @throws {DeltaError} `invalid-data`, `unsupported`. */
export async function readAction(
  file: ParquetFile,
  rowGroup: number,
  name: ActionName,
  rows: readonly RowRange[] | undefined,
  signal?: AbortSignal,
): Promise<ActionColumns> {
  const paths = leafPaths(ACTIONS[name])
  const columns = await file.readLeaves({ schema, paths: paths.map((path) => [name, ...path]), rowGroup, rows, signal })
  return new Map(paths.map((path, index) => [path.join('.'), columns[index] ?? []]))
}

function leafPaths({ fields }: StructType): string[][] {
  return fields.flatMap(({ name, type }) => {
    return type.type === 'struct' ? leafPaths(type).map((path) => [name, ...path]) : [[name]]
  })
}
