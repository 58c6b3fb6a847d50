import type { AddFile } from '../log/index.ts'
import { fileView, mayMatch, type Predicate, parseJsonHint, parseSqlHint } from '../predicate/index.ts'
import { type PhysicalValue, parsePartitionValue, parseStats } from '../schema/index.ts'
import type { TableQuery } from '../wire/index.ts'
import type { LoadedTable } from './loaded-table.ts'

/** Picks the files that a query needs. Sound: a file is left out only if no row of it can be wanted. */
export type FileFilter = (table: LoadedTable) => AsyncIterable<AddFile>

/**
 * What the hints of a query leave of a table's files. A hint that is not understood leaves all. The limit counts only
 * where there is no condition at all: of the rows in a file that may match, perhaps none does.
 */
export function fileFilter({ sqlHints, jsonHint, limit }: TableQuery): FileFilter {
  if (sqlHints.length > 0 || jsonHint !== undefined) return (table) => matching(table, sqlHints, jsonHint)
  return limit === undefined ? allFiles : (table) => holding(table, limit)
}

async function* allFiles(table: LoadedTable): AsyncGenerator<AddFile> {
  for await (const files of table.files()) yield* files
}

async function* matching(table: LoadedTable, sqlHints: readonly string[], jsonHint: unknown): AsyncGenerator<AddFile> {
  const { schema } = table
  const hints = [...sqlHints.map((hint) => parseSqlHint(hint, schema)), parseJsonHint(jsonHint, schema)]
  const children = hints.filter((hint) => hint !== null)
  const predicate: Predicate = { op: 'and', children }
  for await (const file of allFiles(table)) {
    if (
      children.length === 0 ||
      mayMatch(predicate, fileView(parseStats(schema, file.stats), constants(file, table)))
    ) {
      yield file
    }
  }
}

/** As many files as certainly hold `limit` rows; one that does not say how many it has counts as none. */
async function* holding(table: LoadedTable, limit: number): AsyncGenerator<AddFile> {
  let rows = 0
  for await (const file of allFiles(table)) {
    if (rows >= limit) return
    yield file
    rows += parseStats(table.schema, file.stats).numRecords ?? 0
  }
}

/**
 * The values that a file's rows share. One that its type cannot read is left out, as not known; so is the empty text,
 * which some clients take for null and others for a string.
 */
function constants(
  file: AddFile,
  { schema, partitionColumns }: LoadedTable,
): ReadonlyMap<string, PhysicalValue | null> {
  const values = new Map<string, PhysicalValue | null>()
  for (const { name, type } of schema.fields) {
    const text = file.partitionValues[name] ?? null
    if (text === '' || !partitionColumns.includes(name)) continue
    try {
      values.set(name, parsePartitionValue(type, text))
    } catch {
      // Nothing is known then, and the file stays.
    }
  }
  return values
}
