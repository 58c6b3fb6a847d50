import { readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import parquet from 'parquetjs-lite'
import { createTable, type Row } from '../../src/index.ts'
import { formatSchema } from '../../src/schema/index.ts'
import { productSchema } from './product-rows.ts'

/** One candidate, one run, in a process of its own: prints the milliseconds from rows to a committed table. */
const [name, location = '', file = ''] = process.argv.slice(2)
const rows = loadRows(file)
const start = performance.now()
if (name === 'deltaquill') await withDeltaquill()
else await withParquetjs()
console.log(performance.now() - start)

async function withDeltaquill(): Promise<void> {
  const table = await createTable(location, { schema: productSchema })
  await table.append(rows)
}

/** What a project does today: parquetjs-lite for the file, and a commit written by hand, without statistics. */
async function withParquetjs(): Promise<void> {
  const string = { type: 'UTF8', compression: 'SNAPPY' }
  const schema = new parquet.ParquetSchema({
    id: string,
    url: string,
    title: string,
    category: string,
    brand: string,
    price: { type: 'DOUBLE', compression: 'SNAPPY' },
    currency: string,
    inStock: { type: 'BOOLEAN', compression: 'SNAPPY' },
    rating: { type: 'DOUBLE', compression: 'SNAPPY', optional: true },
    reviewCount: { type: 'INT32', compression: 'SNAPPY' },
    scrapedAt: { type: 'TIMESTAMP_MICROS', compression: 'SNAPPY' },
    description: { ...string, optional: true },
  })
  const data = join(tmpdir(), `parquetjs-${process.pid}.parquet`)
  const writer = await parquet.ParquetWriter.openFile(schema, data)
  writer.setRowGroupSize(100_000)
  for (const row of rows) await writer.appendRow(row)
  await writer.close()
  await publish(data, handMadeCommit(readFileSync(data).length))
}

function handMadeCommit(size: number): string {
  const metaData = {
    id: '00000000-0000-4000-8000-000000000000',
    format: { provider: 'parquet', options: {} },
    schemaString: formatSchema(productSchema),
    partitionColumns: [],
    configuration: {},
  }
  const add = { path: 'part-00000.parquet', partitionValues: {}, size, modificationTime: 0, dataChange: true }
  return [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, { metaData }, { add }]
    .map((action) => JSON.stringify(action))
    .join('\n')
}

async function publish(data: string, commit: string): Promise<void> {
  const log = '_delta_log/00000000000000000000.json'
  if (!location.startsWith('s3://')) {
    await mkdir(join(location, '_delta_log'), { recursive: true })
    await rename(data, join(location, 'part-00000.parquet'))
    await writeFile(join(location, log), commit, { flag: 'wx' })
    return
  }
  const [bucket = '', prefix = ''] = location.slice('s3://'.length).split('/')
  const client = new S3Client({ endpoint: process.env.AWS_ENDPOINT_URL_S3 ?? '', forcePathStyle: true })
  const put = (key: string, body: Uint8Array | string, condition = {}) =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${key}`, Body: body, ...condition }))
  await put('part-00000.parquet', readFileSync(data))
  await put(log, commit, { IfNoneMatch: '*' })
  await rm(data)
}

function loadRows(path: string): Row[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const row = JSON.parse(line)
    row.scrapedAt = new Date(row.scrapedAt)
    return row
  })
}
