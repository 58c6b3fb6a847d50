import { compressorOf } from '#codecs'
import { DeltaError } from '../errors.ts'
import type { ColumnBatch, FileStats, Row, StructType } from '../schema/index.ts'
import { CastError } from '../schema/index.ts'
import { ColumnChunkWriter } from './column-chunk.ts'
import { FileWriter } from './file-writer.ts'
import { leafType } from './leaf-type.ts'
import { PageBuilder } from './page.ts'
import type { ParquetEncoder, ParquetEncoderOptions, RowNumber } from './parquet-encoder.ts'
import { refusal } from './refusal.ts'
import { type ColumnReader, columnReader, isRow, unknownColumn } from './rows.ts'
import type { FileColumn } from './schema-elements.ts'
import { BATCH_ROWS, type ValueWriter } from './value-writer.ts'
import { valueWriter } from './value-writers.ts'

/** Who writes, when nobody says: a test holds the version equal to the package's. */
const CREATED_BY = 'deltaquill version 0.1.0 (build npm)'

const ROW_GROUP_BYTES = 64 * 2 ** 20
const ROW_GROUP_ROWS = 2 ** 20
const PAGE_BYTES = 2 ** 20

/**
 * A new file with these columns.
 * @throws {DeltaError} `unsupported` for a column that cannot be written, by name.
 */
export function parquetEncoder(schema: StructType, options: ParquetEncoderOptions = {}): ParquetEncoder {
  return new Encoder(schema, options)
}

interface EncoderColumn extends FileColumn {
  readonly values: ValueWriter
  readonly chunk: ColumnChunkWriter
  readonly read: ColumnReader
  nulls: number
}

class Encoder implements ParquetEncoder {
  readonly #schema: StructType
  readonly #columns: readonly EncoderColumn[]
  readonly #known: ReadonlySet<string>
  readonly #ignored: readonly ColumnReader[]
  readonly #file: FileWriter
  readonly #rowGroupBytes: number
  #rows = 0
  #groupRows = 0
  /** Why nothing can be written any more. */
  #closed: string | undefined

  constructor(schema: StructType, options: ParquetEncoderOptions) {
    const { codec = 'snappy', pageBytes = PAGE_BYTES, rowGroupBytes = ROW_GROUP_BYTES, ignoredColumns = [] } = options
    const builder = new PageBuilder(compressorOf(codec, options.level))
    this.#schema = schema
    this.#columns = schema.fields.map((field) => {
      const leaf = leafType(field)
      const values = valueWriter(field, leaf)
      const chunk = new ColumnChunkWriter(values, field.nullable, Math.max(1, pageBytes), builder)
      return { field, leaf, values, chunk, read: columnReader(field.name), nulls: 0 }
    })
    this.#known = new Set([...schema.fields.map((field) => field.name), ...ignoredColumns])
    this.#ignored = ignoredColumns.map(columnReader)
    this.#file = new FileWriter(this.#columns, codec, options.createdBy ?? CREATED_BY)
    this.#rowGroupBytes = rowGroupBytes
  }

  get rows(): number {
    return this.#rows
  }

  get bytes(): number {
    return this.#columns.reduce((total, { chunk }) => total + chunk.bufferedBytes, this.#file.bytes)
  }

  writeRows(rows: readonly Row[], rowNumber: RowNumber = this.#countedRow()): void {
    this.#checkOpen()
    const values: unknown[] = []
    for (let start = 0; start < rows.length; start += BATCH_ROWS) {
      const end = Math.min(start + BATCH_ROWS, rows.length)
      try {
        this.#writeBatch(rows, start, end, values)
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
        for (const { chunk, values } of columns) chunk.write(values, start, end)
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

  takeBytes(): Uint8Array[] {
    return this.#file.takeBytes()
  }

  finish(): FileStats {
    this.#checkOpen()
    this.#closed = 'it is finished'
    if (this.#groupRows > 0) this.#endRowGroup()
    this.#file.appendFooter()
    return {
      numRecords: this.#rows,
      columns: this.#columns.map(({ field, values, nulls }) => {
        return { path: [field.name], nullCount: nulls, ...values.fileBounds() }
      }),
    }
  }

  #writeBatch(rows: readonly Row[], start: number, end: number, values: unknown[]): void {
    const found = new Uint32Array(end - start)
    for (let i = start; i < end; i++) if (!isRow(rows[i])) throw new CastError('an object', 'something else')
    for (const { chunk, read } of this.#columns) {
      read(rows, start, end, values, found)
      chunk.write(values, 0, end - start)
    }
    for (const read of this.#ignored) read(rows, start, end, values, found)
    for (let i = start; i < end; i++) {
      const unknown = unknownColumn(rows[i] ?? {}, found[i - start] ?? 0, this.#known)
      if (unknown !== undefined) throw new CastError('a column of the schema', unknown)
    }
  }

  #columnsOf(batch: ColumnBatch): { name: string; chunk: ColumnChunkWriter; values: ArrayLike<unknown> }[] {
    const { length, columns } = batch
    for (const [column, values] of columns) {
      if (!this.#known.has(column)) {
        throw new DeltaError('invalid-argument', `the batch has a column '${column}' that the schema lacks`, { column })
      }
      if (values.length !== length) {
        const message = `column '${column}' has ${values.length} values, but the batch has ${length} rows`
        throw new DeltaError('invalid-argument', message, { column })
      }
    }
    const absent: ArrayLike<unknown> = { length }
    return this.#columns.map(({ field: { name }, chunk }) => ({ name, chunk, values: columns.get(name) ?? absent }))
  }

  #endBatch(rows: number): void {
    this.#rows += rows
    this.#groupRows += rows
    const bytes = this.#columns.reduce((total, { chunk }) => total + chunk.encodedBytes, 0)
    if (bytes >= this.#rowGroupBytes || this.#groupRows >= ROW_GROUP_ROWS) this.#endRowGroup()
  }

  #endRowGroup(): void {
    const chunks = this.#columns.map((column) => {
      const chunk = column.chunk.finish()
      column.nulls += chunk.nulls
      return chunk
    })
    this.#file.appendRowGroup(this.#groupRows, chunks)
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
      ? refusal({ schema: this.#schema, known: this.#known, rows, rowNumber, cause })
      : cause
  }
}
