import {
  type ColumnStats,
  comparePhysical,
  type DeltaType,
  type FileStats,
  isPhysicalValue,
  leafColumns,
  type PhysicalStruct,
  type PhysicalTree,
  physicalAt,
  type StructType,
} from '../../src/schema/index.ts'

/** Statistics of one column, `c` by default, as an encoder promises to collect them (see `ColumnStats`). */
export function collectStats(
  type: DeltaType,
  values: readonly (PhysicalTree | null)[],
  path: readonly string[] = ['c'],
): ColumnStats {
  const present = values.filter((value) => value !== null).filter(isPhysicalValue)
  const base = { path, nullCount: values.filter((value) => value === null).length }
  const unbounded = type.type === 'boolean' || type.type === 'binary' || present.some((value) => Number.isNaN(value))
  const sorted = present.toSorted((a, b) => comparePhysical(type, a, b))
  const [min] = sorted
  const max = sorted.at(-1)
  if (unbounded || min === undefined || max === undefined) return base
  const isFloat = type.type === 'float' || type.type === 'double'
  return { ...base, min: isFloat && min === 0 ? -0 : min, max: isFloat && max === 0 ? 0 : max }
}

/** Statistics of rows, of every leaf column. */
export function collectFileStats(schema: StructType, rows: readonly PhysicalStruct[]): FileStats {
  const columns = leafColumns(schema).map(({ path, type }) => {
    return collectStats(
      type,
      rows.map((row) => physicalAt(row, path)),
      path,
    )
  })
  return { numRecords: rows.length, columns }
}
