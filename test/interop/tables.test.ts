import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable, openTable } from '../../src/index.ts'
import { nestedColumns, nestedFound, nestedRows, nestedSchema } from './nested.ts'
import { type Place, places } from './place.ts'
import { python } from './python.ts'
import { readersOf } from './readers.ts'
import { columns, given, inOrder, rows, schemaOf } from './sample.ts'

const readersAnywhere = ['delta-rs', 'Polars', 'deltaquill']
/** What DuckDB and Spark need for S3 no package brings. */
const readersOfDirectories = ['DuckDB', 'Spark', 'Spark row by row']

/** What a peer cannot do, by its own words: a pin that is raised may close the gap, and then this fails. */
type Gaps = Readonly<Record<string, RegExp>>
// delta-rs prints the sign of a negative decimal partition value twice.
const negativeDecimals: Gaps = { 'delta-rs': /The string '-9999999\.-99' is not a valid decimal/ }

describe.each(Object.entries(places))('in %s', (name, open) => {
  const readers = name === 'MinIO' ? readersAnywhere : [...readersAnywhere, ...readersOfDirectories]
  let place: Place
  beforeAll(async () => {
    place = await open()
  })
  afterAll(() => place.close())

  describe.each<{ layout: string; partitionBy: string[]; gaps: Gaps }>([
    { layout: 'unpartitioned', partitionBy: [], gaps: {} },
    { layout: 'partitioned by text with slashes, blanks and nulls', partitionBy: ['country'], gaps: {} },
    { layout: 'partitioned by date and timestamp', partitionBy: ['day', 'moment'], gaps: {} },
    { layout: 'partitioned by decimal', partitionBy: ['small'], gaps: negativeDecimals },
  ])('a table of ours, $layout', ({ partitionBy, gaps }) => {
    let path = ''
    let read: Record<string, unknown>

    beforeAll(async () => {
      path = `${place.location}/ours-by-${partitionBy.join('-')}`
      const table = await createTable(path, { schema: schemaOf(columns), partitionBy })
      await table.append(rows.slice(0, 2).map(given))
      await table.append(rows.slice(2).map(given))
      await table.settled()
      read = await readersOf(path, place.storage)
    })

    test.each(readers)('%s reads what was written', (reader) => {
      expect(read[reader]).toEqual(gaps[reader] ? expect.stringMatching(gaps[reader]) : inOrder(rows))
    })

    test('it asks for no more than the lowest protocol', async () => {
      const { storage } = place
      expect(await python('tables', 'describe', { path, storage })).toMatchObject({
        readerVersion: 1,
        writerVersion: 2,
      })
    })
  })

  describe('a table of ours with timestamps without a zone', () => {
    const written = [
      { id: 1, local: '2026-01-02T03:04:05.123456' },
      { id: 2, local: null },
    ]
    let read: Record<string, unknown>

    beforeAll(async () => {
      const path = `${place.location}/without-zone`
      const schema = schemaOf([
        ['id', 'long'],
        ['local', 'timestamp_ntz'],
      ])
      const table = await createTable(path, { schema })
      await table.append(written)
      await table.settled()
      read = await readersOf(path, place.storage)
    })

    test.each(readers)('is read by %s', (reader) => {
      expect(read[reader]).toEqual(written)
    })
  })

  describe('a table of ours with structs, arrays and maps within each other', () => {
    let path = ''
    let read: Record<string, unknown>

    beforeAll(async () => {
      path = `${place.location}/nested`
      const table = await createTable(path, { schema: nestedSchema })
      for (const part of inThree(nestedRows)) await table.append(part)
      await table.settled()
      read = await readersOf(path, place.storage)
    })

    test.each(readers)('is read by %s', (reader) => {
      expect(read[reader]).toEqual(nestedFound)
    })

    test('asks for no more than the lowest protocol', async () => {
      const { storage } = place
      expect(await python('tables', 'describe', { path, storage })).toMatchObject({
        readerVersion: 1,
        writerVersion: 2,
      })
    })
  })

  test('a nested table begun by delta-rs, appended to by us, then by delta-rs again, is read equal by all', async () => {
    const path = `${place.location}/theirs-nested`
    const theirs = (mode: string, rows: typeof nestedFound) =>
      python('tables', 'write', { path, storage: place.storage, mode, columns: nestedColumns, rows, partitionBy: [] })
    const [first = [], , third = []] = inThree(nestedFound)
    const [, second = []] = inThree(nestedRows)
    await theirs('error', first)
    const table = await openTable(path)
    expect(table.schema).toEqual(nestedSchema)
    expect(await table.append(second)).toMatchObject({ version: 1, rows: second.length })
    await table.settled()
    expect(await theirs('append', third)).toMatchObject({ version: 2 })
    expect(await readersOf(path, place.storage)).toEqual(
      Object.fromEntries(readers.map((reader) => [reader, nestedFound])),
    )
  })

  describe.each([
    { layout: 'unpartitioned', partitionBy: [] },
    { layout: 'partitioned', partitionBy: ['country'] },
  ])('one $layout table written in turns', ({ layout, partitionBy }) => {
    const [first, second, third] = [rows.slice(0, 2), rows.slice(2, 4), rows.slice(4)]
    const theirs = (path: string, mode: string, part: typeof rows) =>
      python('tables', 'write', { path, storage: place.storage, mode, columns, rows: part, partitionBy })
    const everybody = Object.fromEntries(readers.map((reader) => [reader, inOrder(rows)]))

    test('begun by delta-rs, appended to by us, then by delta-rs again', async () => {
      const path = `${place.location}/theirs-${layout}`
      expect(await theirs(path, 'error', first)).toMatchObject({ version: 0, partitionColumns: partitionBy })
      const table = await openTable(path)
      expect(await table.append(second.map(given))).toMatchObject({ version: 1, rows: 2 })
      await table.settled()
      expect(await theirs(path, 'append', third)).toMatchObject({ version: 2 })
      expect(await readersOf(path, place.storage)).toEqual(everybody)
    })

    test('begun by us, appended to by delta-rs, then by us through the handle that we held', async () => {
      const path = `${place.location}/ours-${layout}`
      const table = await createTable(path, { schema: schemaOf(columns), partitionBy })
      await table.append(first.map(given))
      expect(await theirs(path, 'append', second)).toMatchObject({ version: 2, partitionColumns: partitionBy })
      expect(await table.append(third.map(given))).toMatchObject({ version: 3, rows: 1 })
      await table.settled()
      expect(await readersOf(path, place.storage)).toEqual(everybody)
    })
  })
})

function inThree<T>(rows: readonly T[]): T[][] {
  const size = Math.ceil(rows.length / 3)
  return [rows.slice(0, size), rows.slice(size, 2 * size), rows.slice(2 * size)]
}
