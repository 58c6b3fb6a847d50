import type { PhysicalBatch } from '../parquet/index.ts'
import { type Row, rowValue, type StructField } from '../schema/index.ts'

/** How values look in the rows that come out. */
export interface RowFormat {
  /** Timestamps as ISO text with six digits (default), as `Date` (milliseconds, rounded down), or as `bigint` microseconds. */
  readonly timestamps?: 'iso' | 'date' | 'micros' | undefined
}

/** Makes row objects of the rows of a batch at `indexes`. */
export type RowBuilder = (batch: PhysicalBatch, indexes: readonly number[]) => Row[]

export function rowBuilder(fields: readonly StructField[], format: RowFormat): RowBuilder {
  const names = fields.map((field) => field.name)
  const converters = fields.map((field) => rowValue(field.type, { timestamps: format.timestamps ?? 'iso' }))
  // Assigning to "__proto__" would set the prototype instead of a column.
  const toRow = names.includes('__proto__') ? rowWithAnyName : plainRow
  return (batch, indexes) => {
    const columns = names.map((name, i) => {
      const values = batch.columns.get(name) ?? []
      const convert = converters[i]
      return indexes.map((index) => convert?.(values[index] ?? null) ?? null)
    })
    return indexes.map((_, row) => toRow(names, columns, row))
  }
}

function plainRow(names: readonly string[], columns: readonly unknown[][], row: number): Row {
  const object: Record<string, unknown> = {}
  for (let i = 0; i < names.length; i++) object[names[i] ?? ''] = columns[i]?.[row]
  return object
}

function rowWithAnyName(names: readonly string[], columns: readonly unknown[][], row: number): Row {
  return Object.fromEntries(names.map((name, i) => [name, columns[i]?.[row]]))
}
