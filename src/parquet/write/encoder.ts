import { compressorOf } from '#codecs'
import { DeltaError } from '../../errors.ts'
import type { ColumnBatch, FileStats, Row, StructType } from '../../schema/index.ts'
import { CastError, describeValue } from '../../schema/index.ts'
import type { Codec } from '../codec/codec.ts'
import { type Compression, inlineCompression } from '../codec/compression.ts'
import { BloomFilter } from './bloom-filter.ts'
import { ColumnChunkWriter } from './column-chunk.ts'
import { leavesOf } from './file-node.ts'
import { fileNodes } from './file-nodes.ts'
import { FileWriter } from './file-writer.ts'
import { leafEncoders, leafFinder, sortingLeaves } from './leaf-options.ts'
import type { NodeWriter } from './node-writer.ts'
import { nodeWriters } from './node-writers.ts'
import { PageBuilder } from './page.ts'
import type { ParquetEncoder, ParquetEncoderOptions, RowNumber } from './parquet-encoder.ts'
import { refusal } from './refusal.ts'
import { StructWriter } from './struct-writer.ts'
import { BATCH_ROWS } from './values/value-writer.ts'
import { valueWriter } from './values/value-writers.ts'

/** Who writes, when nobody says: a test holds the version equal to the package's. */
const CREATED_BY = 'deltaquill version 0.1.0 (build npm)'

const ROW_GROUP_BYTES = 64 * 2 ** 20
const ROW_GROUP_ROWS = 2 ** 20
const PAGE_BYTES = 2 ** 20

const FINISHED = 'it is finished'

/**
 * A new file with these columns.
 * @throws {DeltaError} `unsupported` for a column that cannot be written, by name, and for a codec that this platform lacks;
 * `invalid-argument` for options that do not fit.
 */
export function parquetEncoder(schema: StructType, options: ParquetEncoderOptions = {}): ParquetEncoder {
  return new Encoder(schema, options)
}

class Encoder implements ParquetEncoder {
  readonly #schema: StructType
  /** The columns of the file, the innermost parts of nested ones. */
  readonly #chunks: readonly ColumnChunkWriter[]
  readonly #columns: ReadonlyMap<string, NodeWriter>
  readonly #rowWriter: StructWriter
  readonly #ignored: readonly string[]
  readonly #file: FileWriter
  readonly #compression: Compression
  readonly #rowGroupBytes: number
  #rows = 0
  #groupRows = 0
  /** Why nothing can be written any more. */
  #closed: string | undefined

