import { DeltaError } from '../errors.ts'
import { formatJson, isJsonObject, parseJson } from '../json.ts'
import type { Runtime } from '../runtime.ts'
import type { Action, AddFile, Metadata, Protocol } from './actions.ts'
import { canonicalPath } from './data-path.ts'
import { isEnabled } from './properties.ts'
import { writerFeatures } from './protocol.ts'
import { fileKey } from './replay.ts'
import type { Snapshot } from './snapshot.ts'

/** The domain that keeps the highest row id ever given out (PROTOCOL.md "Row Tracking"). */
export const ROW_TRACKING_DOMAIN = 'delta.rowTracking'

const MATERIALIZED_ROW_ID = 'delta.rowTracking.materializedRowIdColumnName'
const MATERIALIZED_COMMIT_VERSION = 'delta.rowTracking.materializedRowCommitVersionColumnName'

/** Whether new files must get row ids: as soon as the protocol has the feature, enabled or not, unless it is suspended. */
export function assignsRowIds(protocol: Protocol, { configuration }: Metadata): boolean {
  return writerFeatures(protocol).includes('rowTracking') && !isEnabled(configuration, 'delta.rowTrackingSuspended')
}

/**
 * Properties with what row tracking wants beside `delta.enableRowTracking`: the names of the two columns in which a
 * writer that moves rows keeps their old ids and versions. Random, so that no column of the table has them.
 */
export function withRowTrackingColumns(
  properties: Readonly<Record<string, string>>,
  runtime: Runtime,
): Readonly<Record<string, string>> {
  if (!isEnabled(properties, 'delta.enableRowTracking') || properties[MATERIALIZED_ROW_ID] !== undefined) {
    return properties
  }
  return {
    ...properties,
    [MATERIALIZED_ROW_ID]: `_row-id-col-${runtime.uuid()}`,
    [MATERIALIZED_COMMIT_VERSION]: `_row-commit-version-col-${runtime.uuid()}`,
  }
}

/**
 * The actions of one attempt with a range of fresh row ids for each new file, the version as the commit version of its
 * rows, and the new high-water mark. A file that is live already (another deletion vector, other statistics) keeps what
 * it has.
 * @param base the table that the attempt follows; null for version 0.
 * @throws {DeltaError} `invalid-argument` for a file that does not say how many rows it has.
 */
export function withRowIds(actions: readonly Action[], base: Snapshot | null): Action[] {
  const version = base ? base.version + 1 : 0
  const live = liveFiles(actions, base)
  const before = highWaterMark(base)
  let mark = before
  const assigned = actions.map((action): Action => {
    if (!('add' in action)) return action
    const { baseRowId, defaultRowCommitVersion } = live(action.add) ?? action.add
    const first = baseRowId ?? exact(mark + 1n)
    if (baseRowId === undefined) mark += BigInt(rowsOf(action.add))
    return { add: { ...action.add, baseRowId: first, defaultRowCommitVersion: defaultRowCommitVersion ?? version } }
  })
  if (mark === before) return assigned
  const configuration = formatJson({ rowIdHighWaterMark: exact(mark) })
  return [...assigned, { domainMetadata: { domain: ROW_TRACKING_DOMAIN, configuration, removed: false } }]
}

/** Finds the live file that is added again: the same logical file, or one of a path that is removed in the same commit. */
function liveFiles(actions: readonly Action[], base: Snapshot | null): (add: AddFile) => AddFile | undefined {
  if (base === null) return () => undefined
  const { state, location } = base
  const removed = new Map<string, AddFile>()
  for (const action of actions) {
    const file = 'remove' in action ? state.files.get(fileKey(action.remove, location)) : undefined
    if (file) removed.set(canonicalPath(file.path, location), file)
  }
  return (add) => state.files.get(fileKey(add, location)) ?? removed.get(canonicalPath(add.path, location))
}

/** −1 as long as no row id was given out. Other keys beside the mark are tolerated: Spark writes one. */
function highWaterMark(base: Snapshot | null): bigint {
  const domain = base?.domainMetadata(ROW_TRACKING_DOMAIN)
  if (domain === undefined) return -1n
  const parsed = parseJson(domain.configuration, `the metadata domain ${ROW_TRACKING_DOMAIN} of ${base?.location}`)
  const mark = isJsonObject(parsed) ? parsed.rowIdHighWaterMark : undefined
  if (typeof mark === 'bigint' || (typeof mark === 'number' && Number.isSafeInteger(mark))) return BigInt(mark)
  const message = `the metadata domain ${ROW_TRACKING_DOMAIN} of ${base?.location}: expected a whole number as rowIdHighWaterMark, found ${domain.configuration.slice(0, 80)}`
  throw new DeltaError('invalid-data', message)
}

/** Physical rows: those that a deletion vector marks have an id too. */
function rowsOf({ path, stats }: AddFile): number | bigint {
  const parsed = stats === undefined ? undefined : parseJson(stats, `the statistics of ${path}`)
  const rows = isJsonObject(parsed) ? parsed.numRecords : undefined
  if (typeof rows === 'bigint' || (typeof rows === 'number' && Number.isSafeInteger(rows))) return rows
  const message = `${path} has no numRecords in its statistics: a table with row tracking needs it to number the rows`
  throw new DeltaError('invalid-argument', message)
}

function exact(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}
