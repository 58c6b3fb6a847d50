import { DeltaError } from '../errors.ts'
import { describeValue } from '../schema/index.ts'

/** What a table property may hold. */
type PropertyKind = 'boolean' | 'count' | 'long' | 'integer' | 'interval' | 'text' | readonly string[]

/** The table properties of Delta that we know (delta-spark's `DeltaConfig`), by their canonical spelling. */
const PROPERTIES: Readonly<Record<string, PropertyKind>> = {
  'delta.appendOnly': 'boolean',
  'delta.autoOptimize.autoCompact': 'text',
  'delta.autoOptimize.optimizeWrite': 'text',
  'delta.checkpoint.writeStatsAsJson': 'boolean',
  'delta.checkpoint.writeStatsAsStruct': 'boolean',
  'delta.checkpointInterval': 'count',
  'delta.checkpointPolicy': ['classic', 'v2'],
  'delta.checkpointRetentionDuration': 'interval',
  'delta.columnMapping.maxColumnId': 'count',
  'delta.columnMapping.mode': ['none', 'name', 'id'],
  'delta.compatibility.symlinkFormatManifest.enabled': 'boolean',
  'delta.dataSkippingNumIndexedCols': 'integer',
  'delta.dataSkippingStatsColumns': 'text',
  'delta.dataSkippingStringPrefixLength': 'count',
  'delta.deletedFileRetentionDuration': 'interval',
  'delta.enableChangeDataFeed': 'boolean',
  'delta.enableDeletionVectors': 'boolean',
  'delta.enableExpiredLogCleanup': 'boolean',
  'delta.enableIcebergCompatV1': 'boolean',
  'delta.enableIcebergCompatV2': 'boolean',
  'delta.enableIcebergCompatV3': 'boolean',
  'delta.enableInCommitTimestamps': 'boolean',
  'delta.enableRowTracking': 'boolean',
  'delta.enableTypeWidening': 'boolean',
  'delta.enableVariantShredding': 'boolean',
  'delta.inCommitTimestampEnablementTimestamp': 'long',
  'delta.inCommitTimestampEnablementVersion': 'long',
  'delta.isolationLevel': ['serializable', 'writeserializable'],
  'delta.logRetentionDuration': 'interval',
  'delta.parquet.compression.codec': 'text',
  'delta.parquet.format.version': 'text',
  'delta.randomPrefixLength': 'count',
  'delta.randomizeFilePrefixes': 'boolean',
  'delta.requireCheckpointProtectionBeforeVersion': 'long',
  'delta.rowTracking.materializedRowCommitVersionColumnName': 'text',
  'delta.rowTracking.materializedRowIdColumnName': 'text',
  'delta.rowTrackingSuspended': 'boolean',
  'delta.setTransactionRetentionDuration': 'interval',
  'delta.targetFileSize': 'text',
  'delta.universalFormat.enabledFormats': 'text',
}

/** Properties with names of the user's own below a prefix of Delta's. */
const OPEN_PREFIXES = ['delta.constraints.']
const INTERVAL_UNIT = '(?:week|day|hour|minute|second|millisecond|microsecond)s?'
/** Spark's calendar intervals, without months and years, whose length varies. */
const INTERVAL = new RegExp(`^(?:interval )?\\d+ ${INTERVAL_UNIT}(?: \\d+ ${INTERVAL_UNIT})*$`, 'i')

/**
 * Lets properties pass that are set or changed: names of Delta must be known and spelled as Delta does, their values fit.
 * Other names are the user's own and hold anything.
 * @param before the properties that the table has already; those may stay, whatever they are.
 * @throws {DeltaError} `invalid-argument` naming the property, what was expected and what was found.
 */
export function checkProperties(
  properties: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> = {},
): void {
  for (const [name, value] of Object.entries<unknown>(properties)) {
    if (typeof value !== 'string') {
      throw new DeltaError('invalid-argument', `property ${name}: expected a text, found ${describeValue(value)}`)
    }
    if (before[name] !== value && name.toLowerCase().startsWith('delta.')) checkProperty(name, value)
  }
}

function checkProperty(name: string, value: string): void {
  if (OPEN_PREFIXES.some((prefix) => name.startsWith(prefix))) return
  const kind = Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name] : undefined
  if (kind === undefined) throw unknownProperty(name)
  const fault = faultOf(kind, value)
  if (fault === undefined) return
  throw new DeltaError('invalid-argument', `property ${name}: expected ${fault}, found ${JSON.stringify(value)}`)
}

/** What was expected instead of `value`; nothing if it fits. */
function faultOf(kind: PropertyKind, value: string): string | undefined {
  switch (kind) {
    case 'boolean':
      return /^(?:true|false)$/i.test(value) ? undefined : 'true or false'
    case 'count':
      return /^\d{1,9}$/.test(value) ? undefined : 'a whole number'
    case 'long':
      return /^\d{1,18}$/.test(value) ? undefined : 'a whole number'
    case 'integer':
      return /^-?\d{1,9}$/.test(value) ? undefined : 'a whole number'
    case 'interval':
      return INTERVAL.test(value) ? undefined : 'an interval such as "interval 30 days"'
    case 'text':
      return undefined
    default:
      return kind.includes(value.toLowerCase()) ? undefined : kind.join(' or ')
  }
}

/** Whether a property is set to true, in whatever case. */
export function isEnabled(properties: Readonly<Record<string, string>>, name: string): boolean {
  return properties[name]?.toLowerCase() === 'true'
}

/** What Spark takes as an order to upgrade the protocol, not as a property. */
const PROTOCOL_ORDER = /^delta\.(?:feature\.|min(?:Reader|Writer)Version$)/

function unknownProperty(name: string): DeltaError {
  if (PROTOCOL_ORDER.test(name)) {
    const message = `${name} is no table property: the protocol follows from the schema and the other properties; leave it out`
    return new DeltaError('invalid-argument', message)
  }
  const meant = Object.keys(PROPERTIES).find((known) => known.toLowerCase() === name.toLowerCase())
  const hint = meant ? `write it ${meant}` : 'names that start with "delta." are Delta\'s own: choose another one'
  return new DeltaError('invalid-argument', `there is no table property ${name}: ${hint}`)
}
