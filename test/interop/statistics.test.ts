import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable } from '../../src/index.ts'
import { python } from './python.ts'
import { columns, given, rows, schemaOf } from './sample.ts'

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

describe.each([
  { layout: 'unpartitioned', partitionBy: [] },
  { layout: 'partitioned by text', partitionBy: ['country'] },
  { layout: 'partitioned by date, timestamp and decimal', partitionBy: ['day', 'moment', 'small'] },
])('DuckDB, which skips files by our statistics, in a table $layout', ({ partitionBy }) => {
  let directory = ''
  let left: unknown

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'deltaquill-statistics-'))
    const path = join(directory, 'table')
    const table = await createTable(path, { schema: schemaOf(columns), partitionBy })
    for (const row of rows) await table.append([given(row)])
    await table.settled()
    left = await python('tables', 'filtered', { path, filters: Object.keys(filters) })
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test.each(Object.entries(filters))('finds the rows with %s', (where, ids) => {
    expect(left).toHaveProperty([where], ids)
  })
})
