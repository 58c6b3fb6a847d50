import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ByteWriter, parquetWriteBuffer, parquetWriteRows } from 'hyparquet-writer'
import parquet from 'parquetjs-lite'
import { type Codec, compressionWorker, type EncodeParquetOptions, encodeParquet } from '../../src/parquet/index.ts'
import type { RowsInput } from '../../src/schema/index.ts'
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
  'deltaquill, rows': () => timed(() => withDeltaquill(rows, { codec })),
  'deltaquill, rows, one worker': () => timed(withWorker),
  'deltaquill, columns': () => {
    const columns = Object.fromEntries(columnsOf(rows))
    return timed(() => withDeltaquill(columns, { codec }))
  },
  'deltaquill, Arrow': () => {
    const table = arrowTable(schema, rows)
    return timed(() => withDeltaquill(table, { codec }))
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

const write = writers[name] ?? fail(`no writer ${name}`)
const { result: bytes, ...timing } = await write()
console.log(JSON.stringify({ ...timing, rows: rows.length, bytes }))

async function withDeltaquill(input: RowsInput, options: EncodeParquetOptions): Promise<number> {
  return (await encodeParquet(input, { schema, ...options })).length
}

/** The start of the thread is counted, as it is in a table. */
async function withWorker(): Promise<number> {
  const worker = compressionWorker({ codec })
  const bytes = await withDeltaquill(rows, { worker })
  await worker.close()
  return bytes
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
