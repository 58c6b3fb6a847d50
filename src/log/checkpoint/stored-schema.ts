import type { DeltaType, StructField, StructType } from '../../schema/index.ts'
import { FLAG, LONG, storedStruct, TEXT, TEXTS } from './fields.ts'

const INTEGER: DeltaType = { type: 'integer' }
const NAMES: DeltaType = { type: 'array', elementType: TEXT, containsNull: true }

const DELETION_VECTOR = storedStruct({
  storageType: TEXT,
  pathOrInlineDv: TEXT,
  offset: INTEGER,
  sizeInBytes: INTEGER,
  cardinality: LONG,
})

const TXN = storedStruct({ appId: TEXT, version: LONG, lastUpdated: LONG })

const ADD = {
  path: TEXT,
  partitionValues: TEXTS,
  size: LONG,
  modificationTime: LONG,
  dataChange: FLAG,
  tags: TEXTS,
  deletionVector: DELETION_VECTOR,
  baseRowId: LONG,
  defaultRowCommitVersion: LONG,
  clusteringProvider: TEXT,
}

const REMOVE = storedStruct({
  path: TEXT,
  deletionTimestamp: LONG,
  dataChange: FLAG,
  extendedFileMetadata: FLAG,
  partitionValues: TEXTS,
  size: LONG,
  deletionVector: DELETION_VECTOR,
  baseRowId: LONG,
  defaultRowCommitVersion: LONG,
})

const METADATA = storedStruct({
  id: TEXT,
  name: TEXT,
  description: TEXT,
  format: storedStruct({ provider: TEXT, options: TEXTS }),
  schemaString: TEXT,
  partitionColumns: NAMES,
  configuration: TEXTS,
  createdTime: LONG,
})

const PROTOCOL = storedStruct({
  minReaderVersion: INTEGER,
  minWriterVersion: INTEGER,
  readerFeatures: NAMES,
  writerFeatures: NAMES,
})

const DOMAIN_METADATA = storedStruct({ domain: TEXT, configuration: TEXT, removed: FLAG })

const SIDECAR = storedStruct({ path: TEXT, sizeInBytes: LONG, modificationTime: LONG, tags: TEXTS })

const CHECKPOINT_METADATA = storedStruct({ version: LONG, tags: TEXTS })

/**
 * The columns of a classic checkpoint, in the order in which Spark has them: Trino once depended on it, and wants all six.
 * @param statistics the fields of `add` that hold statistics, in whichever form the table wants them.
 */
export function classicSchema(statistics: readonly StructField[]): StructType {
  return storedStruct({
    txn: TXN,
    add: addStruct(statistics),
    remove: REMOVE,
    metaData: METADATA,
    protocol: PROTOCOL,
    domainMetadata: DOMAIN_METADATA,
  })
}

/** The columns of a v2 checkpoint's top file: a classic one's, and what leads to its sidecars. */
export function topSchema(statistics: readonly StructField[]): StructType {
  const about = storedStruct({ checkpointMetadata: CHECKPOINT_METADATA, sidecar: SIDECAR })
  return { type: 'struct', fields: [...classicSchema(statistics).fields, ...about.fields] }
}

/** The columns of a sidecar (PROTOCOL.md "Sidecar Files"). */
export function sidecarSchema(statistics: readonly StructField[]): StructType {
  return storedStruct({ add: addStruct(statistics), remove: REMOVE })
}

function addStruct(statistics: readonly StructField[]): StructType {
  return { type: 'struct', fields: [...storedStruct(ADD).fields, ...statistics] }
}
