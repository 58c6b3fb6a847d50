import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Row } from '../../src/schema/index.ts'

/** A DuckDB on one thread, in memory. */
export async function duckdb(): Promise<DuckDBConnection> {
  return (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
}

/** A DuckDB whose table `data` holds these rows; they pass through a file in the directory. */
export async function duckdbWith(
  rows: readonly Row[],
  types: Readonly<Record<string, string>>,
  directory: string,
): Promise<DuckDBConnection> {
  const json = join(directory, 'rows.jsonl')
  const file = createWriteStream(json)
  for (const row of rows) file.write(`${JSON.stringify(row)}\n`)
  file.end()
  await finished(file)
  const columns = Object.entries(types).map(([name, type]) => `'${name}': '${type}'`)
  const connection = await duckdb()
  await connection.run(
    `CREATE TABLE data AS FROM read_json('${json}', format = 'newline_delimited', columns = {${columns.join(', ')}})`,
  )
  return connection
}

/** The statement that writes a table or a query to a Parquet file. */
export function copySql(from: string, path: string, codec: string, rowGroupRows: number): string {
  return `COPY ${from} TO '${path}' (FORMAT parquet, CODEC '${codec}', ROW_GROUP_SIZE ${rowGroupRows})`
}
