import { isDeltaError } from '../../errors.ts'
import type { ParquetFile, RowRange } from '../../parquet/index.ts'
import {
  type ColumnStats,
  type DeltaType,
  formatStats,
  isPhysicalValue,
  leafColumns,
  type PhysicalTree,
  type StructType,
} from '../../schema/index.ts'
import type { Cell } from './cells.ts'
import type { ActionColumn } from './columns.ts'

/** Bounds are as long as the writer left them, and of all columns that it chose. */
const AS_STORED = { indexedColumns: -1, stringPrefix: Number.MAX_SAFE_INTEGER }

/**
 * The statistics of adds from `stats_parsed`, where a checkpoint keeps them as columns, in the JSON form that commits
 * have. A file without them, or with some that we have no type for, has none: then less is skipped.
 * @throws {DeltaError} `invalid-data`, `unavailable`.
 */
export async function readParsedStats(
  file: ParquetFile,
  rowGroup: number,
  rows: readonly RowRange[] | undefined,
  signal?: AbortSignal,
): Promise<Cell<string | undefined>> {
  const schema = fileSchema(file)
  const stored = schema && memberOf(memberOf(schema, 'add'), 'stats_parsed')
  if (schema === undefined || stored === undefined) return () => undefined
  const read = columnReader(file, { schema, rowGroup, rows, signal })
  const [numRecords, tightBounds] = await read([['numRecords'], ['tightBounds']], stored)
  const nulls = memberOf(stored, 'nullCount')
  const [lower, upper] = [memberOf(stored, 'minValues'), memberOf(stored, 'maxValues')]
  const leaves = nulls ? leafColumns(nulls).map(({ path }) => path) : []
  const below = (name: string) => leaves.map((path) => [name, ...path])
  const [nullCounts, minima, maxima] = [
    await read(below('nullCount'), stored),
    await read(below('minValues'), stored),
    await read(below('maxValues'), stored),
  ]
  const table = nulls ? boundsSchema(nulls, lower ?? upper) : { type: 'struct' as const, fields: [] }
  return (row) => {
    const records = numRecords?.[row]
    if (typeof records !== 'number') return undefined
    const columns = leaves.flatMap((path, index): ColumnStats[] => {
      const nullCount = nullCounts[index]?.[row]
      // Without a count nothing is said: a zero would be a lie.
      return typeof nullCount === 'number'
        ? [{ path, nullCount, ...bound('min', minima[index]?.[row]), ...bound('max', maxima[index]?.[row]) }]
        : []
    })
    const text = formatStats(table, { numRecords: records, columns }, AS_STORED)
    return tightBounds?.[row] === false ? `${text.slice(0, -1)},"tightBounds":false}` : text
  }
}

function bound(side: 'min' | 'max', value: PhysicalTree | null | undefined): Partial<ColumnStats> {
  return value === null || value === undefined || !isPhysicalValue(value) ? {} : { [side]: value }
}

interface Place {
  readonly schema: StructType
  readonly rowGroup: number
  readonly rows: readonly RowRange[] | undefined
  readonly signal: AbortSignal | undefined
}

/** Reads columns below `add.stats_parsed`; one that the file lacks is undefined. */
function columnReader(file: ParquetFile, place: Place) {
  return async (paths: readonly (readonly string[])[], within: StructType): Promise<(ActionColumn | undefined)[]> => {
    const there = paths.filter((path) => typeAt(within, path) !== undefined)
    const columns = await file.readLeaves({ ...place, paths: there.map((path) => ['add', 'stats_parsed', ...path]) })
    const found = new Map(there.map((path, index) => [path, columns[index]]))
    return paths.map((path) => found.get(path))
  }
}

function fileSchema(file: ParquetFile): StructType | undefined {
  try {
    return file.schema
  } catch (error) {
    if (isDeltaError(error, 'unsupported')) return undefined
    throw error
  }
}

/** The columns that have a null count, with the types of their bounds. */
function boundsSchema(nulls: StructType, bounds: StructType | undefined): StructType {
  const fields = nulls.fields.map((field) => {
    const type = bounds && typeAt(bounds, [field.name])
    if (field.type.type !== 'struct') return { ...field, type: type ?? field.type }
    return { ...field, type: boundsSchema(field.type, type?.type === 'struct' ? type : undefined) }
  })
  return { type: 'struct', fields }
}

function memberOf(struct: StructType | undefined, name: string): StructType | undefined {
  const type = struct && typeAt(struct, [name])
  return type?.type === 'struct' ? type : undefined
}

/** The type of a column that is no struct's parent: what stands at the end of the path. */
function typeAt(struct: StructType, [name, ...rest]: readonly string[]): DeltaType | undefined {
  const type = struct.fields.find((field) => field.name === name)?.type
  if (rest.length === 0 || type === undefined) return type
  return type.type === 'struct' ? typeAt(type, rest) : undefined
}
