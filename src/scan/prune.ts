import type { AddFile } from '../log/index.ts'
import { fileView, mayMatch, mustMatch, type Predicate } from '../predicate/index.ts'
import { type PhysicalValue, parsePartitionValue, parseStats, physicalName, type StructType } from '../schema/index.ts'

/**
 * The files that may hold a row for which the filter is true, judged by partition values and statistics. Sound: a file
 * is left out only if none of its rows can match; without statistics it stays.
 */
export function* pruneFiles(
  files: Iterable<AddFile>,
  where: Predicate | undefined,
  schema: StructType,
  partitionColumns: readonly string[],
): Generator<AddFile> {
  for (const file of files) {
    if (where === undefined || mayMatch(where, viewOf(file, schema, partitionColumns))) yield file
  }
}

/**
 * For which rows of a file a filter is true, as far as partition values and statistics tell: `none` and `all` are certain;
 * without a filter it is `all`.
 */
export function matchesIn(
  file: AddFile,
  where: Predicate | undefined,
  schema: StructType,
  partitionColumns: readonly string[],
): 'none' | 'some' | 'all' {
  if (where === undefined) return 'all'
  const view = viewOf(file, schema, partitionColumns)
  if (!mayMatch(where, view)) return 'none'
  return mustMatch(where, view) ? 'all' : 'some'
}

function viewOf(file: AddFile, schema: StructType, partitionColumns: readonly string[]) {
  return fileView(parseStats(schema, file.stats), partitionValuesOf(file, schema, partitionColumns))
}

/** The values that a file's rows have in the partition columns, from the log. */
export function partitionValuesOf(
  file: Pick<AddFile, 'partitionValues'>,
  schema: StructType,
  partitionColumns: readonly string[],
): ReadonlyMap<string, PhysicalValue | null> {
  const values = new Map<string, PhysicalValue | null>()
  for (const field of schema.fields) {
    if (!partitionColumns.includes(field.name)) continue
    values.set(field.name, parsePartitionValue(field.type, file.partitionValues[physicalName(field)] ?? null))
  }
  return values
}
