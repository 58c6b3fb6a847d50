/** `equal`: as Spark finds it; else the name of the table feature by which we refuse. */
export type Expected = 'equal' | Refused

export interface Refused {
  readonly refused: string
}

export interface FeatureCase {
  /** The script in `features/`. */
  readonly feature: string
  /** What shows that Spark did use the feature: a name of a file in the log, or an entry of a commit. */
  readonly sign: RegExp
  /** Every version of the table read by us. A refusal is that of the newest. */
  readonly read: Expected
  /** A row appended by us, which Spark then finds. */
  readonly append: Expected
  /** What the table gives that row by itself: it is appended without. */
  readonly given?: Readonly<Record<string, unknown>>
  /** The newest version read by us after the commits before its checkpoint were cleaned away. */
  readonly cleaned?: Expected
}

/**
 * What we make of the tables that Spark makes. Of the features of Delta 4.0.1 only compacted log files are not among them:
 * Spark reads those and has no way to write them.
 */
export const featureCases: readonly FeatureCase[] = [
  {
    feature: 'append-only',
    sign: /"delta\.appendOnly":"true"/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'change-data-feed',
    sign: /"cdc":\{/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'check-constraint',
    sign: /"delta\.constraints\.positive":"id > 0"/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'checkpoint-protection',
    sign: /"checkpointProtection"/,
    read: 'equal',
    append: 'equal',
    cleaned: 'equal',
  },
  {
    feature: 'checkpoint-with-struct-statistics',
    sign: /^0{19}2\.checkpoint\.parquet$/m,
    read: 'equal',
    append: 'equal',
    cleaned: 'equal',
  },
  {
    feature: 'clustering',
    sign: /"delta\.clustering"/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'collation',
    sign: /icu\.UNICODE_CI/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'column-mapping-by-id',
    sign: /"delta\.columnMapping\.mode":"id"/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'column-mapping-by-name',
    sign: /"delta\.columnMapping\.mode":"name"/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'column-mapping-upgraded',
    sign: /"delta\.columnMapping\.mode":"name"/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'default-column',
    sign: /CURRENT_DEFAULT/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'deletion-vectors-by-delete',
    sign: /"deletionVector":\{/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'deletion-vectors-by-merge',
    sign: /"deletionVector":\{/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'deletion-vectors-by-update',
    sign: /"deletionVector":\{/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'deletion-vectors-enabled-only',
    sign: /"readerFeatures":\["deletionVectors"\]/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'deletion-vectors-in-checkpoint',
    sign: /^0{19}2\.checkpoint\.parquet$/m,
    read: 'equal',
    append: 'equal',
    cleaned: 'equal',
  },
  {
    feature: 'generated-column',
    sign: /delta\.generationExpression/,
    read: 'equal',
    append: refused('generatedColumns'),
  },
  {
    feature: 'identity-column',
    sign: /delta\.identity\.highWaterMark/,
    read: 'equal',
    append: 'equal',
    given: { id: 25 },
  },
  {
    feature: 'in-commit-timestamps',
    sign: /"inCommitTimestamp":\d/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'in-commit-timestamps-enabled-later',
    sign: /"delta\.inCommitTimestampEnablementVersion":"2"/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'int96-timestamps',
    sign: /"add":\{/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'legacy-parquet',
    sign: /"add":\{/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'multi-part-checkpoint',
    sign: /^0{19}4\.checkpoint\.0000000001\.000000000\d\.parquet$/m,
    read: 'equal',
    append: 'equal',
    cleaned: 'equal',
  },
  {
    feature: 'not-null',
    sign: /\\"nullable\\":false/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'optimized',
    sign: /"operation":"RESTORE"/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'row-tracking',
    sign: /"baseRowId":\d/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'timestamp-ntz',
    sign: /timestamp_ntz/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'type-widening',
    sign: /delta\.typeChanges/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'type-widening-to-fractions',
    sign: /delta\.typeChanges/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'v2-checkpoint-in-json',
    sign: /^0{19}2\.checkpoint\.[0-9a-f-]{36}\.json$/m,
    read: 'equal',
    append: 'equal',
    cleaned: 'equal',
  },
  {
    feature: 'v2-checkpoint-with-sidecars',
    sign: /^_sidecars\/\S+\.parquet$/m,
    read: 'equal',
    append: 'equal',
    cleaned: 'equal',
  },
  {
    feature: 'vacuum-protocol-check',
    sign: /"vacuumProtocolCheck"/,
    read: 'equal',
    append: 'equal',
  },
  {
    feature: 'variant',
    sign: /"variantType(-preview)?"/,
    read: 'equal',
    append: refused('variantType'),
  },
]

function refused(feature: string): Refused {
  return { refused: feature }
}
