import { sha256Text } from '#hash'
import { DeltaError } from '../errors.ts'
import type { AddFile } from '../log/index.ts'
import type { TableEntry } from '../manifest/index.ts'
import { fileView, mustMatch, type Predicate, parseFilter } from '../predicate/index.ts'
import { parseStats, type StructType } from '../schema/index.ts'
import { partitionConstants } from './partition-constants.ts'

/** Whether a share shows a file. */
export type PartitionFilter = (file: Pick<AddFile, 'partitionValues'>) => boolean

/**
 * The partition filter of a shared table as a test of its files, the one that every path by which files are shown must pass.
 * A file passes only if all its rows certainly do: one whose partition value is missing from what is known does not.
 * @throws {DeltaError} `unsupported` where the filter does not fit the table: then nothing of it is shown.
 */
export function partitionFilter(
  { schema, name, partition }: Pick<TableEntry, 'schema' | 'name' | 'partition'>,
  table: { readonly schema: StructType; readonly partitionColumns: readonly string[] },
): PartitionFilter {
  if (partition === undefined) return () => true
  const columns = table.schema.fields.filter((field) => table.partitionColumns.includes(field.name))
  const predicate = parsePartitionFilter(partition, { type: 'struct', fields: columns }, `${schema}.${name}`)
  const unknown = parseStats(table.schema, undefined)
  return (file) => mustMatch(predicate, fileView(unknown, partitionConstants(file, table)))
}

/** A filter by which two entries can be told apart; undefined where there is none. */
export function partitionFilterId({ partition }: Pick<TableEntry, 'partition'>): string | undefined {
  if (partition === undefined) return undefined
  return sha256Text(JSON.stringify(partition), 'hex').slice(0, 16)
}

function parsePartitionFilter(partition: unknown, columns: StructType, table: string): Predicate {
  try {
    return parseFilter(partition, columns)
  } catch (cause) {
    throw new DeltaError(
      'unsupported',
      `table ${table} is shared by a filter on its partitions that does not fit it: ask your share provider to share it anew`,
      { cause, feature: 'partition filter' },
    )
  }
}
