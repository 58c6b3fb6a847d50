import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable, openTable } from '../../src/index.ts'
import { readersOf } from './readers.ts'
import { columns, given, inOrder, rows, schemaOf } from './sample.ts'
import { spark } from './spark/call.ts'

const directory = mkdtempSync(join(tmpdir(), 'deltaquill-checkpoints-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** What a peer cannot do, by its own words: a pin that is raised may close the gap, and then this fails. */
type Gaps = Readonly<Record<string, RegExp>>

interface Case {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly partitionBy: readonly string[]
  readonly gaps?: Gaps
}

const cases: readonly Case[] = [
  { name: 'classic', properties: {}, partitionBy: [] },
  { name: 'classic, partitioned by date and timestamp', properties: {}, partitionBy: ['day', 'moment'] },
  { name: 'with statistics as text alone', properties: statistics(true, false), partitionBy: ['country'] },
  { name: 'with typed statistics alone', properties: statistics(false, true), partitionBy: ['country'] },
  { name: 'with no statistics', properties: statistics(false, false), partitionBy: ['country'] },
  {
    name: 'v2, with sidecars',
    properties: { 'delta.checkpointPolicy': 'v2' },
    partitionBy: ['country'],
    gaps: { 'delta-rs': /not yet supported by the deltalake reader/, Polars: /v2Checkpoint/ },
  },
]

function statistics(text: boolean, typed: boolean): Record<string, string> {
  return {
    'delta.checkpoint.writeStatsAsJson': String(text),
    'delta.checkpoint.writeStatsAsStruct': String(typed),
  }
}

const readers = ['delta-rs', 'Polars', 'DuckDB', 'Spark', 'Spark row by row', 'deltaquill']

/** Takes away what a checkpoint stands for. Spark does not open a table whose newest commit is gone. */
function leaveTheCheckpoint(path: string, version: number, ...more: readonly string[]): void {
  const log = join(path, '_delta_log')
  for (const name of readdirSync(log)) {
    const [, of, kind = ''] = /^0*(\d+)\.(.*)$/.exec(name) ?? []
    if (of === undefined) continue
    if ((kind === 'json' && Number(of) < version) || more.includes(kind)) rmSync(join(log, name))
  }
}

describe.each(cases)('a checkpoint of ours, $name', ({ name, properties, partitionBy, gaps = {} }) => {
  const path = join(directory, name.replaceAll(/\W+/g, '-'))
  let read: Record<string, unknown>

  beforeAll(async () => {
    const table = await createTable(path, { schema: schemaOf(columns), partitionBy, properties })
    await table.append(rows.slice(0, 2).map(given), { txn: { appId: 'loader', version: 1 } })
    await table.append(rows.slice(2).map(given))
    await table.checkpoint()
    await table.settled()
    leaveTheCheckpoint(path, table.version)
    read = await readersOf(path)
  })

  test.each(readers)('%s reads the table from it', (reader) => {
    expect(read[reader]).toEqual(gaps[reader] ? expect.stringMatching(gaps[reader]) : inOrder(rows))
  })

  test('all read it without our checksums, too', async () => {
    leaveTheCheckpoint(path, 2, 'crc')
    expect(await readersOf(path)).toEqual(read)
  })

  test('Spark opens only the files that its statistics do not exclude', async () => {
    const where = 'id < 0'
    // It skips by text alone: what is typed it leaves to others.
    const files = properties['delta.checkpoint.writeStatsAsJson'] === 'false' ? 4 : 1
    const ids = [-9223372036854775808n]
    expect(await spark('filter-table', { path, filters: [where] })).toMatchObject({ [where]: { ids, files } })
  })

  test('Spark goes on from it, and we go on from what Spark made of it', async () => {
    const more = { ...rows[0], id: 1000 }
    await spark('write-table', { path, mode: 'append', columns, rows: [more], partitionBy })
    const table = await openTable(path)
    expect(table.version).toBe(3)
    await table.append([given({ ...more, id: 1001 })])
    await table.settled()
    const all = inOrder([...rows, more, { ...more, id: 1001 }])
    expect(await readersOf(path)).toMatchObject({ DuckDB: all, Spark: all, deltaquill: all })
  })
})
