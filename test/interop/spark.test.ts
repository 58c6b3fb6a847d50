import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTable, openTable } from '../../src/index.ts'
import { nestedColumns, nestedFound, nestedRows } from './nested.ts'
import { readersOf } from './readers.ts'
import { columns, given, inOrder, rows, schemaOf } from './sample.ts'
import { spark } from './spark/call.ts'

const everybody = ['delta-rs', 'Polars', 'DuckDB', 'Spark', 'Spark row by row', 'deltaquill']
const findings = z.record(z.string(), z.array(z.record(z.string(), z.unknown())))

describe.each([
  { of: 'flat rows', columns, partitionBy: [], handedIn: rows.map(given), found: rows },
  { of: 'flat rows in partitions', columns, partitionBy: ['country', 'day'], handedIn: rows.map(given), found: rows },
  { of: 'nested rows', columns: nestedColumns, partitionBy: [], handedIn: nestedRows, found: nestedFound },
])('a table of $of', ({ columns, partitionBy, handedIn, found }) => {
  const schema = schemaOf(columns)
  const third = Math.ceil(found.length / 3)
  const ours = (part: number) => handedIn.slice(part * third, (part + 1) * third)
  const theirs = (part: number) => found.slice(part * third, (part + 1) * third)
  let directory = ''

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'deltaquill-spark-'))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  const bySpark = (path: string, mode: 'error' | 'append', part: number) =>
    spark('write-table', { path, mode, columns, rows: theirs(part), partitionBy })
  const versionBySpark = async (path: string, version: number) =>
    Object.values(findings.parse(await spark('read-table', { path, version }))).map(inOrder)
  const foundByEverybody = Object.fromEntries(everybody.map((reader) => [reader, inOrder(found)]))

  test('that we wrote is described by Spark as by us, and read at each of its versions', async () => {
    const path = join(directory, 'ours')
    const table = await createTable(path, { schema, partitionBy })
    await table.append(ours(0))
    await table.append(ours(1))
    await table.settled()
    const { files, bytes } = table.info()
    expect(await spark('describe-table', { path })).toEqual({
      version: 2,
      readerVersion: 1,
      writerVersion: 2,
      partitionColumns: partitionBy,
      files,
      bytes,
      operations: ['WRITE', 'WRITE', 'CREATE TABLE'],
    })
    const none: typeof found = []
    const versions = [none, inOrder(theirs(0)), inOrder([...theirs(0), ...theirs(1)])]
    for (const [version, expected] of versions.entries()) {
      expect(await versionBySpark(path, version), `version ${version}`).toEqual([expected, expected])
    }
  })

  test('begun by Spark, appended to by us, then by Spark again, is read equal by all', async () => {
    const path = join(directory, 'begun-by-spark')
    await bySpark(path, 'error', 0)
    const table = await openTable(path)
    expect(table.schema).toEqual(schema)
    await table.append(ours(1))
    await table.settled()
    expect(await bySpark(path, 'append', 2)).toMatchObject({ version: 2, operations: ['WRITE', 'WRITE', 'WRITE'] })
    expect(await readersOf(path)).toEqual(foundByEverybody)
  })

  test('begun by us, appended to by Spark, then by us through the handle that we held, is read equal by all', async () => {
    const path = join(directory, 'begun-by-us')
    const table = await createTable(path, { schema, partitionBy })
    await table.append(ours(0))
    expect(await bySpark(path, 'append', 1)).toMatchObject({ version: 2, partitionColumns: partitionBy })
    expect(await table.append(ours(2))).toMatchObject({ version: 3 })
    await table.settled()
    expect(await readersOf(path)).toEqual(foundByEverybody)
  })
})
