import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Row } from '../../src/schema/index.ts'

/** DuckDB's own Parquet writer on one thread, from a table that is in its memory already: the yardstick. */
export async function duckdbCopy(
  rows: readonly Row[],
  types: Readonly<Record<string, string>>,
  codec: string,
): Promise<{ ms: number; bytes: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'deltaquill-duckdb-'))
  try {
    const [json, out] = [join(directory, 'rows.jsonl'), join(directory, 'out.parquet')]
    await writeRows(json, rows)
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
    const columns = Object.entries(types).map(([name, type]) => `'${name}': '${type}'`)
    await connection.run(
      `CREATE TABLE rows AS SELECT * FROM read_json('${json}', format = 'newline_delimited', columns = {${columns.join(', ')}})`,
    )
    const start = performance.now()
    await connection.run(`COPY rows TO '${out}' (FORMAT parquet, CODEC '${codec}', ROW_GROUP_SIZE 100000)`)
    return { ms: performance.now() - start, bytes: statSync(out).size }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function writeRows(path: string, rows: readonly Row[]): Promise<void> {
  const file = createWriteStream(path)
  for (const row of rows) file.write(`${JSON.stringify(row)}\n`)
  file.end()
  await finished(file)
}
