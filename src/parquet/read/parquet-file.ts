import { DeltaError, throwIfAborted } from '../../errors.ts'
import type { Predicate } from '../../predicate/index.ts'
import type { DeltaType, PhysicalTree, PhysicalValue, StructField, StructType } from '../../schema/index.ts'
import { ColumnFinder, type MatchBy } from './column-finder.ts'
import { decoded } from './damage.ts'
import type { StoredRowGroup } from './file-metadata.ts'
import { deltaSchema, readableSchema } from './file-schema.ts'
import type { FileSource } from './file-source.ts'
import { loadFooter } from './footer-reader.ts'
import { planColumn, planPath, type ReadPlan } from './read-plan.ts'
import { rowsThatMayMatch } from './row-filter.ts'
import { readRowGroup } from './row-group-reader.ts'
import { countRows, joinRanges, type RowRange } from './row-selection.ts'
import { type ParquetSource, randomAccess } from './source.ts'

/** Columns in physical form, each with one value a row. */
export interface PhysicalBatch {
  readonly length: number
  readonly columns: ReadonlyMap<string, readonly (PhysicalTree | null)[]>
}

interface RowGroupOptions {
  /** The table's columns, with the types in which they are wanted. */
  readonly schema: StructType
  /**
   * Whether the file's columns are found by their names, which are the physical names of fields that have one
   * (`delta.columnMapping.physicalName`), as they are unless said, or by their ids (`delta.columnMapping.id`). What is
   * read stands under the names of the schema either way.
   */
  readonly matchBy?: MatchBy | undefined
  /** Which row group, from 0. */
  readonly rowGroup: number
  readonly signal?: AbortSignal | undefined
}

export interface ReadColumnsOptions extends RowGroupOptions {
  /** Only these rows of the row group, in its order; all unless said. */
  readonly rows?: readonly RowRange[] | undefined
}

export interface ReadLeavesOptions extends ReadColumnsOptions {
  /** Which columns: the names of struct fields from the top of the schema. */
  readonly paths: readonly (readonly string[])[]
}

export interface FilterRowsOptions extends RowGroupOptions {
  readonly where: Predicate
  /** Columns that have one value in all rows, whatever the file holds: partition columns. */
  readonly constants?: ReadonlyMap<string, PhysicalValue | null> | undefined
}

export interface RowGroupInfo {
  readonly rows: number
  /** Bytes of the row group in the file. */
  readonly bytes: number
  /** Whether each column has an index of its pages, so that some rows can be read without the bytes of the others. */
  readonly hasPageIndex: boolean
}

/**
 * A Parquet file, open for reading. Its footer is in memory; columns are read when asked for, with few requests. Values
 * are exact, and stored types that the wanted type includes are widened. Where something cannot be read, `unsupported`
 * says so for stored types and encodings that are not supported, and `invalid-data` for damage; both name file and column.
 */
export interface ParquetFile {
  /**
   * The file's columns in Delta's types.
   * @throws {DeltaError} `unsupported` when a column has a type that Delta has no word for; the others can be read.
   */
  readonly schema: StructType
  /** The same without those columns. */
  readonly readableSchema: StructType
  readonly numRows: number
  readonly rowGroups: readonly RowGroupInfo[]
  /** How many bytes the pages of the columns at and below a path of stored names take without compression. */
  uncompressedBytes(path: readonly string[]): number
  /**
   * Reads the columns of the schema, from one row group. What the file lacks is null, in structs too; what it has beside
   * them is left unread. @throws {DeltaError}
   */
  readColumns(options: ReadColumnsOptions): Promise<PhysicalBatch>
  /**
   * Reads columns that lie in structs without making the structs: null where one of the structs is null. So a Delta
   * checkpoint is read, whose structs are mostly null.
   * @returns one array a path, in their order. @throws {DeltaError}
   */
  readLeaves(options: ReadLeavesOptions): Promise<(readonly (PhysicalTree | null)[])[]>
  /**
   * The rows of a row group that may match a filter, by the file's statistics of row groups and pages; none when none
   * can. Sound: a row outside of the ranges does not match, but rows within need not match either.
   * @throws {DeltaError}
   */
  rowsThatMayMatch(options: FilterRowsOptions): Promise<readonly RowRange[]>
}

/**
 * Opens a Parquet file: reads its footer.
 * @throws {DeltaError} `invalid-data` when it is no Parquet file or a damaged one, naming the file.
 */
export async function openParquet(source: ParquetSource, signal?: AbortSignal): Promise<ParquetFile> {
  const file = randomAccess(source)
  const { metadata, tail } = await loadFooter(file, signal)
  return new OpenFile({ file, metadata, tail })
}

