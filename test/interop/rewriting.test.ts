import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTable, type Row, type Table } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { frame } from './client-readings.ts'
import { python } from './python.ts'
import { readersOf } from './readers.ts'
import { spark } from './spark/call.ts'

const row = (id: number, country: string, price: number | null): Row => ({ id, country, price })
const byId = (rows: readonly Row[]): Row[] => rows.toSorted((a, b) => Number(a.id) - Number(b.id))

// delta-rs encodes the paths of change files once too often, so no value here needs it.
const FEED = { 'delta.enableChangeDataFeed': 'true' }
const begin = [row(1, 'DE', 1.5), row(2, 'DE', 2), row(3, 'FR', null), row(4, 'US', 4)]

/** Each verb, and what the table holds after it. */
const steps: readonly (readonly [verb: string, run: (table: Table) => Promise<unknown>, rows: readonly Row[]])[] = [
  [
    'MERGE',
    (table) => table.merge([row(2, 'DE', 2.5), row(9, 'FR', 9)], { on: ['id'] }),
    [row(1, 'DE', 1.5), row(2, 'DE', 2.5), row(3, 'FR', null), row(4, 'US', 4), row(9, 'FR', 9)],
  ],
  [
    'UPDATE',
    (table) => table.update({ where: { price: null }, set: { price: 3, country: 'US' } }),
    [row(1, 'DE', 1.5), row(2, 'DE', 2.5), row(3, 'US', 3), row(4, 'US', 4), row(9, 'FR', 9)],
  ],
  [
    'WRITE',
    (table) => table.overwrite([row(5, 'DE', null)], { where: { country: 'DE', price: { isNull: true } } }),
    [row(1, 'DE', 1.5), row(2, 'DE', 2.5), row(3, 'US', 3), row(4, 'US', 4), row(5, 'DE', null), row(9, 'FR', 9)],
  ],
  [
    'DELETE',
    (table) => table.delete({ where: { id: { in: [2, 4, 9] } } }),
    [row(1, 'DE', 1.5), row(3, 'US', 3), row(5, 'DE', null)],
  ],
]

describe('rows that we change in a partitioned table with a change data feed', () => {
  const path = mkdtempSync(join(tmpdir(), 'deltaquill-rewriting-'))
  const read: Record<string, unknown>[] = []
  let table: Table

  beforeAll(async () => {
    table = await createTable(path, { rows: begin, partitionBy: ['country'], properties: FEED })
    for (const [, run] of steps) {
      await run(table)
      read.push(await readersOf(path))
    }
    await table.settled()
  })
  afterAll(() => rmSync(path, { recursive: true, force: true }))

  test.each(steps.map(([verb, , rows], index) => ({ verb, rows, index })))(
    'are read by all after a $verb',
    ({ rows, index }) => {
      const found = Object.entries(read[index] ?? {})
      expect(found.map(([reader]) => reader)).toEqual(expect.arrayContaining(['delta-rs', 'DuckDB', 'Polars', 'Spark']))
      for (const [reader, theirs] of found) expect([reader, theirs]).toEqual([reader, byId(rows)])
    },
  )

  test('have the history that Spark would have written, as delta-rs tells it', async () => {
    const { version, operations } = (await python('tables', 'describe', { path, storage: {} })) as {
      version: number
      operations: string[]
    }
    expect(version).toBe(steps.length)
    expect(operations.toReversed().slice(1)).toEqual(steps.map(([verb]) => verb))
  })

  test('have the changes that delta-rs finds', async () => {
    const ours: Row[] = []
    for await (const change of table.changes({ from: 0 })) ours.push(change)
    const { rows } = frame.parse(await python('changes', 'load_cdf', { location: path, from: 0 }))
    expect(told(rows)).toEqual(told(ours))
    expect(ours.length).toBeGreaterThan(12)
  })
})

// delta-rs knows no column mapping, and DuckDB no partitions of it.
test('rows that we change in a table with column mapping are read by Spark', async () => {
  const path = temporaryDirectory()
  const properties = { 'delta.columnMapping.mode': 'name' }
  const table = await createTable(path, { rows: begin, partitionBy: ['country'], properties })
  for (const [, run] of steps) await run(table)
  await table.settled()
  const found = Object.values(z.record(z.string(), z.array(z.custom<Row>())).parse(await spark('read-table', { path })))
  expect(found.map(byId)).toEqual(found.map(() => byId(steps.at(-1)?.[2] ?? [])))
  expect(found).not.toEqual([])
})

function told(rows: readonly Row[]): string[] {
  const columns = ['_commit_version', 'id', '_change_type', 'country', 'price']
  return rows.map((each) => JSON.stringify(columns.map((name) => each[name] ?? null))).toSorted()
}
