import { DeltaError } from '../errors.ts'
import { sameJson, shapeProblems } from '../record/index.ts'
import { systemRuntime } from '../runtime.ts'
import { checkTableName } from './name.ts'
import type { ManifestOptions } from './options.ts'
import { type PartitionFilter, partitionFilterShape } from './partition-filter.ts'
import type { TableEntry } from './share.ts'
import { isoTime } from './time.ts'

/** A table as recipients call it, in its share. */
export interface TableName {
  readonly schema: string
  readonly name: string
}

/** What of a table is shown. */
export interface ShownTable extends TableName {
  /** Location string of the table. Whether a table is there is for the caller to check. */
  readonly location: string
  /** The version that recipients see; `latest`, which is so unless said, follows the table. */
  readonly version?: number | 'latest' | undefined
  /** Whether recipients may read other versions too, from `startVersion` on. */
  readonly history?: boolean | undefined
  readonly startVersion?: number | undefined
  /** The partitions that are shown: all unless said. Its columns are for the caller to check. */
  readonly partition?: PartitionFilter | undefined
  /** What a plane that shows comments says of the table; one that is not said is left as it is. */
  readonly comment?: string | undefined
}

/** What of an entry is to be different. What is not said stays; null takes away. */
export interface TableChange extends TableName {
  readonly location?: string | undefined
  readonly version?: number | 'latest' | undefined
  readonly history?: boolean | undefined
  readonly startVersion?: number | null | undefined
  readonly partition?: PartitionFilter | null | undefined
  readonly comment?: string | undefined
}

/** @throws {DeltaError} `invalid-argument` for a name, a version or a filter that is not allowed. */
export function newEntry(
  { schema, name, location, version = 'latest', history = false, startVersion, partition, comment }: ShownTable,
  { runtime = systemRuntime }: ManifestOptions,
): TableEntry {
  return checkedEntry({
    schema,
    name,
    id: runtime.uuid(),
    location,
    version,
    history,
    startVersion,
    partition,
    comment,
    addedAt: isoTime(runtime.now()),
  })
}

/**
 * The entry with a change made: its id and names stay. The very same entry where nothing is different.
 * @throws {DeltaError} `invalid-argument` as {@link newEntry}.
 */
export function changedEntry(entry: TableEntry, change: TableChange): TableEntry {
  const { location = entry.location, version = entry.version, history = entry.history } = change
  const { startVersion = history ? entry.startVersion : null, partition = entry.partition } = change
  const { comment = entry.comment } = change
  const changed = checkedEntry({
    ...entry,
    location,
    version,
    history,
    startVersion: startVersion ?? undefined,
    partition: partition ?? undefined,
    comment,
  })
  return sameJson(changed, entry) ? entry : changed
}

/** Whether two entries show the same, whenever they were added and whatever their ids. */
export function showsSame(a: TableEntry, b: TableEntry): boolean {
  return sameJson({ ...a, ...shown(b) }, { ...a, ...shown(a) })
}

function checkedEntry(entry: TableEntry): TableEntry {
  checkTableName(entry)
  const { version, history, startVersion, partition } = entry
  const what = `table ${entry.schema}.${entry.name}`
  for (const number of [version, startVersion]) {
    if (typeof number === 'number' && !(Number.isSafeInteger(number) && number >= 0)) {
      throw new DeltaError('invalid-argument', `${what}: expected a version from 0, found ${number}`)
    }
  }
  if (startVersion !== undefined && !history) {
    throw new DeltaError(
      'invalid-argument',
      `${what} has start version ${startVersion} but its history is not shared: share the history too, or leave the start version out`,
    )
  }
  if (startVersion !== undefined && typeof version === 'number' && startVersion > version) {
    throw new DeltaError(
      'invalid-argument',
      `${what} has start version ${startVersion} but shows version ${version}: show a later version, or start earlier`,
    )
  }
  return partition === undefined ? entry : { ...entry, partition: checkedFilter(partition, what) }
}

function checkedFilter(partition: PartitionFilter, what: string): PartitionFilter {
  const parsed = partitionFilterShape.safeParse(partition)
  if (parsed.success) return parsed.data
  throw new DeltaError('invalid-argument', `${what}: ${shapeProblems(parsed.error, 'the partition filter')}`)
}

function shown(entry: TableEntry): Omit<ShownTable, keyof TableName> {
  const { location, version, history, startVersion, partition, comment } = entry
  return { location, version, history, startVersion, partition, comment }
}
