import type { ParquetFile } from '../../parquet/index.ts'
import type { DeltaType, PhysicalTree, StructType } from '../../schema/index.ts'

const TEXT: DeltaType = { type: 'string' }
const LONG: DeltaType = { type: 'long' }
const FLAG: DeltaType = { type: 'boolean' }
const TEXTS: DeltaType = { type: 'map', keyType: TEXT, valueType: TEXT, valueContainsNull: true }
const NAMES: DeltaType = { type: 'array', elementType: TEXT, containsNull: false }

function struct(fields: Readonly<Record<string, DeltaType>>): StructType {
  return {
    type: 'struct',
    fields: Object.entries(fields).map(([name, type]) => ({ name, type, nullable: true, metadata: {} })),
  }
}

const DELETION_VECTOR = struct({
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
  add: struct({
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
  remove: struct({
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
  metaData: struct({
    id: TEXT,
    name: TEXT,
    description: TEXT,
    format: struct({ provider: TEXT, options: TEXTS }),
    schemaString: TEXT,
    partitionColumns: NAMES,
    configuration: TEXTS,
    createdTime: LONG,
  }),
  protocol: struct({
    minReaderVersion: LONG,
    minWriterVersion: LONG,
    readerFeatures: NAMES,
    writerFeatures: NAMES,
  }),
  txn: struct({ appId: TEXT, version: LONG, lastUpdated: LONG }),
  domainMetadata: struct({ domain: TEXT, configuration: TEXT, removed: FLAG }),
  sidecar: struct({ path: TEXT, sizeInBytes: LONG }),
  checkpointMetadata: struct({ version: LONG, tags: TEXTS }),
} as const

export type ActionName = keyof typeof ACTIONS

export type ActionColumn = readonly (PhysicalTree | null)[]
/** Columns of a row group, by their path within the action: `deletionVector.offset`. */
export type ActionColumns = ReadonlyMap<string, ActionColumn>

const schema = struct(ACTIONS)

/** Columns of some kinds of actions, from one row group. @throws {DeltaError} `invalid-data`, `unsupported`. */
export async function readActions<Name extends ActionName>(
  file: ParquetFile,
  rowGroup: number,
  names: readonly Name[],
  signal?: AbortSignal,
): Promise<(name: Name) => ActionColumns> {
  const paths = names.flatMap((name) => leafPaths(ACTIONS[name]).map((path) => [name, ...path] as const))
  const columns = await file.readLeaves({ schema, paths, rowGroup, signal })
  const actions = new Map(names.map((name) => [name, new Map<string, ActionColumn>()]))
  for (const [index, [name, ...path]] of paths.entries()) actions.get(name)?.set(path.join('.'), columns[index] ?? [])
  return (name) => actions.get(name) ?? new Map()
}

function leafPaths({ fields }: StructType): string[][] {
  return fields.flatMap(({ name, type }) => {
    return type.type === 'struct' ? leafPaths(type).map((path) => [name, ...path]) : [[name]]
  })
}
