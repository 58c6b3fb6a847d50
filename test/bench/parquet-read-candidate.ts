import { readFileSync } from 'node:fs'
import { type AsyncBuffer, type ColumnData, parquetRead, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import parquet from 'parquetjs-lite'
import { bufferAccess, openParquet, readParquet, readParquetColumns } from '../../src/parquet/index.ts'
import { leafColumns } from '../../src/schema/index.ts'
import { timed } from './sample.ts'

/** One reader, one file, one run, in a process of its own: prints a sample as JSON. */
const [name = '', path = '', rowCount = '0'] = process.argv.slice(2)
const bytes = readFileSync(path)
const file: AsyncBuffer = {
  byteLength: bytes.length,
  slice: (start, end) => Uint8Array.from(bytes.subarray(start, end)).buffer,
}

/** Timestamps as `Date`, as the others give them. */
const AS_THE_OTHERS = { timestamps: 'date' } as const

/** How many rows were read, and their values, all held at once, so that they count as memory. */
interface Reading {
  readonly rows: number
  readonly values: unknown
}

const readers: Readonly<Record<string, () => Promise<Reading>>> = {
  'deltaquill, rows': rowsByDeltaquill,
  'deltaquill, columns': columnsByDeltaquill,
  'deltaquill, leaf columns': leavesByDeltaquill,
  'hyparquet, rows': async () => ofRows(await parquetReadObjects({ file, compressors })),
  'hyparquet, columns': columnsByHyparquet,
  'parquetjs-lite, rows': rowsByParquetjs,
}

const read = readers[name]
if (read === undefined) throw new Error(`no reader ${name}`)
const { result, ...timing } = await timed(read)
if (result.rows !== Number(rowCount)) throw new Error(`${name} read ${result.rows} rows of ${rowCount}`)
console.log(JSON.stringify({ ...timing, rows: result.rows, bytes: bytes.length }))

async function rowsByDeltaquill(): Promise<Reading> {
  const rows: unknown[] = []
  for await (const row of readParquet(bytes, AS_THE_OTHERS)) rows.push(row)
  return ofRows(rows)
}

async function columnsByDeltaquill(): Promise<Reading> {
  const values = []
  for await (const batch of readParquetColumns(bytes, AS_THE_OTHERS)) values.push(batch)
  return { rows: values.reduce((sum, { length }) => sum + length, 0), values }
}

async function leavesByDeltaquill(): Promise<Reading> {
  const opened = await openParquet(bufferAccess(bytes, path))
  const { schema } = opened
  const paths = leafColumns(schema).map((leaf) => leaf.path)
  const values = []
  for (const rowGroup of opened.rowGroups.keys()) {
    values.push(await opened.readLeaves({ schema, paths, rowGroup }))
  }
  return { rows: opened.numRows, values }
}

async function columnsByHyparquet(): Promise<Reading> {
  const values: ColumnData[] = []
  await parquetRead({ file, compressors, onChunk: (chunk) => values.push(chunk) })
  return { rows: Math.max(...values.map(({ rowEnd }) => rowEnd)), values }
}

async function rowsByParquetjs(): Promise<Reading> {
  const cursor = (await parquet.ParquetReader.openBuffer(bytes)).getCursor()
  const rows: unknown[] = []
  // Its `next` takes rows off the front of an array, which at 100,000 rows takes longer than to read them.
  for (let group = await cursor.nextRowGroup(); group !== null; group = await cursor.nextRowGroup()) {
    for (const row of group) rows.push(row)
  }
  return ofRows(rows)
}

function ofRows(values: readonly unknown[]): Reading {
  return { rows: values.length, values }
}
