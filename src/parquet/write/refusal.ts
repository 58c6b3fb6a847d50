import { DeltaError } from '../../errors.ts'
import {
  CastError,
  caster,
  describeValue,
  formatColumnPath,
  isPlainObject,
  type Row,
  type StructType,
} from '../../schema/index.ts'

/** A batch in which something does not fit. */
export interface RefusedBatch {
  readonly schema: StructType
  /** Columns besides that a row may have. */
  readonly ignored: readonly string[]
  readonly rows: readonly Row[]
  /** The number of a row in messages, by its index here. */
  readonly rowNumber: (index: number) => number
  readonly cause: unknown
}

/**
 * The refusal of a batch. The encoder goes column by column and only knows that there is a fault; this goes row by row,
 * so that the first faulty row is named.
 */
export function refusal({ schema, ignored, rows, rowNumber, cause }: RefusedBatch): DeltaError {
  const checks = schema.fields.map(({ name, type, nullable }) => ({ name, nullable, cast: caster(type) }))
  const known = new Set([...checks.map(({ name }) => name), ...ignored])
  for (const [i, row] of rows.entries()) {
    const number = rowNumber(i)
    if (!isPlainObject(row)) return notARow(number, row)
    const unknown = Object.keys(row).find((name) => !known.has(name) && row[name] !== undefined)
    if (unknown !== undefined) return columnLacking(number, unknown)
    for (const { name, nullable, cast } of checks) {
      try {
        const value = Object.hasOwn(row, name) || !(name in Object.prototype) ? row[name] : null
        if (cast(value) === null && !nullable)
          throw new CastError('a value, because the column is not nullable', 'none')
      } catch (error) {
        if (!(error instanceof CastError)) throw error
        return misfit(number, name, error)
      }
    }
  }
  return new DeltaError('internal', 'a batch of rows was refused, but every row fits the schema: please report this', {
    cause,
  })
}

/** A row that brings a column of its own: nothing is dropped in silence. */
function columnLacking(row: number, column: string): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `row ${row} has a column '${column}' that the schema lacks: leave it out of the row, or add it to the schema`,
    { row, column },
  )
}

function notARow(row: number, found: unknown): DeltaError {
  const message = `row ${row}: expected an object of column names and values, found ${describeValue(found)}`
  return new DeltaError('invalid-argument', message, { row })
}

function misfit(row: number, column: string, cause: CastError): DeltaError {
  const { path, expected, found } = cause
  const place = path === '' ? column : formatColumnPath([column]) + path
  const message = `row ${row}, column '${place}': expected ${expected}, found ${found}`
  return new DeltaError('invalid-argument', message, { row, column, cause })
}
