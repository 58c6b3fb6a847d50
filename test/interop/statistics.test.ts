import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTable } from '../../src/index.ts'
import { python } from './python.ts'
import { columns, given, rows, schemaOf } from './sample.ts'
import { spark } from './spark/call.ts'

/** Filters over the sample, and the ids of the rows that fulfil them. A file a row: every one could be skipped alone. */
const filters = {
  'id >= 9007199254740993': [9007199254740993n],
  'id < -9223372036854775807': [-9223372036854775808n],
  'integer = 2147483647': [9007199254740993n],
  'byte < -127': [-9223372036854775808n],
  'float > 3.4e38': [9007199254740993n],
  'double < 1e-300': [-9223372036854775808n],
  "moment > '2262-01-01T00:00:00Z'": [9007199254740993n],
  "moment between '1969-12-31T23:59:59.999999Z' and '1970-01-01T00:00:00Z'": [-9223372036854775808n],
  "day = '9999-12-31'": [9007199254740993n],
  "text > 'Z' and text < 'a'": [9007199254740993n],
  "text = ''": [-9223372036854775808n],
  'small = 1.15': [1],
  'large < -1': [-9223372036854775808n],
  'large > 9999999999999999999999999999.9999999998': [9007199254740993n],
  'flag and id > 0': [1],
  'text is null': [4],
  'country is null': [5],
  "country = 'Österreich / Wien=a b%'": [9007199254740993n],
}

const summary = z.object({ found: z.record(z.string(), z.unknown()), fromStatistics: z.boolean() })

describe.each([
  { layout: 'unpartitioned', partitionBy: [] },
  { layout: 'partitioned by text', partitionBy: ['country'] },
  { layout: 'partitioned by date, timestamp and decimal', partitionBy: ['day', 'moment', 'small'] },
])('in a table $layout, whose files are skipped by our statistics,', ({ partitionBy }) => {
  let directory = ''
  let path = ''
  let byDuckDb: unknown
  let bySpark: unknown

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'deltaquill-statistics-'))
    path = join(directory, 'table')
    const table = await createTable(path, { schema: schemaOf(columns), partitionBy })
    for (const row of rows) await table.append([given(row)])
    await table.settled()
    ;[byDuckDb, bySpark] = await Promise.all([
      python('tables', 'filtered', { path, filters: Object.keys(filters) }),
      spark('filter-table', { path, filters: Object.keys(filters) }),
    ])
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test.each(Object.entries(filters))('DuckDB finds the rows with %s', (where, ids) => {
    expect(byDuckDb).toHaveProperty([where], ids)
  })

  test.each(Object.entries(filters))('Spark finds the rows with %s, and opens no other file', (where, ids) => {
    // A boolean has no bounds, only a count of nulls: files are skipped by that.
    const open = rows.filter(({ id, flag }) => Number(id) > 0 && flag !== null).length
    const files = where === 'flag and id > 0' ? open : ids.length
    expect(bySpark).toHaveProperty([where], { ids, files })
  })

  test('Spark knows how many rows there are, and from which to which, without opening a file', async () => {
    const names = ['id', 'integer', 'short', 'byte', 'float', 'double', 'day']
    const { found, fromStatistics } = summary.parse(await spark('summary', { path, columns: names }))
    expect(found).toEqual({ rows: rows.length, ...Object.fromEntries(names.flatMap(boundsOf)) })
    expect(fromStatistics).toBe(true)
  })
})

/** The least and the greatest value of a column of the sample; dates as text are ordered as dates are. */
function boundsOf(name: string): [string, unknown][] {
  const values = rows.map((row) => row[name]).filter((value) => value !== null && value !== undefined)
  const [least] = values.toSorted((a, b) => (a < b ? -1 : 1))
  const [greatest] = values.toSorted((a, b) => (a > b ? -1 : 1))
  return [
    [`min_${name}`, least],
    [`max_${name}`, greatest],
  ]
}
