import type { JsonObject, JsonValue } from '../json.ts'

/**
 * The actions of a commit, with the names of the protocol (PROTOCOL.md "Actions").
 * Each is one line of a commit file: `{"add": {…}}`. Type aliases, not interfaces: so they are JSON values to TypeScript.
 */
export type Action =
  | { readonly commitInfo: CommitInfo }
  | { readonly protocol: Protocol }
  | { readonly metaData: Metadata }
  | { readonly txn: Txn }
  | { readonly domainMetadata: DomainMetadata }
  | { readonly remove: RemoveFile }
  | { readonly add: AddFile }
  | { readonly cdc: CdcFile }

/** What the table is: schema, partitioning, properties. */
export type Metadata = {
  readonly id: string
  readonly name?: string
  readonly description?: string
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> }
  /** JSON text of the schema. */
  readonly schemaString: string
  readonly partitionColumns: readonly string[]
  readonly configuration: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly createdTime?: number
}

/** What a client must understand to read or to write the table. */
export type Protocol = {
  readonly minReaderVersion: number
  readonly minWriterVersion: number
  /** Present exactly when `minReaderVersion` is 3. */
  readonly readerFeatures?: readonly string[]
  /** Present exactly when `minWriterVersion` is 7. */
  readonly writerFeatures?: readonly string[]
}

/** A file that becomes part of the table. Sizes are bytes, times milliseconds since 1970. */
export type AddFile = {
  /** As it stands in the log: URI-encoded, relative to the table root. Decode with `decodePath` for the object key. */
  readonly path: string
  readonly partitionValues: Readonly<Record<string, string | null>>
  readonly size: number
  readonly modificationTime: number
  readonly dataChange: boolean
  /** JSON text. */
  readonly stats?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly deletionVector?: DeletionVector
  readonly baseRowId?: number | bigint
  readonly defaultRowCommitVersion?: number
  readonly clusteringProvider?: string
}

/** A file that leaves the table; its `path` and `deletionVector` repeat the add's, byte for byte. */
export type RemoveFile = {
  readonly path: string
  readonly deletionTimestamp?: number
  readonly dataChange: boolean
  readonly extendedFileMetadata?: boolean
  readonly partitionValues?: Readonly<Record<string, string | null>>
  readonly size?: number
  readonly stats?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly deletionVector?: DeletionVector
  readonly baseRowId?: number | bigint
  readonly defaultRowCommitVersion?: number
}

/** A file of row-level changes, read instead of the commit's adds and removes by readers of the change feed. */
export type CdcFile = {
  readonly path: string
  readonly partitionValues: Readonly<Record<string, string | null>>
  readonly size: number
  readonly dataChange: false
  readonly tags?: Readonly<Record<string, string>>
}

/** Which rows of a file count as deleted: in a file (`u` relative, `p` absolute) or inline (`i`). */
export type DeletionVector = {
  readonly storageType: 'u' | 'i' | 'p'
  readonly pathOrInlineDv: string
  readonly offset?: number
  readonly sizeInBytes: number
  readonly cardinality: number
}

/** The latest version that an application has written: its idempotence key. */
export type Txn = {
  readonly appId: string
  /** A 64-bit integer that only grows. */
  readonly version: number | bigint
  /** Milliseconds since 1970. */
  readonly lastUpdated?: number
}

/** Configuration of one feature or application; `removed` is a tombstone that keeps the old configuration. */
export type DomainMetadata = {
  readonly domain: string
  readonly configuration: string
  readonly removed: boolean
}

/** Free JSON; these keys are the ones that we write and look at. */
export type CommitInfo = JsonObject & {
  /** Milliseconds since 1970, by the writer's clock. */
  readonly timestamp?: number
  /** Milliseconds since 1970, strictly growing from version to version; there where the table has in-commit timestamps. */
  readonly inCommitTimestamp?: number
  readonly operation?: string
  readonly operationParameters?: JsonValue
  readonly operationMetrics?: JsonValue
  readonly readVersion?: number
  readonly isolationLevel?: string
  readonly isBlindAppend?: boolean
  readonly engineInfo?: string
  /** A UUID that no other commit has: by it a writer recognises its own commit after a lost answer. */
  readonly txnId?: string
}
