import type { RowNumber } from '../parquet/index.ts'
import { isPlainObject, lengthOf, memberReader, type Row, type RowsBatch, setMember } from '../schema/index.ts'

/** What a column takes where a row has nothing for it: no member, or undefined. A null is something. */
export interface Filler {
  readonly column: string
  /** The value for a row that has none; rows are numbered from 1, and asked for in order. */
  value(row: number): unknown
  /** Told of a row that brings a value of its own, to refuse it perhaps. */
  given?(row: number): void
}

/** The batch with the values of its fillers, where its rows lack them. */
export function fillColumns(batch: RowsBatch, fillers: readonly Filler[], rowNumber: RowNumber): RowsBatch {
  if (fillers.length === 0) return batch
  if (batch.kind === 'rows') return { kind: 'rows', rows: fillRows(batch.rows, fillers, rowNumber) }
  const length = lengthOf(batch)
  const columns = new Map(batch.batch.columns)
  for (const filler of fillers) {
    columns.set(filler.column, fillValues(columns.get(filler.column), length, filler, rowNumber))
  }
  return { ...batch, batch: { length, columns } }
}

function fillRows(rows: readonly Row[], fillers: readonly Filler[], rowNumber: RowNumber): Row[] {
  const members = fillers.map((filler) => ({ filler, read: memberReader(filler.column) }))
  return rows.map((row: unknown, index) => {
    // The encoder says what is wrong with something that is no row.
    if (!isPlainObject(row)) return row as Row
    let filled: Record<string, unknown> | undefined
    for (const { filler, read } of members) {
      if (read(row) !== undefined) filler.given?.(rowNumber(index))
      else {
        filled ??= copyOf(row)
        setMember(filled, filler.column, filler.value(rowNumber(index)))
      }
    }
    return filled ?? row
  })
}

/** Keeps the prototype, which may have members of the row too. */
function copyOf(row: Row): Record<string, unknown> {
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(row))
  for (const name of Object.keys(row)) setMember(copy, name, row[name])
  return copy
}

/** A column that lacks nothing stays as it is: typed arrays are encoded faster. */
function fillValues(
  values: ArrayLike<unknown> | undefined,
  length: number,
  filler: Filler,
  rowNumber: RowNumber,
): ArrayLike<unknown> {
  let filled: unknown[] | undefined
  for (let index = 0; index < length; index++) {
    if (values !== undefined && values[index] !== undefined) filler.given?.(rowNumber(index))
    else {
      filled ??= Array.from(values ?? { length })
      filled[index] = filler.value(rowNumber(index))
    }
  }
  return filled ?? values ?? []
}
