import { JsonNumber, parseJson } from '../json.ts'
import { parseDate } from './calendar.ts'
import type { InferredSchema } from './infer.ts'
import { INT64_MAX, INT64_MIN, narrowInteger } from './integer.ts'
import type { Row } from './row.ts'
import { formatTimestamp, parseTimestamp } from './timestamp.ts'
import type { DeltaType, StructField, StructType } from './types.ts'

/** Cells of a text file (CSV, TSV): one line, in the order of the header. An empty cell is null. */
export type TextCells = readonly string[]

/** Inference over lines that come in batches. */
export interface TextInference {
  add(lines: readonly TextCells[]): void
  result(): InferredSchema
}

/** The schema of lines that are all at hand; see {@link textInference}. */
export function inferTextColumns(header: readonly string[], lines: readonly TextCells[]): InferredSchema {
  const inference = textInference(header)
  inference.add(lines)
  return inference.result()
}

/**
 * Finds a type for each column of text cells. A column becomes `long`, `double`, `boolean`, `date` or `timestamp` only
 * if every cell that is not empty prints back the same from that type, so that nothing is lost: `007`, `+1`, `TRUE`,
 * `2026-01-02T03:04:05` (which zone?) and numbers with more digits than a double has stay text. One liberty is taken:
 * zeros that say nothing about a fraction, at its end (`12.0`, `0.10`) or left out before its point (`.5`), are allowed.
 * `1E5` stays text too, being as likely a code as a number; `1.5e10` and `1e-05` are numbers.
 */
export function textInference(header: readonly string[]): TextInference {
  const possible = header.map(() => ALL)
  const seen = header.map(() => 0)
  return {
    add(lines) {
      for (const line of lines) {
        for (let i = 0; i < header.length; i++) {
          const cell = line[i] ?? ''
          const left = possible[i] ?? 0
          if (cell === '') continue
          const kinds = left === 0 ? 0 : kindsOf(cell)
          possible[i] = left & kinds
          seen[i] = (seen[i] ?? 0) | kinds | VALUE
        }
      }
    },
    result() {
      const fields = header.map((name, i): StructField => {
        return { name, type: settle(possible[i] ?? 0, seen[i] ?? 0), nullable: true, metadata: {} }
      })
      const empty = header.filter((_, i) => seen[i] === 0)
      return {
        schema: { type: 'struct', fields },
        notices: empty.map((name) => `column ${name} has no value at all: taken as string`),
        textColumns: [],
      }
    },
  }
}

/**
 * The function that turns a line of cells into a row for a schema, inferred or given. A cell that does not spell a value
 * of its column's type stays text: the column's caster then refuses it, and says what it expected.
 */
export function textRow(header: readonly string[], schema: StructType): (line: TextCells) => Row {
  const types = new Map(schema.fields.map((field) => [field.name, field.type]))
  const readers = header.map((name) => cellReader(types.get(name) ?? { type: 'string' }))
  return (line) => Object.fromEntries(header.map((name, i) => [name, readCell(line[i] ?? '', readers[i])]))
}

type CellReader = (cell: string) => unknown

function readCell(cell: string, reader: CellReader | undefined): unknown {
  if (cell === '') return null
  return reader === undefined ? cell : reader(cell)
}

function cellReader(type: DeltaType): CellReader {
  switch (type.type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      return (cell) => (/^[+-]?\d{1,40}$/.test(cell) ? narrowInteger(BigInt(cell)) : cell)
    case 'float':
    case 'double':
      return (cell) => (NUMBER_CELL.test(cell) ? Number(cell) : cell)
    case 'boolean':
      return (cell) => BOOLEAN_CELLS.get(cell.toLowerCase()) ?? cell
    default:
      return (cell) => cell
  }
}

const NUMBER_CELL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const BOOLEAN_CELLS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** Types that hold a cell exactly, as a set of bits. */
const LONG = 1
const DOUBLE = 2
const BOOLEAN = 4
const DATE = 8
const TIMESTAMP = 16
const ALL = LONG | DOUBLE | BOOLEAN | DATE | TIMESTAMP
/** Remembered beside them: a cell with a value, and one that is a real number, not just `NaN`. */
const VALUE = 32
const REAL_NUMBER = 64

function settle(possible: number, seen: number): DeltaType {
  if (seen === 0) return { type: 'string' }
  if ((possible & LONG) !== 0) return { type: 'long' }
  if ((possible & DOUBLE) !== 0 && (seen & REAL_NUMBER) !== 0) return { type: 'double' }
  if ((possible & BOOLEAN) !== 0) return { type: 'boolean' }
  if ((possible & DATE) !== 0) return { type: 'date' }
  if ((possible & TIMESTAMP) !== 0) return { type: 'timestamp' }
  return { type: 'string' }
}

function kindsOf(cell: string): number {
  const first = cell.charCodeAt(0)
  if (first === MINUS || first === POINT || (first >= DIGIT_0 && first <= DIGIT_9)) {
    const number = numberKinds(cell)
    if (number !== 0) return number
    if (parseDate(cell) !== undefined) return DATE
    return printsBackAsTimestamp(cell) ? TIMESTAMP : 0
  }
  if (cell === 'true' || cell === 'false') return BOOLEAN
  return cell === 'NaN' || cell === 'Infinity' ? DOUBLE : 0
}

/** As JSON, which knows no leading zero and no plus, but with `.5` and without an `1E5` that has neither point nor sign. */
const EXACT_NUMBER = /^-?(?:(?:0|[1-9]\d*)?\.\d+(?:[eE][+-]?\d+)?|(?:0|[1-9]\d*)(?:[eE][+-]\d+)?)$/

function numberKinds(cell: string): number {
  if (cell === '-Infinity') return DOUBLE
  if (!EXACT_NUMBER.test(cell)) return 0
  const value = parseJson(cell.replace(/^(-?)\./, '$10.'))
  if (value instanceof JsonNumber) return 0
  if (/[.eE]/.test(cell) || cell === '-0') return typeof value === 'number' ? DOUBLE | REAL_NUMBER : 0
  if (typeof value === 'bigint') {
    if (value < INT64_MIN || value > INT64_MAX) return 0
    return LONG | REAL_NUMBER | (String(Number(value)) === cell ? DOUBLE : 0)
  }
  return LONG | DOUBLE | REAL_NUMBER
}

/** In UTC, said by a `Z`; zeros at the end of the fraction may be left out. */
function printsBackAsTimestamp(cell: string): boolean {
  const micros = parseTimestamp(cell, 'required')
  if (micros === undefined || !cell.endsWith('Z')) return false
  const printed = formatTimestamp(micros, '')
  const bare = cell.slice(0, -1)
  return printed.startsWith(bare) && /^\.?0*$/.test(printed.slice(bare.length))
}

const MINUS = 45
const POINT = 46
const DIGIT_0 = 48
const DIGIT_9 = 57
