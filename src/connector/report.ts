import { type Members, memberReader, type Row } from '../schema/index.ts'
import type { ColumnLayout, PublishedColumn } from './column-layout.ts'
import { isGarbled } from './garbled.ts'
import { isObject } from './public-json.ts'
import { repeatedKeys } from './repeated-keys.ts'
import type { PublishedRow } from './row.ts'

/** How many samples of what did not fit are kept of a column. */
const MAX_SAMPLES = 5
/** A sample says what was found in a few words; this holds for all of them. */
const MAX_SAMPLE_LENGTH = 100
/** How many names of keys that are no fields are kept: rows may use data as keys. */
const MAX_EXTRA_FIELDS = 100

export interface ColumnCount {
  readonly column: string
  readonly count: number
}

/** Values of a column that did not fit it and are null. */
export interface CastFailures extends ColumnCount {
  /** How many rows had a value at all. */
  readonly present: number
  /** At most five of the values, each different, in a few words: "the text \"1,5\"", "an array of 3". */
  readonly samples: readonly string[]
}

/** What is to be said of the rows of a run; only JSON values. Columns are named as they are published. */
export interface RunReport {
  readonly rows: number
  readonly castFailures: readonly CastFailures[]
  readonly precisionLoss: readonly ColumnCount[]
  readonly illFormedText: readonly ColumnCount[]
  readonly garbledText: readonly ColumnCount[]
  /** Keys that are neither private nor fields, and in how many rows: the first hundred names. */
  readonly extraFields: readonly { readonly name: string; readonly count: number }[]
  /** How often other keys than those came. */
  readonly moreExtraFields: number
  /** Of how many columns the table consists, without the lineage. */
  readonly columns: number
  /** Columns whose field is a key of no row, where there are rows. */
  readonly missingColumns: readonly string[]
  /** Columns whose field is required, and how many rows have no value there. */
  readonly missingRequired: readonly ColumnCount[]
  /** Rows whose key an earlier row has. */
  readonly duplicateKeys: number
  /** Rows without a key although the schema declares one: a part of it is missing or empty. */
  readonly rowsWithoutKey: number
}

/** Takes the rows of a run as they go by. */
export interface ReportGatherer {
  /** @param given the row as it came, before it was cast. */
  row(published: PublishedRow, given: unknown): void
  finish(): RunReport
}

/** What is counted of one column. */
interface Tally {
  readonly column: PublishedColumn
  readonly read: (row: Members) => unknown
  readonly isText: boolean
  /** Rows that have the field as a key, be it with null. */
  named: number
  present: number
  failed: number
  precisionLoss: number
  illFormed: number
  garbled: number
  readonly samples: Set<string>
}

/**
 * Gathers a report. The memory that it takes does not grow with the rows, but for eight bytes a row with a key (up to
 * three times that while they are counted), by which repeated keys are found.
 */
export function reportGatherer(layout: ColumnLayout): ReportGatherer {
  const tallies = layout.columns.map(newTally)
  const byName = new Map(tallies.map((tally) => [tally.column.name, tally]))
  const extra = new Map<string, number>()
  const keys = repeatedKeys()
  const hasKey = layout.key.length > 0
  let rows = 0
  let rowsWithoutKey = 0
  let moreExtraFields = 0
  return {
    row({ row, problems, extraFields }, given) {
      rows++
      if (isObject(given)) for (const tally of tallies) lookAt(tally, given, row)
      for (const { column, problem, found } of problems) {
        const tally = byName.get(column)
        if (tally !== undefined) count(tally, problem, found)
      }
      for (const name of extraFields) {
        const short = name.slice(0, MAX_SAMPLE_LENGTH).toWellFormed()
        if (extra.has(short) || extra.size < MAX_EXTRA_FIELDS) extra.set(short, (extra.get(short) ?? 0) + 1)
        else moreExtraFields++
      }
      const key = row[layout.lineage.KADOA_ROW_KEY]
      if (typeof key === 'string') keys.add(key)
      else if (hasKey) rowsWithoutKey++
    },
    finish: () => ({
      rows,
      castFailures: tallies
        .filter(({ failed }) => failed > 0)
        .map(({ column, failed, present, samples }) => {
          return { column: column.name, count: failed, present, samples: [...samples] }
        }),
      precisionLoss: counts(tallies, (tally) => tally.precisionLoss),
      illFormedText: counts(tallies, (tally) => tally.illFormed),
      garbledText: counts(tallies, (tally) => tally.garbled),
      extraFields: Array.from(extra, ([name, count]) => ({ name, count })),
      moreExtraFields,
      columns: tallies.length,
      missingColumns: rows === 0 ? [] : tallies.filter((each) => each.named === 0).map(nameOf),
      missingRequired: counts(
        tallies.filter(({ column }) => column.field.isRequired === true),
        ({ present }) => rows - present,
      ),
      duplicateKeys: keys.count(),
      rowsWithoutKey,
    }),
  }
}

function newTally(column: PublishedColumn): Tally {
  return {
    column,
    read: memberReader(column.field.name),
    isText: column.type.type === 'string',
    named: 0,
    present: 0,
    failed: 0,
    precisionLoss: 0,
    illFormed: 0,
    garbled: 0,
    samples: new Set(),
  }
}

function lookAt(tally: Tally, given: Members, row: Row): void {
  const value = tally.read(given)
  if (value === undefined) return
  tally.named++
  if (value === null) return
  tally.present++
  const published = tally.isText ? row[tally.column.name] : undefined
  if (typeof published !== 'string') return
  // As it came: what became U+FFFD here is counted already.
  if (isGarbled(typeof value === 'string' ? value : published)) tally.garbled++
}

function count(tally: Tally, problem: PublishedRow['problems'][number]['problem'], found: string): void {
  switch (problem) {
    case 'CAST_FAILED':
      tally.failed++
      if (tally.samples.size < MAX_SAMPLES) tally.samples.add(shortened(found))
      break
    case 'PRECISION_LOSS':
      tally.precisionLoss++
      break
    case 'ILL_FORMED_TEXT':
      tally.illFormed++
      break
    case 'GARBLED_TEXT':
      tally.garbled++
      break
  }
}

/** Marked where it is cut: whoever erases a value cannot tell whether the rest held it. */
function shortened(found: string): string {
  return found.length > MAX_SAMPLE_LENGTH ? `${found.slice(0, MAX_SAMPLE_LENGTH - 1)}…` : found
}

function counts(tallies: readonly Tally[], of: (tally: Tally) => number): ColumnCount[] {
  return tallies.map((tally) => ({ column: nameOf(tally), count: of(tally) })).filter(({ count }) => count > 0)
}

function nameOf(tally: Tally): string {
  return tally.column.name
}
