import { rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import parquet from 'parquetjs-lite'
import { parquetEncoder } from '../../src/parquet/index.ts'
import type { Row, StructType } from '../../src/schema/index.ts'
import { dataSets } from './data-sets.ts'
import { duckdbCopy } from './duckdb.ts'
import { hyparquetColumns } from './hyparquet-columns.ts'

/** One writer, one data set, one run, in a process of its own: prints milliseconds and bytes as JSON. */
const [name = '', setName = '', count = '0', codec = 'snappy'] = process.argv.slice(2)
const set = dataSets[setName]
if (set === undefined) throw new Error(`no data set ${setName}`)
const rows = set.rows(Number(count))

const writers: Readonly<Record<string, () => Promise<Result>>> = {
  'deltaquill, rows': async () => timed(() => withDeltaquill(set.schema, rows)),
  'deltaquill, columns': async () => {
    const columns = columnsOf(set.schema, rows)
    return timed(() => withDeltaquill(set.schema, rows, columns))
  },
  'hyparquet-writer, columns': async () => {
    const { columnData, schema } = hyparquetColumns(set.schema, columnsOf(set.schema, rows))
    return timed(() => parquetWriteBuffer({ columnData, schema, rowGroupSize: ROW_GROUP }).byteLength)
  },
  'parquetjs-lite, rows': withParquetjs,
  'DuckDB COPY, 1 thread': () => duckdbCopy(rows, set.duckdb, codec),
}

interface Result {
  readonly ms: number
  readonly bytes: number
}

const ROW_GROUP = 100_000
const write = writers[name]
if (write === undefined) throw new Error(`no writer ${name}`)
console.log(JSON.stringify(await write()))

function timed(run: () => number): Result {
  const start = performance.now()
  const bytes = run()
  return { ms: performance.now() - start, bytes }
}

function withDeltaquill(schema: StructType, all: readonly Row[], columns?: ReadonlyMap<string, unknown[]>): number {
  const encoder = parquetEncoder(schema, codec === 'zstd' ? { codec: 'zstd' as 'snappy' } : {})
  let bytes = 0
  const take = (): void => {
    for (const chunk of encoder.takeBytes()) bytes += chunk.length
  }
  if (columns) encoder.writeColumns({ length: all.length, columns })
  else encoder.writeRows(all)
  take()
  encoder.finish()
  take()
  return bytes
}

function columnsOf(schema: StructType, all: readonly Row[]): Map<string, unknown[]> {
  return new Map(schema.fields.map((field) => [field.name, all.map((row) => row[field.name] ?? null)]))
}

async function withParquetjs(): Promise<Result> {
  const types: Record<string, string> = {
    string: 'UTF8',
    double: 'DOUBLE',
    long: 'INT64',
    integer: 'INT32',
    boolean: 'BOOLEAN',
    timestamp: 'TIMESTAMP_MICROS',
  }
  const fields = set?.schema.fields ?? []
  const schema = new parquet.ParquetSchema(
    Object.fromEntries(
      fields.map(({ name, type, nullable }) => [
        name,
        { type: types[type.type] ?? '', compression: 'SNAPPY', optional: nullable },
      ]),
    ),
  )
  const path = join(tmpdir(), `parquetjs-${process.pid}.parquet`)
  writeFileSync(path, '')
  const start = performance.now()
  const writer = await parquet.ParquetWriter.openFile(schema, path)
  writer.setRowGroupSize(ROW_GROUP)
  for (const row of rows) await writer.appendRow(row)
  await writer.close()
  const ms = performance.now() - start
  const bytes = statSync(path).size
  rmSync(path)
  return { ms, bytes }
}
