import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTable, openTable } from '../../src/index.ts'
import { python } from './python.ts'
import { columns, comparable, given, inOrder, rows, schemaOf } from './sample.ts'

const READERS = ['delta-rs', 'DuckDB', 'Polars']
/** What each reader found: rows, or the text of its failure. */
const findings = z.record(z.string(), z.union([z.string(), z.array(z.record(z.string(), z.unknown()))]))

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'deltaquill-interop-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** The rows that every reader finds, ours included, in the order of their ids. */
async function found(path: string): Promise<Record<string, unknown>> {
  const ours: Record<string, unknown>[] = []
  for await (const row of (await openTable(path)).read()) ours.push(comparable(row))
  const all = { ...findings.parse(await python('tables', 'read', { path })), deltaquill: ours }
  return Object.fromEntries(
    Object.entries(all).map(([reader, read]) => [reader, typeof read === 'string' ? read : inOrder(read)]),
  )
}

/** What a peer cannot do, by its own words: a pin that is raised may close the gap, and then this fails. */
type Gaps = Readonly<Record<string, RegExp>>
// delta-rs prints the sign of a negative decimal partition value twice.
const negativeDecimals: Gaps = { 'delta-rs': /The string '-9999999\.-99' is not a valid decimal/ }

describe.each<{ layout: string; partitionBy: string[]; gaps: Gaps }>([
  { layout: 'unpartitioned', partitionBy: [], gaps: {} },
  { layout: 'partitioned by text with slashes, blanks and nulls', partitionBy: ['country'], gaps: {} },
  { layout: 'partitioned by date and timestamp', partitionBy: ['day', 'moment'], gaps: {} },
  { layout: 'partitioned by decimal', partitionBy: ['small'], gaps: negativeDecimals },
])('a table of ours, $layout', ({ layout, partitionBy, gaps }) => {
  const filters = {
    'id >= 9007199254740993': [9007199254740993n],
    'double < 1e-300': [-9223372036854775808n],
    "moment > '2262-01-01T00:00:00Z'": [9007199254740993n],
    "day = '9999-12-31'": [9007199254740993n],
    "text > 'Z' and text < 'a'": [9007199254740993n],
    'large < -1': [-9223372036854775808n],
    'text is null': [4],
    'country is null': [5],
  }
  let path = ''
  let read: Record<string, unknown>
  let left: unknown

  beforeAll(async () => {
    path = join(directory, layout.replaceAll(/\W+/g, '-'))
    const table = await createTable(path, { schema: schemaOf(columns), partitionBy })
    await table.append(rows.slice(0, 2).map(given))
    await table.append(rows.slice(2).map(given))
    await table.settled()
    read = await found(path)
    left = await python('tables', 'filtered', { path, filters: Object.keys(filters) })
  })

  test.each([...READERS, 'deltaquill'])('%s reads what was written', (reader) => {
    expect(read[reader]).toEqual(gaps[reader] ? expect.stringMatching(gaps[reader]) : inOrder(rows))
  })

  test('it asks for no more than the lowest protocol', async () => {
    expect(await python('tables', 'describe', { path })).toMatchObject({
      readerVersion: 1,
      writerVersion: 2,
      version: 2,
    })
  })

  test.each(Object.entries(filters))('DuckDB skips no row that fulfils %s', (where, ids) => {
    expect(left).toHaveProperty([where], ids)
  })
})

describe('a table of ours with timestamps without a zone', () => {
  const written = [
    { id: 1, local: '2026-01-02T03:04:05.123456' },
    { id: 2, local: null },
  ]
  let read: Record<string, unknown>

  beforeAll(async () => {
    const path = join(directory, 'ntz')
    const schema = schemaOf([
      ['id', 'long'],
      ['local', 'timestamp_ntz'],
    ])
    const table = await createTable(path, { schema })
    await table.append(written)
    await table.settled()
    read = await found(path)
  })

  test.each([...READERS, 'deltaquill'])('is read by %s', (reader) => {
    expect(read[reader]).toEqual(written)
  })
})

describe.each([
  { layout: 'unpartitioned', partitionBy: [] },
  { layout: 'partitioned', partitionBy: ['country'] },
])('one $layout table written in turns', ({ layout, partitionBy }) => {
  const [first, second, third] = [rows.slice(0, 2), rows.slice(2, 4), rows.slice(4)]
  const theirs = (path: string, mode: string, part: typeof rows) =>
    python('tables', 'write', { path, mode, columns, rows: part, partitionBy })
  const everybody = Object.fromEntries([...READERS, 'deltaquill'].map((reader) => [reader, inOrder(rows)]))

  test('begun by delta-rs, appended to by us, then by delta-rs again', async () => {
    const path = join(directory, `theirs-${layout}`)
    expect(await theirs(path, 'error', first)).toMatchObject({ version: 0, partitionColumns: partitionBy })
    const table = await openTable(path)
    expect(await table.append(second.map(given))).toMatchObject({ version: 1, rows: 2 })
    await table.settled()
    expect(await theirs(path, 'append', third)).toMatchObject({ version: 2 })
    expect(await found(path)).toEqual(everybody)
  })

  test('begun by us, appended to by delta-rs, then by us through the handle that we held', async () => {
    const path = join(directory, `ours-${layout}`)
    const table = await createTable(path, { schema: schemaOf(columns), partitionBy })
    await table.append(first.map(given))
    expect(await theirs(path, 'append', second)).toMatchObject({ version: 2, partitionColumns: partitionBy })
    expect(await table.append(third.map(given))).toMatchObject({ version: 3, rows: 1 })
    await table.settled()
    expect(await found(path)).toEqual(everybody)
  })
})
