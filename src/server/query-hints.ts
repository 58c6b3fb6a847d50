import type { AddFile } from '../log/index.ts'
import { fileView, mayMatch, mustMatch, type Predicate, parseJsonHint, parseSqlHint } from '../predicate/index.ts'
import type { Runtime } from '../runtime.ts'
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

/** Says of each file what the conditions do; `conditions` is how many they are. */
export type QueryHints = ((file: AddFile) => HintedFile) & { readonly conditions: number }

/**
 * The conditions of a query as a test of the table's files. Sound: what is not understood, or not known of a file, keeps
 * the file and counts none of its rows.
 */
export function queryHints(
  query: Pick<TableQuery, 'sqlHints' | 'jsonHint' | 'limit'>,
  table: Pick<LoadedTable, 'schema' | 'partitionColumns'>,
): QueryHints {
  const { schema } = table
  const { predicate, isWhole } = parseHints(query, schema)
  const isCounted = isWhole && query.limit !== undefined
  const isPlain = !isCounted && predicate.children.length === 0
  const conditions = countConditions(predicate)
  const hinted = (file: AddFile): HintedFile => {
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
  return Object.assign(hinted, { conditions })
}

/** Conditions asked of files before others get a turn: some tens of milliseconds. */
const CONDITIONS_A_TURN = 10_000

/**
 * To be called after each file: now and then it gives the other requests a turn, so that many conditions on many files
 * hold nobody up but the one who asks.
 */
export function turnTaker(
  { conditions }: Pick<QueryHints, 'conditions'>,
  { sleep }: Pick<Runtime, 'sleep'>,
): () => Promise<void> | undefined {
  let asked = 0
  return () => {
    asked += conditions
    if (asked < CONDITIONS_A_TURN) return undefined
    asked = 0
    return sleep(0)
  }
}

function countConditions(predicate: Predicate): number {
  if ('children' in predicate) return predicate.children.reduce((sum, child) => sum + countConditions(child), 0)
  return predicate.op === 'not' ? countConditions(predicate.child) : 1
}

/** Further conditions are not looked at: each is asked of every file. */
const MAX_CONDITIONS = 500

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
  let conditions = 0
  for (const hint of sqlHints) {
    characters += hint.length
    const parsed = characters > MAX_SQL_CHARACTERS ? null : parseSqlHint(hint, schema)
    conditions += parsed === null ? 0 : countConditions(parsed)
    if (parsed === null || conditions > MAX_CONDITIONS) isWhole = false
    else children.push(parsed)
  }
  if (jsonHint !== undefined) {
    const whole = parseJsonHint(jsonHint, schema, { whole: true })
    const parsed = whole ?? parseJsonHint(jsonHint, schema)
    if (parsed !== null) children.push(parsed)
    isWhole &&= whole !== null
  }
  return { predicate: { op: 'and', children }, isWhole }
}