  constructor(schema: StructType, options: ParquetEncoderOptions) {
    const { pageBytes = PAGE_BYTES, rowGroupBytes = ROW_GROUP_BYTES, ignoredColumns = [] } = options
    checkBytes('pageBytes', pageBytes)
    checkBytes('rowGroupBytes', rowGroupBytes)
    const { codec, compression } = compressionOf(options)
    const builder = new PageBuilder(compression, options.checksums)
    const nodes = fileNodes(schema)
    const leaves = leavesOf(nodes)
    const find = leafFinder(leaves)
    const filtered = new Set(options.bloomFilter?.map((name) => find(name, 'bloomFilter')))
    const encoders = leafEncoders(leaves, find, options.encodings ?? {})
    const chunks: ColumnChunkWriter[] = []
    this.#columns = nodeWriters(nodes, (leaf) => {
      const bloomFilter = filtered.has(chunks.length) ? new BloomFilter(leaf) : undefined
      const encoder = encoders.get(chunks.length)
      const chunk = new ColumnChunkWriter(leaf, { values: valueWriter(leaf), pageBytes, builder, encoder, bloomFilter })
      chunks.push(chunk)
      return chunk
    })
    this.#schema = schema
    this.#compression = compression
    this.#chunks = chunks
    this.#rowWriter = new StructWriter(this.#columns, { nullable: false, definition: 0, ignored: ignoredColumns })
    this.#ignored = ignoredColumns
    const sorting = sortingLeaves(find, options.sortingColumns ?? [])
    this.#file = new FileWriter({ schema: nodes, leaves, sorting, codec, createdBy: options.createdBy ?? CREATED_BY })
    this.#rowGroupBytes = rowGroupBytes
  }

  get rows(): number {
    return this.#rows
  }

  get bytes(): number {
    return this.#chunks.reduce((total, chunk) => total + chunk.bufferedBytes, this.#file.bytes)
  }

  writeRows(rows: readonly Row[], rowNumber: RowNumber = this.#countedRow()): void {
    this.#checkOpen()
    for (let start = 0; start < rows.length; start += BATCH_ROWS) {
      const end = Math.min(start + BATCH_ROWS, rows.length)
      try {
        this.#rowWriter.write({ values: rows, start, end })
      } catch (error) {
        throw this.#refuse(rows.slice(start, end), (index) => rowNumber(start + index), error)
      }
      this.#endBatch(end - start)
    }
  }

  writeColumns(batch: ColumnBatch, rowNumber: RowNumber = this.#countedRow()): void {
    this.#checkOpen()
    const columns = this.#columnsOf(batch)
    for (let start = 0; start < batch.length; start += BATCH_ROWS) {
      const end = Math.min(start + BATCH_ROWS, batch.length)
      try {
        for (const { writer, values } of columns) writer.write({ values, start, end })
      } catch (error) {
        const rowAt = (row: number): Row => Object.fromEntries(columns.map(({ name, values }) => [name, values[row]]))
        throw this.#refuse(
          Array.from({ length: end - start }, (_, i) => rowAt(start + i)),
          (index) => rowNumber(start + index),
          error,
        )
      }
      this.#endBatch(end - start)
    }
  }

  settled(): Promise<void> {
    return this.#closed === FINISHED ? this.#compression.idle() : this.#compression.ready()
  }

  takeBytes(): Uint8Array[] {
    return this.#file.takeBytes()
  }

  finish(): FileStats {
    this.#checkOpen()
    this.#closed = FINISHED
    if (this.#groupRows > 0) this.#endRowGroup()
    this.#file.appendFooter()
    return { numRecords: this.#rows, columns: this.#rowWriter.stats() }
  }

  #columnsOf(batch: ColumnBatch): { name: string; writer: NodeWriter; values: ArrayLike<unknown> }[] {
    const { length, columns } = batch
    for (const [column, values] of columns) {
      if (!this.#columns.has(column) && !this.#ignored.includes(column)) {
        throw new DeltaError('invalid-argument', `the batch has a column '${column}' that the schema lacks`, { column })
      }
      if (values.length !== length) {
        const message = `column '${column}' has ${values.length} values, but the batch has ${length} rows`
        throw new DeltaError('invalid-argument', message, { column })
      }
    }
    const absent: ArrayLike<unknown> = { length }
    return [...this.#columns].map(([name, writer]) => ({ name, writer, values: columns.get(name) ?? absent }))
  }

  #endBatch(rows: number): void {
    this.#rows += rows
    this.#groupRows += rows
    const bytes = this.#chunks.reduce((total, chunk) => total + chunk.encodedBytes, 0)
    if (bytes >= this.#rowGroupBytes || this.#groupRows >= ROW_GROUP_ROWS) this.#endRowGroup()
  }

  #endRowGroup(): void {
    this.#file.appendRowGroup(
      this.#groupRows,
      this.#chunks.map((chunk) => chunk.finish()),
    )
    this.#groupRows = 0
  }

  #checkOpen(): void {
    if (this.#closed === undefined) return
    throw new DeltaError('invalid-argument', `the Parquet file cannot be continued: ${this.#closed}`)
  }

  #countedRow(): RowNumber {
    const before = this.#rows
    return (index) => before + index + 1
  }

  #refuse(rows: readonly Row[], rowNumber: RowNumber, cause: unknown): unknown {
    this.#closed = 'a row was refused'
    return cause instanceof CastError
      ? refusal({ schema: this.#schema, ignored: this.#ignored, rows, rowNumber, cause })
      : cause
  }
}

/** @throws {DeltaError} `invalid-argument` for what is no size: no row group would ever end. */
function checkBytes(option: string, bytes: number): void {
  if (bytes > 0) return
  throw new DeltaError(
    'invalid-argument',
    `${option}: expected a number of bytes above 0, found ${describeValue(bytes)}`,
  )
}

/** @throws {DeltaError} `invalid-argument` for another codec than the worker's. */
function compressionOf({ codec, level, worker }: ParquetEncoderOptions): { codec: Codec; compression: Compression } {
  if (worker === undefined) {
    return { codec: codec ?? 'snappy', compression: inlineCompression(compressorOf(codec ?? 'snappy', level)) }
  }
  if ((codec === undefined || codec === worker.codec) && level === undefined) {
    return { codec: worker.codec, compression: worker }
  }
  throw new DeltaError(
    'invalid-argument',
    `the worker has codec ${worker.codec} and a level of its own: leave them out`,
  )
}
