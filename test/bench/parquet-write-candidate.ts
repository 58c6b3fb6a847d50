import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ByteWriter, parquetWriteBuffer, parquetWriteRows } from 'hyparquet-writer'
import parquet from 'parquetjs-lite'
import {
  type Codec,
  compressionWorker,
  type ParquetEncoder,
  type ParquetEncoderOptions,
  parquetEncoder,
} from '../../src/parquet/index.ts'
import { columnsFromArrow } from '../../src/schema/index.ts'
import { arrowTable } from './arrow-tables.ts'
import { dataSets } from './data-sets.ts'
import { copySql, duckdbWith } from './duckdb.ts'
import { hyparquetRows, hyparquetSchema } from './hyparquet-input.ts'
import { parquetjsSchema } from './parquetjs-schema.ts'
import { type Timing, timed } from './sample.ts'
import { withDirectory } from './scratch.ts'

/** One writer, one data set, one run, in a process of its own: prints a sample as JSON. */
const [name = '', setName = '', count = '0', codecName = 'snappy'] = process.argv.slice(2)
const set = dataSets[setName] ?? fail(`no data set ${setName}`)
const codecs: Readonly<Record<string, Codec>> = { snappy: 'snappy', zstd: 'zstd' }
const codec = codecs[codecName] ?? fail(`no codec ${codecName}`)
const { schema } = set
const rows = set.rows(Number(count))

/** Each brings its input into the form that it takes, and then times itself; the result is the size of the file. */
const writers: Readonly<Record<string, () => Promise<Timing & { readonly result: number }>>> = {
  'deltaquill, rows': () => timed(() => withDeltaquill({ codec }, rowWrites())),
  'deltaquill, rows, one worker': () => timed(withWorker),
  'deltaquill, columns': () => {
    const columns = columnsOf(rows)
    return timed(() => withDeltaquill({ codec }, [(encoder) => encoder.writeColumns({ length: rows.length, columns })]))
  },
  'deltaquill, Arrow': () => {
    const table = arrowTable(schema, rows)
    return timed(() => withDeltaquill({ codec }, arrowWrites(table)))
  },
  'hyparquet-writer, rows': () => {
    const input = hyparquetRows(schema, rows)
    return timed(async () => {
      const writer = new ByteWriter()
      const columns = schema.fields.map(({ name }) => ({ name }))
      parquetWriteRows({ writer, rows: input, columns, schema: hyparquetSchema(schema), rowGroupSize: ROW_GROUP_ROWS })
      return writer.getBuffer().byteLength
    })
  },
  'hyparquet-writer, columns': () => {
    const columnData = Array.from(columnsOf(hyparquetRows(schema, rows)), ([name, data]) => ({ name, data }))
    return timed(async () => {
      const options = { columnData, schema: hyparquetSchema(schema), rowGroupSize: ROW_GROUP_ROWS }
      return parquetWriteBuffer(options).byteLength
    })
  },
  'parquetjs-lite, rows': () =>
    withDirectory((directory) => timed(() => withParquetjs(join(directory, 'out.parquet')))),
  'DuckDB COPY, 1 thread': () =>
    withDirectory(async (directory) => {
      const connection = await duckdbWith(rows, set.duckdb, directory)
      const path = join(directory, 'out.parquet')
      return timed(async () => {
        await connection.run(copySql('data', path, codec, ROW_GROUP_ROWS))
        return statSync(path).size
      })
    }),
}

/** Of the others; ours ends a row group by its bytes. */
const ROW_GROUP_ROWS = 100_000
/** Rows that a table hands to its encoder at a time. */
const PIECE_ROWS = 4096

const write = writers[name] ?? fail(`no writer ${name}`)
const { result: bytes, ...timing } = await write()
console.log(JSON.stringify({ ...timing, rows: rows.length, bytes }))

type Write = (encoder: ParquetEncoder) => void

async function withDeltaquill(options: ParquetEncoderOptions, writes: Iterable<Write>): Promise<number> {
  const encoder = parquetEncoder(schema, options)
  let bytes = 0
  const take = async (): Promise<void> => {
    await encoder.settled()
    for (const chunk of encoder.takeBytes()) bytes += chunk.length
  }
  for (const write of writes) {
    write(encoder)
    await take()
  }
  encoder.finish()
  await take()
  return bytes
}

/** The start of the thread is counted, as it is in a table. */
async function withWorker(): Promise<number> {
  const worker = compressionWorker({ codec })
  const bytes = await withDeltaquill({ worker }, rowWrites())
  await worker.close()
  return bytes
}

function* rowWrites(): Generator<Write> {
  for (let start = 0; start < rows.length; start += PIECE_ROWS) {
    yield (encoder) => encoder.writeRows(rows.slice(start, start + PIECE_ROWS))
  }
}

function* arrowWrites(table: ReturnType<typeof arrowTable>): Generator<Write> {
  for (const batch of columnsFromArrow(table)) yield (encoder) => encoder.writeColumns(batch)
}

function columnsOf(all: typeof rows): Map<string, unknown[]> {
  return new Map(schema.fields.map((field) => [field.name, all.map((row) => row[field.name] ?? null)]))
}

async function withParquetjs(path: string): Promise<number> {
  const writer = await parquet.ParquetWriter.openFile(parquetjsSchema(schema), path)
  writer.setRowGroupSize(ROW_GROUP_ROWS)
  for (const row of rows) await writer.appendRow(row)
  await writer.close()
  return statSync(path).size
}

function fail(message: string): never {
  throw new Error(message)
}
