import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { isDeltaError, openTable, type Row } from '../../src/index.ts'
import { bufferAccess, openParquet, type ParquetFile } from '../../src/parquet/index.ts'
import { rowValue } from '../../src/schema/index.ts'

/** Tables that Spark wrote, each with the rows that it read back from them. */
const GOLDEN = '../shared/golden'

/** The writer's zone was Los Angeles: its expected rows are of another instant than the log's text (see its README). */
const OTHER_ZONE: Readonly<Record<string, string>> = { 'data-reader-partition-values': 'as_timestamp' }

const present = existsSync(GOLDEN)
if (!present)
  console.warn(`GOLDEN TABLES ARE ABSENT: ${GOLDEN} is not there, so no rows written by Spark are read here`)

describe('golden tables', () => {
  for (const name of tablesWithRows()) {
    test(`${name} is read as Spark reads it`, async () => {
      const [actual, expected] = [await tableRows(name), await expectedRows(name)]
      expect(sorted(name, actual)).toEqual(sorted(name, expected))
    })
  }

  test('those without expected rows hold none, or are refused', async () => {
    const without = folders().filter((name) => !tablesWithRows().includes(name))
    for (const name of without) {
      const rows = await tableRows(name).catch((error: unknown) => error)
      if (!isDeltaError(rows)) expect([name, rows]).toEqual([name, []])
    }
  })
})

function folders(): string[] {
  return present ? readdirSync(GOLDEN).filter((name) => !name.endsWith('.md')) : []
}

function tablesWithRows(): string[] {
  return folders().filter((name) => existsSync(`${GOLDEN}/${name}/expected`))
}

async function tableRows(name: string): Promise<Row[]> {
  const table = await openTable(`${GOLDEN}/${name}/delta`)
  const rows: Row[] = []
  for await (const row of table.read()) rows.push(row)
  return rows
}

async function expectedRows(name: string): Promise<Row[]> {
  const folder = `${GOLDEN}/${name}/expected`
  const rows: Row[] = []
  for (const file of readdirSync(folder).filter((each) => each.endsWith('.parquet'))) {
    const parquet = await openParquet(bufferAccess(new Uint8Array(await readFile(`${folder}/${file}`)), file))
    for (const rowGroup of parquet.rowGroups.keys()) rows.push(...(await readRows(parquet, rowGroup)))
  }
  return rows
}

async function readRows(parquet: ParquetFile, rowGroup: number): Promise<Row[]> {
  const { schema } = parquet
  const { length, columns } = await parquet.readColumns({ schema, rowGroup })
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(schema.fields.map(({ name, type }) => [name, rowValue(type)(columns.get(name)?.[row] ?? null)])),
  )
}

/** Rows as text, in an order of their own, columns by name. */
function sorted(name: string, rows: readonly Row[]): string[] {
  return rows
    .map((row) => {
      const columns = Object.keys(row).filter((column) => column !== OTHER_ZONE[name])
      return columns
        .sort()
        .map((column) => `${column}=${text(row[column])}`)
        .join(' ')
    })
    .sort()
}

function text(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes ${Array.from(value).join()}`
  if (Array.isArray(value)) return `[${value.map(text).join()}]`
  if (value instanceof Map) return `map(${Array.from(value, ([key, item]) => `${text(key)}:${text(item)}`).join()})`
  if (typeof value !== 'object' || value === null) return `${typeof value} ${String(value)}`
  return `{${Object.entries(value)
    .map(([name, member]) => `${name}:${text(member)}`)
    .join()}}`
}
