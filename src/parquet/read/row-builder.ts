import { type ColumnBatch, type Row, type RowValueOptions, rowValue, type StructField } from '../../schema/index.ts'
import type { SelectedRows } from './select-rows.ts'

/** The function that makes row objects of selected rows. */
export function rowBuilder(
  fields: readonly StructField[],
  options: RowValueOptions,
): (selected: SelectedRows) => Row[] {
  const names = fields.map((field) => field.name)
  const build = columnBuilder(fields, options)
  // Assigning to "__proto__" would set the prototype instead of a column.
  const toRow = names.includes('__proto__') ? rowWithAnyName : plainRow
  return (selected) => {
    const columns = [...build(selected).columns.values()]
    return selected.indexes.map((_, row) => toRow(names, columns, row))
  }
}

/** The function that makes columns, of the values that row objects would have. */
export function columnBuilder(
  fields: readonly StructField[],
  options: RowValueOptions,
): (selected: SelectedRows) => ColumnBatch {
  const converters = fields.map(({ name, type }) => {
    return { name, convert: rowValue(type, options) }
  })
  return ({ batch, indexes }) => {
    const columns = converters.map(({ name, convert }) => {
      const values = batch.columns.get(name) ?? []
      return [name, indexes.map((index) => convert(values[index] ?? null) ?? null)] as const
    })
    return { length: indexes.length, columns: new Map(columns) }
  }
}

function plainRow(names: readonly string[], columns: readonly ArrayLike<unknown>[], row: number): Row {
  const object: Record<string, unknown> = {}
  for (let i = 0; i < names.length; i++) object[names[i] ?? ''] = columns[i]?.[row]
  return object
}

function rowWithAnyName(names: readonly string[], columns: readonly ArrayLike<unknown>[], row: number): Row {
  return Object.fromEntries(names.map((name, i) => [name, columns[i]?.[row]]))
}
