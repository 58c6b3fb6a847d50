import { formatJson, JsonNumber, type JsonValue } from '../json.ts'
import { formatDate, MAX_DAY, MIN_DAY } from './calendar.ts'
import { physicalPath } from './column-mapping.ts'
import type { ColumnStats, FileStats } from './column-stats.ts'
import { type LeafColumn, leafColumns } from './columns.ts'
import { formatDecimal } from './decimal.ts'
import type { PhysicalValue } from './physical.ts'
import { lowerStringBound, upperStringBound } from './string-bounds.ts'
import { formatTimestamp, isCommonEra } from './timestamp.ts'
import type { DeltaType, StructType } from './types.ts'

export interface FormatStatsOptions {
  /** How many leaf columns, in schema order, get statistics: `delta.dataSkippingNumIndexedCols`; −1 means all. */
  readonly indexedColumns?: number
  /**
   * Exactly these columns instead: `delta.dataSkippingStatsColumns`, parsed by `parseColumnPaths`. Names are compared
   * ignoring case; a struct stands for all leaf columns inside it.
   */
  readonly columns?: readonly (readonly string[])[]
  /** Physical paths of columns that get statistics in any case: those that the table is clustered by. */
  readonly required?: readonly (readonly string[])[]
  /** Code points kept of a string bound: `delta.dataSkippingStringPrefixLength`. */
  readonly stringPrefix?: number
}

const DEFAULT_INDEXED_COLUMNS = 32
const DEFAULT_STRING_PREFIX = 32

/**
 * The JSON text of an add action's `stats` (PROTOCOL.md "Per-file Statistics"), in which every bound holds for every
 * row: strings cut soundly, timestamps floored to milliseconds for minimum *and* maximum, as readers expect who add one
 * to the latter. A bound that JSON cannot say (NaN, an infinity, a year beyond 9999) is left out. Columns stand under their
 * physical names.
 * @param schema the columns of the data file, so without partition columns.
 */
export function formatStats(schema: StructType, stats: FileStats, options: FormatStatsOptions = {}): string {
  const minValues: Tree = new Map()
  const maxValues: Tree = new Map()
  const nullCount: Tree = new Map()
  const collected = new Map(stats.columns.map((column) => [pathKey(column.path), column]))
  for (const { path, type } of statisticsColumns(schema, options)) {
    const column = collected.get(pathKey(path))
    if (column === undefined || type.type === 'void') continue
    const place = physicalPath(schema, path)
    plant(nullCount, place, column.nullCount)
    plant(minValues, place, bound(type, column, 'min', options))
    plant(maxValues, place, bound(type, column, 'max', options))
  }
  return formatJson({
    numRecords: stats.numRecords,
    minValues: treeJson(minValues),
    maxValues: treeJson(maxValues),
    nullCount: treeJson(nullCount),
  })
}

/** The leaf columns that get statistics, in schema order. @param schema as for {@link formatStats}. */
export function statisticsColumns(schema: StructType, options: FormatStatsOptions): LeafColumn[] {
  const { required = [] } = options
  const chosen = chosenLeaves(schema, options)
  if (required.length === 0) return chosen
  const chosenPaths = new Set(chosen.map(({ path }) => pathKey(path)))
  const requiredPaths = new Set(required.map(pathKey))
  return leafColumns(schema).filter(
    ({ path }) => chosenPaths.has(pathKey(path)) || requiredPaths.has(pathKey(physicalPath(schema, path))),
  )
}

function chosenLeaves(schema: StructType, options: FormatStatsOptions): LeafColumn[] {
  const leaves = leafColumns(schema)
  if (options.columns !== undefined) {
    const chosen = new Set(options.columns.map(caselessKey))
    return leaves.filter(({ path }) => path.some((_, index) => chosen.has(caselessKey(path.slice(0, index + 1)))))
  }
  const count = options.indexedColumns ?? DEFAULT_INDEXED_COLUMNS
  return count < 0 ? leaves : leaves.slice(0, count)
}

function bound(
  type: DeltaType,
  column: ColumnStats,
  side: 'min' | 'max',
  options: FormatStatsOptions,
): JsonValue | undefined {
  const value = column[side]
  if (value === undefined) return undefined
  if (typeof value === 'string') {
    const length = options.stringPrefix ?? DEFAULT_STRING_PREFIX
    return side === 'min' ? lowerStringBound(value, length) : upperStringBound(value, length)
  }
  return typeof value === 'number' || typeof value === 'bigint' ? numericBound(type, value) : undefined
}

function numericBound(type: DeltaType, value: number | bigint): JsonValue | undefined {
  switch (type.type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      return value
    case 'float':
    case 'double':
      if (!Number.isFinite(value)) return undefined
      // A reader that orders −0 before 0 must find its −0 rows.
      return Object.is(value, -0) ? new JsonNumber('-0.0') : value
    case 'decimal':
      return new JsonNumber(formatDecimal(value, type.scale))
    case 'date':
      return value >= MIN_DAY && value <= MAX_DAY ? formatDate(Number(value)) : undefined
    case 'timestamp':
      return isCommonEra(value) ? formatTimestamp(value, 'Z', 3) : undefined
    case 'timestamp_ntz':
      return isCommonEra(value) ? formatTimestamp(value, '', 3) : undefined
    default:
      return undefined
  }
}

/** Values by the path of their column; a Map, because a column may be called `__proto__`. */
type Tree = Map<string, Tree | JsonValue>

function plant(tree: Tree, path: readonly string[], value: JsonValue | PhysicalValue | undefined): void {
  if (value === undefined || value instanceof Uint8Array) return
  let branch = tree
  for (const name of path.slice(0, -1)) {
    const next = branch.get(name)
    if (next instanceof Map) branch = next
    else {
      const grown: Tree = new Map()
      branch.set(name, grown)
      branch = grown
    }
  }
  branch.set(path.at(-1) ?? '', value)
}

function treeJson(tree: Tree): JsonValue {
  return Object.fromEntries([...tree].map(([name, value]) => [name, value instanceof Map ? treeJson(value) : value]))
}

function pathKey(path: readonly string[]): string {
  return path.length === 1 ? (path[0] ?? '') : JSON.stringify(path)
}

function caselessKey(path: readonly string[]): string {
  return pathKey(path).toLowerCase()
}
