import {
  anyOf,
  type FindUse,
  fieldMetadata,
  fieldType,
  findStrangeIdentity,
  nestedFieldMetadata,
  property,
  propertyOtherThan,
  propertyPrefix,
} from './feature-use.ts'
import { CHECK_PREFIX, findOpaqueCheck, findOpaqueInvariant } from './row-constraints.ts'

/**
 * How far we go with a table feature: `yes`; `in-part`, as far as the table's use of it is one that we understand; `unless-used`,
 * only where the table lists the feature without using it; `no`, not where a table lists it.
 */
export type FeatureSupport = 'yes' | 'in-part' | 'unless-used' | 'no'

/** One table feature of the protocol, and what this library does with it. */
export interface TableFeature {
  /** As it stands in `readerFeatures` and `writerFeatures`. */
  readonly name: string
  /** A `writer` feature may be ignored by readers. */
  readonly kind: 'writer' | 'reader-writer'
  /** The protocol versions that imply the feature without listing it. */
  readonly legacy?: { readonly reader?: number; readonly writer: number }
  readonly read: FeatureSupport
  readonly write: FeatureSupport
  /** What we do, or why we do not, in a clause that can end a message. */
  readonly note: string
  /** Section of PROTOCOL.md, or the RFC where there is none yet. */
  readonly section: string
  /** Where the schema or the properties of a table use the feature. */
  readonly use?: FindUse
  /** Where they use it in a way that is beyond us; there where the feature is written `in-part`. */
  readonly beyond?: FindUse
  /** Features that a table must have beside it. */
  readonly requires?: readonly string[]
  /** True if another writer may add it while a write of ours runs, without a conflict (as delta-spark decides). */
  readonly mayJoin?: true
}

/**
 * Every table feature that we know, in the order of the protocol's documents. The one source of what is refused and of
 * the page that tells users so. A name that is not here is refused, to readers if it is a reader feature.
 */
