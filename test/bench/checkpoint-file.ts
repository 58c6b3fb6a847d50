import { copySql, duckdb } from './duckdb.ts'

const ADDS = 100_000
const REMOVES = 20_000
const TRANSACTIONS = 10

/** Rows of the file: the adds and removes, ten transactions, the protocol and the metadata. */
export const CHECKPOINT_ROWS = ADDS + REMOVES + TRANSACTIONS + 2

/** Of a file number `i`: text that is as good as random, and the same each time. */
const PATH = `'day=2026-' || (1 + i % 12) || '/part-' || lpad(i::VARCHAR, 5, '0') || '-' || md5(i::VARCHAR) || '.c000.snappy.parquet'`
/** About 420 characters, as our encoder writes them for six columns. */
const STATS = `printf('{"numRecords":%d,"minValues":{"id":"%s","url":"https://www.shop-example.com/products/%s","price":%d.99,"scrapedAt":"2026-01-%02dT00:00:00.000000Z","title":"classic %s"},"maxValues":{"id":"%s","url":"https://www.shop-example.com/products/%s","price":%d.99,"scrapedAt":"2026-01-%02dT23:59:59.999999Z","title":"wooden %s"},"nullCount":{"id":0,"url":0,"price":%d,"scrapedAt":0,"title":0}}',
  50000 + i % 997, md5('a' || i)[:12], md5('b' || i)[:9], i % 9, 1 + i % 28, md5('c' || i)[:6],
  md5('d' || i)[:12], md5('e' || i)[:9], 100 + i % 900, 1 + i % 28, md5('f' || i)[:6], i % 13)`

const MAP = 'MAP(VARCHAR, VARCHAR)'
const [REMOVES_FROM, TRANSACTIONS_FROM] = [ADDS, ADDS + REMOVES]
const [PROTOCOL, METADATA] = [CHECKPOINT_ROWS - 2, CHECKPOINT_ROWS - 1]

/** Each kind of action is a struct, null in the rows that are another (PROTOCOL.md "Checkpoint Schema"). */
const QUERY = `SELECT
  CASE WHEN i >= ${TRANSACTIONS_FROM} AND i < ${PROTOCOL} THEN
    {appId: 'loader ' || i, version: i::BIGINT, lastUpdated: 1767225600000 + i} END AS txn,
  CASE WHEN i < ${ADDS} THEN
    {path: ${PATH}, partitionValues: MAP {'day': '2026-' || (1 + i % 12)}, size: 8000000 + i * 7919 % 1000000,
     modificationTime: 1767225600000 + i * 997, dataChange: false, stats: ${STATS}, tags: NULL::${MAP}} END AS add,
  CASE WHEN i >= ${REMOVES_FROM} AND i < ${TRANSACTIONS_FROM} THEN
    {path: ${PATH}, deletionTimestamp: 1767225600000 + i * 997, dataChange: false, extendedFileMetadata: true,
     partitionValues: MAP {'day': '2026-' || (1 + i % 12)}, size: 8000000 + i * 7919 % 1000000} END AS remove,
  CASE WHEN i = ${METADATA} THEN
    {id: md5('table'), name: 'products', format: {provider: 'parquet', options: MAP {}::${MAP}}, schemaString: '{}',
     partitionColumns: ['day'], configuration: MAP {}::${MAP}, createdTime: 1767225600000} END AS metaData,
  CASE WHEN i = ${PROTOCOL} THEN
    {minReaderVersion: 1::INTEGER, minWriterVersion: 2::INTEGER} END AS protocol
FROM range(${CHECKPOINT_ROWS}) r(i)`

/** Writes a file that looks like the checkpoint of a Delta table, in one row group as engines write it. */
export async function writeCheckpointFile(path: string): Promise<void> {
  const connection = await duckdb()
  await connection.run(copySql(`(${QUERY})`, path, 'snappy', 122_880))
}
