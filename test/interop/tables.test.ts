import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable, openTable } from '../../src/index.ts'
import { python, rowsFrom } from './python.ts'
import { columns, comparable, given, inOrder, rows, schemaOf } from './sample.ts'

const READERS = ['delta-rs', 'DuckDB', 'Polars']

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'deltaquill-interop-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function ourRead(path: string): Promise<Record<string, unknown>[]> {
  const read: Record<string, unknown>[] = []
  for await (const row of (await openTable(path)).read()) read.push(comparable(row))
  return read
}

describe.each([
  { layout: 'unpartitioned', partitionBy: [] },
  { layout: 'partitioned by text with slashes, blanks and nulls', partitionBy: ['country'] },
  { layout: 'partitioned by date, timestamp and decimal', partitionBy: ['day', 'moment', 'small'] },
])('a table of ours, $layout', ({ layout, partitionBy }) => {
  let path = ''
  beforeAll(async () => {
    path = join(directory, layout)
    const table = await createTable(path, { schema: schemaOf(columns), partitionBy })
    await table.append(rows.slice(0, 2).map(given))
    await table.append(rows.slice(2).map(given))
    await table.settled()
  })

  test.each(READERS)('%s reads what was written', async (reader) => {
    expect(inOrder(await rowsFrom('tables', 'read', { path, reader }))).toEqual(inOrder(rows))
  })

  test('we read what was written', async () => {
    expect(inOrder(await ourRead(path))).toEqual(inOrder(rows))
  })

  test('it asks for no more than the lowest protocol', async () => {
    expect(await python('tables', 'describe', { path })).toMatchObject({
      readerVersion: 1,
      writerVersion: 2,
      version: 2,
    })
  })

  test.each([
    { where: 'id >= 9007199254740993', ids: [9007199254740993n] },
    { where: 'double < 1e-300', ids: [-9223372036854775808n] },
    { where: "moment > '2262-01-01T00:00:00Z'", ids: [9007199254740993n] },
    { where: "day = '9999-12-31'", ids: [9007199254740993n] },
    { where: "text > 'Z' and text < 'a'", ids: [9007199254740993n] },
    { where: 'large < -1', ids: [-9223372036854775808n] },
    { where: 'text is null', ids: [4] },
    { where: 'country is null', ids: [5] },
  ])('DuckDB skips no row that fulfils $where', async ({ where, ids }) => {
    expect(await python('tables', 'filtered', { path, where })).toEqual(ids)
  })
})

test.each(READERS)('timestamps without a zone are read by %s', async (reader) => {
  const path = join(directory, `ntz-${reader}`)
  const written = [
    { id: 1, local: '2026-01-02T03:04:05.123456' },
    { id: 2, local: null },
  ]
  const schema = schemaOf([
    ['id', 'long'],
    ['local', 'timestamp_ntz'],
  ])
  const table = await createTable(path, { schema })
  await table.append(written)
  await table.settled()
  expect(inOrder(await rowsFrom('tables', 'read', { path, reader }))).toEqual(written)
})

describe.each([
  { layout: 'unpartitioned', partitionBy: undefined },
  { layout: 'partitioned', partitionBy: ['country'] },
])('one $layout table written in turns', ({ layout, partitionBy }) => {
  const [first, second, third] = [rows.slice(0, 2), rows.slice(2, 4), rows.slice(4)]
  const theirs = (path: string, mode: string, part: typeof rows) =>
    python('tables', 'write', { path, mode, columns, rows: part, ...(partitionBy && { partitionBy }) })

  test('begun by delta-rs, appended to by us, then by delta-rs again', async () => {
    const path = join(directory, `theirs ${layout}`)
    await theirs(path, 'error', first)
    const table = await openTable(path)
    expect(await table.append(second.map(given))).toMatchObject({ version: 1, rows: 2 })
    await table.settled()
    expect(await theirs(path, 'append', third)).toMatchObject({ version: 2, partitionColumns: partitionBy ?? [] })
    expect(inOrder(await ourRead(path))).toEqual(inOrder(rows))
    for (const reader of READERS) {
      expect(inOrder(await rowsFrom('tables', 'read', { path, reader })), reader).toEqual(inOrder(rows))
    }
  })

  test('begun by us, appended to by delta-rs, then by us through the handle that we held', async () => {
    const path = join(directory, `ours ${layout}`)
    const table = await createTable(path, { schema: schemaOf(columns), ...(partitionBy && { partitionBy }) })
    await table.append(first.map(given))
    expect(await theirs(path, 'append', second)).toMatchObject({ version: 2 })
    expect(await table.append(third.map(given))).toMatchObject({ version: 3, rows: 1 })
    await table.settled()
    expect(inOrder(await ourRead(path))).toEqual(inOrder(rows))
    for (const reader of READERS) {
      expect(inOrder(await rowsFrom('tables', 'read', { path, reader })), reader).toEqual(inOrder(rows))
    }
  })
})
