import { DeltaError } from '../errors.ts'
import { CastError, describeValue } from './cast-error.ts'
import { scalarKind } from './kinds.ts'
import { topPlace } from './place.ts'
import type { Row } from './row.ts'
import type { TextColumn } from './rows-as-text.ts'
import { look, type Seen, seenOf } from './seen.ts'
import { settle } from './settle.ts'
import type { StructType } from './types.ts'

/** A schema read off rows, and what somebody should know about it. */
export interface InferredSchema {
  /** Columns in the order in which they first appeared, all nullable. */
  readonly schema: StructType
  /** One sentence a column whose type is a compromise. */
  readonly notices: readonly string[]
  /** Columns, and parts of them, that became `string` because their values were mixed: `rowsAsText` makes the rows fit. */
  readonly textColumns: readonly TextColumn[]
}

export interface InferenceOptions {
  /** Whether objects, arrays and maps become structs, arrays and maps. Otherwise they are refused. */
  readonly nested?: boolean
}

/** Inference over rows that come in batches. */
export interface SchemaInference {
  /**
   * @throws {DeltaError} `invalid-argument` for a row that is no object, or a value of no kind that a column holds;
   * `unsupported` for a nested value where they are refused.
   */
  add(rows: readonly Row[]): void
  result(): InferredSchema
}

/** The schema of rows that are all at hand; see {@link schemaInference}. */
export function inferSchema(rows: readonly Row[], options: InferenceOptions = {}): InferredSchema {
  const inference = schemaInference(options)
  inference.add(rows)
  return inference.result()
}

/**
 * Finds the narrowest type that holds every value of a column: whole numbers → `long` (`decimal(38,0)` beyond 64 bits),
 * any fraction → `double`, `boolean`, `string`, `Date` → `timestamp`, `Uint8Array` → `binary`. Text is never guessed to
 * be something else. Mixed scalars, and columns without any value, become `string`, with a notice.
 *
 * Objects → a struct of all fields that any of them has, arrays (typed ones too) → an array of what holds every element,
 * `Map` → a map. Where these are mixed with each other or with scalars, and where objects have no fields at all, the
 * column becomes a `string` of JSON text, with a notice.
 */
export function schemaInference(options: InferenceOptions = {}): SchemaInference {
  const columns = new Map<string, Seen>()
  let rowNumber = 0
  return {
    add(rows) {
      for (const row of rows) {
        rowNumber++
        checkRow(row, rowNumber)
        for (const name of Object.keys(row)) {
          const seen = seenOf(columns, name)
          const kind = scalarKind(row[name])
          if (kind !== undefined) seen.kinds |= kind
          else if (options.nested === true) lookInside(seen, row[name], name, rowNumber)
          else throw refuseNested(row[name], name, rowNumber)
        }
      }
    },
    result() {
      const settled = [...columns].map(([name, seen]) => ({ name, ...settle(seen, topPlace(name), [name]) }))
      return {
        schema: {
          type: 'struct',
          fields: settled.map(({ name, type }) => ({ name, type, nullable: true, metadata: {} })),
        },
        notices: settled.flatMap(({ notices }) => notices),
        textColumns: settled.flatMap(({ textColumns }) => textColumns),
      }
    },
  }
}

function lookInside(seen: Seen, value: unknown, column: string, row: number): void {
  try {
    look(seen, value, 0)
  } catch (error) {
    if (!(error instanceof CastError)) throw error
    throw new DeltaError('invalid-argument', `row ${row}, column ${column}${error.path}: ${error.message}`, {
      row,
      column,
      cause: error,
    })
  }
}

function checkRow(row: Row, rowNumber: number): void {
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) return
  throw new DeltaError('invalid-argument', `row ${rowNumber}: expected an object, found ${describeValue(row)}`, {
    row: rowNumber,
  })
}

function refuseNested(value: unknown, column: string, row: number): DeltaError {
  const nested = typeof value === 'object'
  return new DeltaError(
    nested ? 'unsupported' : 'invalid-argument',
    nested
      ? `row ${row}, column ${column}: found ${describeValue(value)}, and nested values are not supported: flatten it into columns, turn it into JSON text, or leave the column out`
      : `row ${row}, column ${column}: expected a value, found ${describeValue(value)}`,
    { row, column },
  )
}
