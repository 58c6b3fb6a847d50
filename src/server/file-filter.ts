import type { AddFile, Snapshot } from '../log/index.ts'
import { fileView, mayMatch, type Predicate, parseJsonHint, parseSqlHint } from '../predicate/index.ts'
import { type PhysicalValue, parsePartitionValue, parseStats } from '../schema/index.ts'
import type { TableQuery } from '../wire/index.ts'

/** Picks the files that a query needs. Sound: a file is left out only if no row of it can be wanted. */
export type FileFilter = (snapshot: Snapshot) => Iterable<AddFile>

/**
 * What the hints of a query leave of a table's files. A hint that is not understood leaves all. The limit counts only
 * where there is no condition at all: of the rows in a file that may match, perhaps none does.
 */
export function fileFilter({ sqlHints, jsonHint, limit }: TableQuery): FileFilter {
  if (sqlHints.length > 0 || jsonHint !== undefined) return (snapshot) => matching(snapshot, sqlHints, jsonHint)
  return limit === undefined ? (snapshot) => snapshot.files() : (snapshot) => holding(snapshot, limit)
}

function* matching(snapshot: Snapshot, sqlHints: readonly string[], jsonHint: unknown): Generator<AddFile> {
  const { schema } = snapshot
  const hints = [...sqlHints.map((hint) => parseSqlHint(hint, schema)), parseJsonHint(jsonHint, schema)]
  const children = hints.filter((hint) => hint !== null)
  const predicate: Predicate = { op: 'and', children }
  for (const file of snapshot.files()) {
    if (
      children.length === 0 ||
      mayMatch(predicate, fileView(parseStats(schema, file.stats), constants(file, snapshot)))
    ) {
      yield file
    }
  }
}

/** As many files as certainly hold `limit` rows; one that does not say how many it has counts as none. */
function* holding(snapshot: Snapshot, limit: number): Generator<AddFile> {
  let rows = 0
  for (const file of snapshot.files()) {
    if (rows >= limit) return
    yield file
    rows += parseStats(snapshot.schema, file.stats).numRecords ?? 0
  }
}

/**
 * The values that a file's rows share. One that its type cannot read is left out, as not known; so is the empty text,
 * which some clients take for null and others for a string.
 */
function constants(file: AddFile, { schema, partitionColumns }: Snapshot): ReadonlyMap<string, PhysicalValue | null> {
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
