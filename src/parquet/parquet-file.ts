import type { ColumnMetaData, RowGroup, SchemaTree } from 'hyparquet'
import { DeltaError, isDeltaError, messageOf, throwIfAborted } from '../errors.ts'
import { type PhysicalValue, type StructField, type StructType, typeName } from '../schema/index.ts'
import { type ByteRange, readRanges } from './byte-ranges.ts'
import { readColumn } from './column-reader.ts'
import { damaged } from './damage.ts'
import { deltaSchema, schemaTree } from './file-schema.ts'
import { type LoadedFooter, loadFooter } from './footer-reader.ts'
import { type LeafReader, leafReader } from './leaf-reader.ts'
import type { RandomAccess } from './random-access.ts'

/** Columns of a row group in physical form, each with one value a row. */
export interface PhysicalBatch {
  readonly length: number
  readonly columns: ReadonlyMap<string, (PhysicalValue | null)[]>
}

export interface ReadColumnsOptions {
  /** The columns wanted, with the types in which they are wanted. */
  readonly schema: StructType
  /** Which row group, from 0. */
  readonly rowGroup: number
  readonly signal?: AbortSignal | undefined
}

export interface RowGroupInfo {
  readonly rows: number
  /** Bytes of the row group in the file. */
  readonly bytes: number
}

/** A Parquet file, open for reading. Its footer is in memory; columns are read when asked for. */
export interface ParquetFile {
  /**
   * The file's columns in Delta's types.
   * @throws {DeltaError} `unsupported` when a column has a type that Delta has no word for; the others can be read.
   */
  readonly schema: StructType
  readonly numRows: number
  readonly rowGroups: readonly RowGroupInfo[]
  /**
   * Reads columns of one row group, with few requests. A column that the file lacks is all null. Values are exact, and
   * stored types that the wanted type includes are widened.
   * @throws {DeltaError} `unsupported` for nested columns, and for stored types and encodings that are not supported;
   * `invalid-data` when the file is damaged; both name file and column.
   */
  readColumns(options: ReadColumnsOptions): Promise<PhysicalBatch>
}

/**
 * Opens a Parquet file: reads its footer.
 * @throws {DeltaError} `invalid-data` when it is no Parquet file or a damaged one, naming the file.
 */
export async function openParquet(file: RandomAccess, signal?: AbortSignal): Promise<ParquetFile> {
  const footer = await loadFooter(file, signal)
  return new OpenFile(file, footer)
}

/** A wanted column that the file has. */
interface FoundColumn {
  readonly field: StructField
  readonly node: SchemaTree
  readonly leaf: LeafReader
  readonly metadata: ColumnMetaData
}

class OpenFile implements ParquetFile {
  readonly numRows: number
  readonly rowGroups: readonly RowGroupInfo[]
  readonly #file: RandomAccess
  readonly #tail: Uint8Array<ArrayBuffer>
  readonly #tree: SchemaTree
  readonly #groups: readonly RowGroup[]

  constructor(file: RandomAccess, { metadata, tail }: LoadedFooter) {
    this.#file = file
    this.#tail = tail
    this.#tree = this.#decoded('the schema in the footer', () => schemaTree(metadata))
    this.#groups = metadata.row_groups
    this.numRows = Number(metadata.num_rows)
    this.rowGroups = metadata.row_groups.map((group) => ({
      rows: Number(group.num_rows),
      bytes: group.columns.reduce(
        (total, { meta_data: chunk }) => total + Number(chunk?.total_compressed_size ?? 0),
        0,
      ),
    }))
  }

  get schema(): StructType {
    return deltaSchema(this.#tree)
  }

  async readColumns({ schema, rowGroup, signal }: ReadColumnsOptions): Promise<PhysicalBatch> {
    throwIfAborted(signal)
    const group = this.#groups[rowGroup]
    if (group === undefined) {
      throw new DeltaError(
        'invalid-argument',
        `${this.#file.name} has ${this.#groups.length} row groups, no ${rowGroup}`,
      )
    }
    const length = Number(group.num_rows)
    const found = schema.fields.flatMap((field) => this.#find(field, group) ?? [])
    const ranges = found.map((column) => this.#range(column))
    const bytes = await readRanges(this.#file, this.#tail, ranges, signal)
    const columns = new Map<string, (PhysicalValue | null)[]>()
    for (const [i, { field, node, leaf, metadata }] of found.entries()) {
      throwIfAborted(signal)
      const chunk = { bytes: bytes[i] ?? new Uint8Array(0), codec: metadata.codec, element: node.element, rows: length }
      const values = this.#decoded(`column '${field.name}' of row group ${rowGroup}`, () => readColumn(chunk, leaf))
      columns.set(field.name, values)
    }
    for (const { name } of schema.fields) if (!columns.has(name)) columns.set(name, new Array(length).fill(null))
    return { length, columns }
  }

  #find(field: StructField, group: RowGroup): FoundColumn | undefined {
    const { name, type } = field
    const node = this.#tree.children.find(({ element }) => element.name === name)
    if (isNested(type) || (node !== undefined && (node.children.length > 0 || isRepeated(node)))) {
      const message = `${this.#file.name}: column '${name}' is nested (${typeName(type)}), and nested columns cannot be read yet: leave it out of the columns asked for`
      throw new DeltaError('unsupported', message, { file: this.#file.name, column: name })
    }
    // A column of type void has no values in any file.
    if (node === undefined || type.type === 'void') return undefined
    const leaf = leafReader(node.element, type)
    if (leaf === undefined) throw this.#mismatch(node, field)
    const metadata = group.columns.find(({ meta_data: chunk }) => chunk?.path_in_schema[0] === name)?.meta_data
    if (metadata === undefined) throw damaged(this.#file, `column '${name}' has no data in one of the row groups`)
    return { field, node, leaf, metadata }
  }

  #range({ field, metadata }: FoundColumn): ByteRange {
    const start = Number(metadata.dictionary_page_offset || metadata.data_page_offset)
    const end = start + Number(metadata.total_compressed_size)
    if (start >= 4 && end >= start && end <= this.#file.size - 8) return { start, end }
    throw damaged(this.#file, `column '${field.name}' is said to lie in bytes ${start} to ${end} of ${this.#file.size}`)
  }

  #mismatch({ element }: SchemaTree, { name, type }: StructField): DeltaError {
    const annotation = element.logical_type?.type ?? element.converted_type
    const stored = annotation === undefined ? element.type : `${element.type} (${annotation})`
    return new DeltaError(
      'unsupported',
      `${this.#file.name}: column '${name}' is stored as ${stored}, which cannot be read as ${typeName(type)}`,
      { file: this.#file.name, column: name },
    )
  }

  /** Runs a decoder. Whatever it stumbles over is told with the file's name and the place. */
  #decoded<Result>(what: string, decode: () => Result): Result {
    try {
      return decode()
    } catch (error) {
      if (!isDeltaError(error)) throw damaged(this.#file, `${what}: ${messageOf(error)}`, error)
      throw new DeltaError(error.code, `${this.#file.name}: ${what}: ${error.message}`, {
        ...error.details,
        cause: error,
      })
    }
  }
}

function isNested({ type }: StructField['type']): boolean {
  return type === 'struct' || type === 'array' || type === 'map' || type === 'variant'
}

function isRepeated({ element }: SchemaTree): boolean {
  return element.repetition_type === 'REPEATED'
}
