import type { Members } from '../schema/index.ts'

/**
 * Copies one column of `rows[start, end)` to the front of `values`, and counts in `found` the rows that have it. A row
 * that is null has no column.
 */
export type ColumnReader = (
  rows: ArrayLike<Members | null | undefined>,
  start: number,
  end: number,
  values: unknown[],
  found: Uint32Array,
) => void

/** The reader of a column by its name. A name that every object inherits counts only where a row has it itself. */
export function columnReader(name: string): ColumnReader {
  return name in Object.prototype ? ownColumnReader(name) : plainColumnReader(name)
}

function plainColumnReader(name: string): ColumnReader {
  return (rows, start, end, values, found) => {
    for (let i = start; i < end; i++) {
      const value = rows[i]?.[name]
      values[i - start] = value
      if (value !== undefined) found[i - start] = (found[i - start] ?? 0) + 1
    }
  }
}

function ownColumnReader(name: string): ColumnReader {
  return (rows, start, end, values, found) => {
    for (let i = start; i < end; i++) {
      const row = rows[i]
      const value = row !== null && row !== undefined && Object.hasOwn(row, name) ? row[name] : undefined
      values[i - start] = value
      if (value !== undefined) found[i - start] = (found[i - start] ?? 0) + 1
    }
  }
}

/**
 * A column of the row that the schema lacks, if any. To count a row's keys is cheap: only when there are more of them
 * than columns were found, the names are compared.
 */
export function unknownColumn(row: Members, found: number, known: ReadonlySet<string>): string | undefined {
  let keys = 0
  for (const _ in row) keys++
  return keys === found ? undefined : Object.keys(row).find((name) => !known.has(name) && row[name] !== undefined)
}
