import type { AddFile } from '../log/index.ts'
import { fileView, mayMatch, mustMatch, type Predicate, parseJsonHint, parseSqlHint } from '../predicate/index.ts'
import { parseStats } from '../schema/index.ts'
import type { TableQuery } from '../wire/index.ts'
import type { LoadedTable } from './loaded-table.ts'
import { partitionConstants } from './partition-constants.ts'

/** What the conditions of a query say about one file. */
export interface HintedFile {
  /** False only if no row of it can be wanted. */
  readonly isWanted: boolean
  /** So many of its rows are certainly wanted, not counting those that a vector deletes; 0 where there is no limit. */
  readonly wantedRows: number
}

/**
 * The conditions of a query as a test of the table's files. Sound: what is not understood, or not known of a file, keeps
 * the file and counts none of its rows.
 */
export function queryHints(
  query: Pick<TableQuery, 'sqlHints' | 'jsonHint' | 'limit'>,
  table: Pick<LoadedTable, 'schema' | 'partitionColumns'>,
): (file: AddFile) => HintedFile {
  const { schema } = table
  const { predicate, isWhole } = parseHints(query, schema)
  const isCounted = isWhole && query.limit !== undefined
  const isPlain = !isCounted && predicate.children.length === 0
  return (file) => {
    // Statistics are long texts: they are not parsed for nothing.
    if (isPlain) return { isWanted: true, wantedRows: 0 }
    const stats = parseStats(schema, file.stats)
    const view = fileView(stats, partitionConstants(file, table))
    const rows = Math.max(0, (stats.numRecords ?? 0) - (file.deletionVector?.cardinality ?? 0))
    return {
      isWanted: mayMatch(predicate, view),
      wantedRows: isCounted && mustMatch(predicate, view) ? rows : 0,
    }
  }
}

/** SQL beyond this is not looked at: every condition is asked of every file. */
const MAX_SQL_CHARACTERS = 20_000

/** All conditions as one; `isWhole` where nothing of them was left aside. */
function parseHints(
  { sqlHints, jsonHint }: Pick<TableQuery, 'sqlHints' | 'jsonHint'>,
  schema: LoadedTable['schema'],
): { predicate: Extract<Predicate, { op: 'and' | 'or' }>; isWhole: boolean } {
  const children: Predicate[] = []
  let isWhole = true
  let characters = 0
  for (const hint of sqlHints) {
    characters += hint.length
    const parsed = characters > MAX_SQL_CHARACTERS ? null : parseSqlHint(hint, schema)
    if (parsed === null) isWhole = false
    else children.push(parsed)
  }
  if (jsonHint !== undefined) {
    const parsed = parseJsonHint(jsonHint, schema)
    if (parsed !== null) children.push(parsed)
    isWhole &&= parseJsonHint(jsonHint, schema, { whole: true }) !== null
  }
  return { predicate: { op: 'and', children }, isWhole }
}