class OpenFile implements ParquetFile {
  readonly numRows: number
  readonly rowGroups: readonly RowGroupInfo[]
  readonly #source: FileSource
  readonly #finders = { name: new ColumnFinder('name'), id: new ColumnFinder('id') }

  constructor(source: FileSource) {
    this.#source = source
    this.numRows = source.metadata.rows
    this.rowGroups = source.metadata.rowGroups.map(({ rows, chunks }) => {
      return {
        rows,
        bytes: chunks.reduce((total, { bytes }) => total + bytes.end - bytes.start, 0),
        hasPageIndex: chunks.every(({ offsetIndex }) => offsetIndex !== undefined),
      }
    })
  }

  get schema(): StructType {
    return deltaSchema(this.#source.metadata.schema)
  }

  get readableSchema(): StructType {
    return readableSchema(this.#source.metadata.schema)
  }

  uncompressedBytes(path: readonly string[]): number {
    return this.#source.metadata.rowGroups
      .flatMap(({ chunks }) => chunks)
      .filter((chunk) => path.every((name, i) => chunk.path[i] === name))
      .reduce((total, chunk) => total + chunk.uncompressedBytes, 0)
  }

  async readColumns(options: ReadColumnsOptions): Promise<PhysicalBatch> {
    const { fields } = options.schema
    const finder = this.#finders[options.matchBy ?? 'name']
    const plans = fields.map((field) => this.#planned((root) => planColumn(root, field, finder)))
    const { length, columns } = await this.#read(plans, options)
    return { length, columns: new Map(fields.map(({ name }, i) => [name, columns[i] ?? []])) }
  }

  async readLeaves(options: ReadLeavesOptions): Promise<(readonly (PhysicalTree | null)[])[]> {
    const { schema, paths, matchBy = 'name' } = options
    const fieldsTo = pathFinder(schema)
    const plans = paths.map((path) => {
      return this.#planned((root) => planPath(root, fieldsTo(path), this.#finders[matchBy]))
    })
    return (await this.#read(plans, options)).columns
  }

  async rowsThatMayMatch(options: FilterRowsOptions): Promise<readonly RowRange[]> {
    const { schema, matchBy = 'name', rowGroup, where, constants = new Map(), signal } = options
    throwIfAborted(signal)
    const fieldsTo = pathFinder(schema)
    const planOf = (path: readonly string[]): ReadPlan => {
      return this.#planned((root) => planPath(root, fieldsTo(path), this.#finders[matchBy]))
    }
    return rowsThatMayMatch(this.#source, this.#group(rowGroup), { where, planOf, constants }, signal)
  }

  async #read(plans: readonly ReadPlan[], { rowGroup, rows, signal }: ReadColumnsOptions) {
    throwIfAborted(signal)
    const group = this.#group(rowGroup)
    const wanted = joinRanges(rows ?? [{ start: 0, end: group.rows }])
    if ((wanted[0]?.start ?? 0) < 0 || (wanted.at(-1)?.end ?? 0) > group.rows) {
      throw new DeltaError('invalid-argument', `row group ${rowGroup} has the rows 0 to ${group.rows} only`)
    }
    const columns = await readRowGroup({ source: this.#source, rowGroup, plans, rows: wanted, signal })
    return { length: countRows(wanted), columns }
  }

  #group(rowGroup: number): StoredRowGroup {
    const { file, metadata } = this.#source
    const group = metadata.rowGroups[rowGroup]
    if (group) return group
    const message = `${file.name} has ${metadata.rowGroups.length} row groups, no ${rowGroup}`
    throw new DeltaError('invalid-argument', message)
  }

  #planned(plan: (root: FileSource['metadata']['schema']) => ReadPlan): ReadPlan {
    return decoded(this.#source.file, undefined, () => plan(this.#source.metadata.schema))
  }
}

/** The function that gives the fields on the way down to a column. It throws `invalid-argument` where there is none. */
function pathFinder(schema: StructType): (path: readonly string[]) => StructField[] {
  const known = new Map<StructType, ReadonlyMap<string, StructField>>()
  const fieldsOf = (type: StructType): ReadonlyMap<string, StructField> => {
    const fields = known.get(type) ?? new Map(type.fields.map((field) => [field.name, field]))
    known.set(type, fields)
    return fields
  }
  return (path) => {
    let type: DeltaType = schema
    return path.map((name) => {
      const field: StructField | undefined = type.type === 'struct' ? fieldsOf(type).get(name) : undefined
      if (field === undefined) throw new DeltaError('invalid-argument', `there is no column '${path.join('.')}'`)
      type = field.type
      return field
    })
  }
}
