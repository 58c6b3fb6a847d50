import type { JsonObject, JsonValue } from '../json.ts'

/**
 * The actions of a commit, with the names of the protocol (PROTOCOL.md "Actions", `delta-table.md` §2.3).
 * Each is one line of a commit file: `{"add": {…}}`.
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

export interface Metadata {
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

export interface Protocol {
  readonly minReaderVersion: number
  readonly minWriterVersion: number
  /** Present exactly when `minReaderVersion` is 3. */
  readonly readerFeatures?: readonly string[]
  /** Present exactly when `minWriterVersion` is 7. */
  readonly writerFeatures?: readonly string[]
}

export interface AddFile {
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

export interface RemoveFile {
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

export interface CdcFile {
  readonly path: string
  readonly partitionValues: Readonly<Record<string, string | null>>
  readonly size: number
  readonly dataChange: false
  readonly tags?: Readonly<Record<string, string>>
}

export interface DeletionVector {
  readonly storageType: 'u' | 'i' | 'p'
  readonly pathOrInlineDv: string
  readonly offset?: number
  readonly sizeInBytes: number
  readonly cardinality: number
}

export interface Txn {
  readonly appId: string
  readonly version: number
  readonly lastUpdated?: number
}

export interface DomainMetadata {
  readonly domain: string
  readonly configuration: string
  readonly removed: boolean
}

/** Free JSON; these keys are the ones that we write and look at. */
export interface CommitInfo extends JsonObject {
  readonly timestamp?: number
  readonly operation?: string
  readonly operationParameters?: JsonValue
  readonly operationMetrics?: JsonValue
  readonly readVersion?: number
  readonly isolationLevel?: string
  readonly isBlindAppend?: boolean
  readonly engineInfo?: string
  /** A fresh UUID a commit attempt: by it a writer recognises its own commit after a lost answer. */
  readonly txnId?: string
}
