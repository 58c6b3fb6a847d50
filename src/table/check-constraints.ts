import { DeltaError } from '../errors.ts'
import type { RowConstraint } from '../log/index.ts'
import type { RowNumber } from '../parquet/index.ts'
import { matchesRow, predicateColumns, type RowReader } from '../predicate/index.ts'
import {
  describeValue,
  fieldAt,
  formatColumnPath,
  isPlainObject,
  lengthOf,
  memberReader,
  type PhysicalTree,
  type RowsBatch,
  type StructType,
} from '../schema/index.ts'
import { columnCaster } from './cast.ts'

/** Lets a batch pass. @throws {DeltaError} `invalid-argument` for a row that breaks a constraint. */
export type RowsCheck = (batch: RowsBatch, rowNumber: RowNumber) => void

/** A check of the constraints of a table: one that is false for a row, or null, is broken, as in Spark. */
export function constraintsCheck(constraints: readonly RowConstraint[], schema: StructType): RowsCheck {
  const values = valueReaders(schema)
  const tests = constraints.map((constraint) => ({ constraint, holds: matchesRow(constraint.predicate) }))
  return (batch, rowNumber) => {
    if (tests.length === 0) return
    const length = lengthOf(batch)
    for (let index = 0; index < length; index++) {
      // The encoder says what is wrong with something that is no row.
      if (batch.kind === 'rows' && !isPlainObject(batch.rows[index])) continue
      const row = rowNumber(index)
      const get: RowReader = (path) => {
        const { read, cast } = values(path)
        return cast(read(batch, index), row)
      }
      for (const { constraint, holds } of tests) {
        if (holds(get) !== true) throw broken(constraint, row, (path) => values(path).read(batch, index))
      }
    }
  }
}

interface ValueReader {
  readonly read: (batch: RowsBatch, index: number) => unknown
  readonly cast: (value: unknown, row: number) => PhysicalTree | null
}

/** The readers of columns, each made once. A predicate hands in the same path, the same object, for every row. */
function valueReaders(schema: StructType): (path: readonly string[]) => ValueReader {
  const readers = new Map<readonly string[], ValueReader>()
  return (path) => {
    let reader = readers.get(path)
    if (reader === undefined) {
      reader = { read: pathReader(path), cast: castAt(schema, path) }
      readers.set(path, reader)
    }
    return reader
  }
}

/** Reads what stands at a path in one row of a batch. */
export function pathReader([column = '', ...inside]: readonly string[]): ValueReader['read'] {
  const readColumn = memberReader(column)
  const readInside = inside.map(memberReader)
  return (batch, index) => {
    const row: unknown = batch.kind === 'rows' ? batch.rows[index] : undefined
    let value =
      batch.kind === 'columns'
        ? batch.batch.columns.get(column)?.[index]
        : isPlainObject(row)
          ? readColumn(row)
          : undefined
    for (const read of readInside) value = isPlainObject(value) ? read(value) : undefined
    return value
  }
}

/** Whether a column has a null is the encoder's to judge. */
function castAt(schema: StructType, path: readonly string[]): ValueReader['cast'] {
  const field = fieldAt(schema, path)
  // Of a value with parts nothing can be asked but whether it is there.
  if (field === undefined || WITH_PARTS.has(field.type.type))
    return (value) => (value === undefined || value === null ? null : true)
  return columnCaster({ ...field, name: formatColumnPath(path), nullable: true })
}

const WITH_PARTS: ReadonlySet<string> = new Set(['array', 'map', 'struct', 'variant'])

function broken(
  { name, expression, predicate }: RowConstraint,
  row: number,
  valueAt: (path: readonly string[]) => unknown,
): DeltaError {
  const found = predicateColumns(predicate).map(
    (path) => `${formatColumnPath(path)} is ${describeValue(valueAt(path) ?? null)}`,
  )
  const message = `row ${row} breaks ${name}: expected ${expression} to be true, found ${found.join(', ') || 'that it never is'}`
  return new DeltaError('invalid-argument', message, { row })
}
