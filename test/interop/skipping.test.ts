import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parquetEncoder } from '../../src/parquet/index.ts'
import { samples } from './file-cases.ts'
import { columns } from './sample.ts'
import { spark } from './spark/call.ts'

/** Filters over 300 rows with ids from -150, each with as many rows as it leaves. */
const filters = {
  'id = 7': 1,
  'id between -3 and 12': 16,
  'id > 149': 0,
  'integer = 2147483647': 60,
  'short < -32767': 60,
  'byte in (1, 2)': 60,
  'float > 3.4e38': 60,
  'double = 5e-324': 60,
  flag: 60,
  "bytes = x'80'": 60,
  "day = date'9999-12-31'": 60,
  "day > date'9999-12-31'": 0,
  "moment < timestamp'1970-01-01T00:00:00Z'": 60,
  "moment = timestamp'2026-01-02T03:04:05.123456Z'": 60,
  "text = 'plain'": 60,
  "text = 'plainly'": 0,
  "text > 'Z' and text < 'a'": 60,
  "text like 'Zürich, 東京%'": 60,
  "text = ''": 60,
  'small = 1.15': 60,
  'medium < 0': 60,
  'large > 9999999999999999999999999999.9999999998': 60,
  'large = 1.0000000002': 0,
  'day is null': 120,
  'country is not null': 240,
  "country <=> null and text = 'of no country'": 60,
}

const counts = z.record(z.string(), z.record(z.string(), z.number()))
const footer = z.object({
  createdBy: z.string(),
  rowGroups: z.number(),
  leaves: z.record(z.string(), z.record(z.string(), z.boolean())),
})

describe('a Parquet file of ours with several row groups, pages and Bloom filters', () => {
  const leaves = columns.map(([name]) => name)
  let directory = ''
  let path = ''

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'deltaquill-skipping-'))
    path = join(directory, 'file.parquet')
    const { schema, handedIn } = samples.flat
    const bloomFilter = leaves.filter((leaf) => leaf !== 'flag')
    const encoder = parquetEncoder(schema, { bloomFilter, pageBytes: 256, rowGroupBytes: 1024 })
    for (let start = 0; start < handedIn.length; start += 20) encoder.writeRows(handedIn.slice(start, start + 20))
    encoder.finish()
    writeFileSync(path, Buffer.concat(encoder.takeBytes()))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test('has its statistics, indexes and filters accepted by parquet-java', async () => {
    const accepted = { statistics: true, columnIndex: true, offsetIndex: true, bloomFilter: true }
    const found = footer.parse(await spark('footer', { path }))
    expect(found.createdBy).toMatch(/^deltaquill version \S+ \(build \S+\)$/)
    expect(found.rowGroups).toBeGreaterThan(1)
    expect(found.leaves).toEqual(
      Object.fromEntries(
        leaves.map((leaf) => [leaf, leaf === 'flag' ? { ...accepted, bloomFilter: false } : accepted]),
      ),
    )
  })

  test('gives Spark the same rows whatever Spark skips by', async () => {
    const found = counts.parse(await spark('count-in-file', { path, filters: Object.keys(filters) }))
    expect(Object.keys(found)).toHaveLength(6)
    for (const [way, left] of Object.entries(found)) expect(left, way).toEqual(filters)
  })
})