export const tableFeatures: readonly TableFeature[] = [
  {
    name: 'appendOnly',
    kind: 'writer',
    legacy: { writer: 2 },
    read: 'yes',
    write: 'yes',
    note: 'a commit that removes rows is refused while delta.appendOnly is true',
    section: 'Append-only Tables',
    use: property('delta.appendOnly', 'true'),
    mayJoin: true,
  },
  {
    name: 'invariants',
    kind: 'writer',
    legacy: { writer: 2 },
    read: 'yes',
    write: 'in-part',
    note: 'rows are checked: NOT NULL columns, and invariants that compare columns with constants; other SQL cannot be evaluated',
    section: 'Column Invariants',
    use: fieldMetadata('delta.invariants'),
    beyond: findOpaqueInvariant,
  },
  {
    name: 'checkConstraints',
    kind: 'writer',
    legacy: { writer: 3 },
    read: 'yes',
    write: 'in-part',
    note: 'rows are checked where a constraint compares columns with constants; other SQL cannot be evaluated',
    section: 'CHECK Constraints',
    use: propertyPrefix(CHECK_PREFIX),
    beyond: findOpaqueCheck,
  },
  {
    name: 'changeDataFeed',
    kind: 'writer',
    legacy: { writer: 4 },
    read: 'yes',
    write: 'yes',
    note: 'changes are read from change files, added and removed files and deletion vectors; rows that are deleted or updated are told in change files',
    section: 'Add CDC File',
    use: property('delta.enableChangeDataFeed', 'true'),
    mayJoin: true,
  },
  {
    name: 'generatedColumns',
    kind: 'writer',
    legacy: { writer: 4 },
    read: 'yes',
    write: 'unless-used',
    note: 'the SQL of a generated column cannot be evaluated',
    section: 'Generated Columns',
    use: fieldMetadata('delta.generationExpression'),
  },
  {
    name: 'columnMapping',
    kind: 'reader-writer',
    legacy: { reader: 2, writer: 5 },
    read: 'yes',
    write: 'yes',
    note: 'columns are read and written by physical names or field ids; a mode is chosen when the table is created',
    section: 'Column Mapping',
    use: propertyOtherThan('delta.columnMapping.mode', 'none'),
    mayJoin: true,
  },
  {
    name: 'identityColumns',
    kind: 'writer',
    legacy: { writer: 6 },
    read: 'yes',
    write: 'in-part',
    note: 'new rows count on from the high-water mark, one write at a time; parts cannot be staged for a later commit',
    section: 'Identity Columns',
    use: fieldMetadata('delta.identity.'),
    beyond: findStrangeIdentity,
  },
  {
    name: 'allowColumnDefaults',
    kind: 'writer',
    read: 'yes',
    write: 'in-part',
    note: 'rows get defaults that are constants or current_timestamp(); other SQL is refused where a row needs it',
    section: 'Default Columns',
    use: fieldMetadata('CURRENT_DEFAULT'),
    beyond: nestedFieldMetadata('CURRENT_DEFAULT'),
  },
  {
    name: 'timestampNtz',
    kind: 'reader-writer',
    read: 'yes',
    write: 'yes',
    note: 'timestamp_ntz columns are read and written',
    section: 'Timestamp without timezone (TimestampNtz)',
    use: fieldType('timestamp_ntz'),
    mayJoin: true,
  },
  {
    name: 'deletionVectors',
    kind: 'reader-writer',
    read: 'yes',
    write: 'yes',
    note: 'deletion vectors are applied; none are written: files are written anew instead',
    section: 'Deletion Vectors',
    use: property('delta.enableDeletionVectors', 'true'),
    mayJoin: true,
  },
  {
    name: 'v2Checkpoint',
    kind: 'reader-writer',
    read: 'yes',
    write: 'yes',
    note: 'checkpoints of every kind are read; where delta.checkpointPolicy is v2, those with sidecars are written',
    section: 'V2 Checkpoint Table Feature',
    use: property('delta.checkpointPolicy', 'v2'),
    mayJoin: true,
  },
  {
    name: 'vacuumProtocolCheck',
    kind: 'reader-writer',
    read: 'yes',
    write: 'yes',
    note: 'the protocol is checked before every operation',
    section: 'VACUUM Protocol Check',
    mayJoin: true,
  },
  {
    name: 'domainMetadata',
    kind: 'writer',
    read: 'yes',
    write: 'yes',
    note: 'all domains are kept; those of Delta itself are not for users; two commits to one domain conflict',
    section: 'Domain Metadata',
    mayJoin: true,
  },
  {
    name: 'rowTracking',
    kind: 'writer',
    read: 'yes',
    write: 'yes',
    note: 'new rows get their ids; rows that move to another file would lose them, so files only come and go whole',
    section: 'Row Tracking',
    use: property('delta.enableRowTracking', 'true'),
    requires: ['domainMetadata'],
    mayJoin: true,
  },
  {
    name: 'clustering',
    kind: 'writer',
    read: 'yes',
    write: 'yes',
    note: 'new files are not clustered, but always have statistics of the clustering columns',
    section: 'Clustered Table',
    requires: ['domainMetadata'],
  },
  {
    name: 'inCommitTimestamp',
    kind: 'writer',
    read: 'yes',
    write: 'yes',
    note: 'in-commit timestamps are read and written, also on a table that gets them later',
    section: 'In-Commit Timestamps',
    use: property('delta.enableInCommitTimestamps', 'true'),
    mayJoin: true,
  },
  ...withPreview({
    name: 'typeWidening',
    kind: 'reader-writer',
    read: 'yes',
    write: 'yes',
    note: 'files from before a type change are read in the new type; types are not changed',
    section: 'Type Widening',
    use: anyOf(property('delta.enableTypeWidening', 'true'), fieldMetadata('delta.typeChanges')),
    mayJoin: true,
  }),
  ...withPreview({
    name: 'variantType',
    kind: 'reader-writer',
    read: 'yes',
    write: 'unless-used',
    note: 'variant columns are read as JSON values; none are written',
    section: 'Variant Data Type',
    use: fieldType('variant'),
  }),
  ...withPreview({
    name: 'variantShredding',
    kind: 'reader-writer',
    read: 'yes',
    write: 'unless-used',
    note: 'shredded variant columns are put together again; none are written',
    section: 'Variant Shredding',
    requires: ['variantType'],
    use: property('delta.enableVariantShredding', 'true'),
  }),
  ...['V1', 'V2', 'V3'].map(
    (version): TableFeature => ({
      name: `icebergCompat${version}`,
      kind: 'writer',
      read: 'yes',
      write: 'unless-used',
      note: 'data files are not made to suit Iceberg',
      section: version === 'V3' ? 'RFC iceberg-compat-v3' : `Iceberg Compatibility ${version}`,
      use: property(`delta.enableIcebergCompat${version}`, 'true'),
      requires: version === 'V3' ? ['columnMapping', 'rowTracking'] : ['columnMapping'],
      mayJoin: true,
    }),
  ),
  {
    name: 'icebergWriterCompatV1',
    kind: 'writer',
    read: 'yes',
    write: 'no',
    note: 'data files are not made to suit Iceberg',
    section: 'RFC iceberg-writer-compat-v1',
  },
  {
    name: 'catalogManaged',
    kind: 'reader-writer',
    read: 'no',
    write: 'no',
    note: 'commits go through a catalog there, which alone knows the newest version: read it through the catalog',
    section: 'Catalog-managed tables',
    mayJoin: true,
  },
  {
    name: 'checkpointProtection',
    kind: 'writer',
    read: 'yes',
    write: 'yes',
    note: 'below the protected version the log is cleaned up as a whole or not at all',
    section: 'RFC checkpoint-protection',
  },
  {
    name: 'materializePartitionColumns',
    kind: 'writer',
    read: 'yes',
    write: 'unless-used',
    note: 'partition columns are not written into the data files',
    section: 'RFC materialize-partition-columns',
    use: anyOf(
      property('delta.enableMaterializePartitionColumnsFeature', 'true'),
      property('delta.writePartitionColumnsToParquet', 'true'),
    ),
  },
]

/** A feature and the name it had before it was final. Its use is named once, by the final name. */
function withPreview(feature: TableFeature): readonly TableFeature[] {
  const { use: _, ...preview } = feature
  return [feature, { ...preview, name: `${feature.name}-preview` }]
}

const byName = new Map(tableFeatures.map((feature) => [feature.name, feature]))

export function findTableFeature(name: string): TableFeature | undefined {
  return byName.get(name)
}
