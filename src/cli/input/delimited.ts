import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { DeltaError } from '../../errors.ts'
import { utf8Text } from '../../schema/index.ts'
import type { ByteSource } from './source.ts'

/** Cells of one row; null is a cell with nothing in it, "" one that is quoted and empty. */
export type Cells = readonly (string | null)[]

export interface DelimitedRow {
  readonly cells: Cells
  /** Where the row ends in the file, from 1. */
  readonly line: number
}

/**
 * The rows of a CSV or TSV file, the header first (RFC 4180, quotes doubled inside quotes). Blank lines are passed over,
 * unless the file has one column only: there a blank line is a row.
 * @throws {DeltaError} `invalid-data` for a row with more or fewer cells than the header, or a stray quote.
 */
export async function* delimitedRows(source: ByteSource, delimiter: ',' | '\t'): AsyncIterable<DelimitedRow> {
  const { name } = source
  const parser = parse({
    delimiter,
    relax_column_count: true,
    info: true,
    raw: true,
  })
  const feeding = pipeline(Readable.from(utf8Text(source.chunks(), name)), parser)
  // Its failure also ends the loop below, which reports it.
  feeding.catch(() => {})
  let width = 0
  let number = 0
  try {
    for await (const { record, raw, info } of parser as AsyncIterable<ParsedRow>) {
      const row = { cells: cellsOf(record, raw, delimiter), line: info.lines }
      if (number === 0) width = row.cells.length
      else if (width > 1 && isBlank(row.cells)) continue
      else if (row.cells.length !== width) throw ragged(name, row, number, width)
      number++
      yield row
    }
  } catch (error) {
    throw error instanceof CsvError ? unparsable(name, error) : error
  }
}

/** What csv-parse gives with the options above. */
interface ParsedRow {
  readonly record: readonly string[]
  /** The text that the row was parsed from. */
  readonly raw: string
  readonly info: { readonly lines: number }
}

/**
 * Tells empty cells from quoted empty ones. csv-parse can say which cells were quoted, but then builds several objects a
 * cell (9 times slower, measured), while hardly any row has a `""` in it.
 */
function cellsOf(record: readonly string[], raw: string, delimiter: string): Cells {
  if (!record.includes('')) return record
  const quoted = raw.includes('""') ? quotedCells(raw, delimiter) : []
  return record.map((cell, i) => (cell === '' && quoted[i] !== true ? null : cell))
}

/** Which cells of a row, known to be well formed, begin with a quote. */
function quotedCells(raw: string, delimiter: string): boolean[] {
  const quoted: boolean[] = []
  for (let at = 0; at >= 0 && at <= raw.length; ) {
    quoted.push(raw[at] === '"')
    if (raw[at] === '"') at = closingQuote(raw, at) + 1
    const next = raw.indexOf(delimiter, at)
    at = next < 0 ? -1 : next + 1
  }
  return quoted
}

/** The quote that ends the cell whose quote is at `opening`; a doubled quote is part of the cell. */
function closingQuote(raw: string, opening: number): number {
  let at = raw.indexOf('"', opening + 1)
  while (raw[at + 1] === '"') at = raw.indexOf('"', at + 2)
  return at
}

function isBlank(cells: Cells): boolean {
  return cells.length === 1 && cells[0] === null
}

function ragged(name: string, row: DelimitedRow, number: number, width: number): DeltaError {
  const advice =
    row.cells.length > width
      ? 'is a cell that holds the delimiter not quoted?'
      : 'every row needs as many cells as the header; leave a cell empty for null'
  return new DeltaError(
    'invalid-data',
    `${name}, row ${number} (line ${row.line}): expected ${width} cells as in the header, found ${row.cells.length}; ${advice}`,
    { file: name, row: number },
  )
}

function unparsable(name: string, error: CsvError): DeltaError {
  const line = 'lines' in error ? ` (near line ${String(error.lines)})` : ''
  const problem =
    error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quoted cell is opened and never closed'
      : error.code === 'INVALID_OPENING_QUOTE' || error.code === 'CSV_INVALID_CLOSING_QUOTE'
        ? 'a quote stands where none may be: a cell with quotes is quoted as a whole, quotes inside doubled'
        : error.message
  return new DeltaError('invalid-data', `${name} cannot be read as delimited text${line}: ${problem}`, {
    file: name,
    cause: error,
  })
}
