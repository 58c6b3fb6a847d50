import { type ColumnStats, comparePhysical, type DeltaType, type PhysicalValue } from '../../src/schema/index.ts'

/** Statistics of one column `c`, as an encoder promises to collect them (see `ColumnStats`). */
export function collectStats(type: DeltaType, values: readonly (PhysicalValue | null)[]): ColumnStats {
  const present = values.filter((value) => value !== null)
  const base = { path: ['c'], nullCount: values.length - present.length }
  const unbounded = type.type === 'boolean' || type.type === 'binary' || present.some((value) => Number.isNaN(value))
  const sorted = present.toSorted((a, b) => comparePhysical(type, a, b))
  const [min] = sorted
  const max = sorted.at(-1)
  if (unbounded || min === undefined || max === undefined) return base
  const isFloat = type.type === 'float' || type.type === 'double'
  return { ...base, min: isFloat && min === 0 ? -0 : min, max: isFloat && max === 0 ? 0 : max }
}
