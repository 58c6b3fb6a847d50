/** Folders of the change feed, and of an index that Databricks keeps: hidden by name, and cleaned all the same. */
const CLEANED = ['_change_data', '_delta_index']
/** Where UniForm keeps the metadata of Iceberg. */
const ICEBERG_METADATA = 'metadata'

/**
 * Whether a key below a table is none of a vacuum's business, as delta-spark has it (`DeltaTableUtils.isHiddenDirectory`):
 * the log, and whatever else has a segment that begins with `_` or `.`; but change files, and partitions by a column of
 * such a name, are cleaned.
 * @param partitionColumns as they stand in the names of directories.
 */
export function isHiddenKey(key: string, partitionColumns: readonly string[]): boolean {
  const segments = key.split('/')
  if (segments.length > 1 && segments[0] === ICEBERG_METADATA) return true
  return segments.some((segment) => {
    if (!segment.startsWith('_') && !segment.startsWith('.')) return false
    if (CLEANED.some((name) => segment.startsWith(name))) return false
    return !partitionColumns.some((column) => segment.startsWith(`${column}=`))
  })
}
