import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable, type Row } from '../../src/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { clientReadsChanges, type Found, frame, frameOf } from './client-readings.ts'
import { type Place, places } from './place.ts'
import { python } from './python.ts'
import { copyTable, openSharing, type Sharing } from './sharing.ts'

const FIXTURES = 'fixtures/changes'

/** Tables of others, each with a range that the client can read in that format. */
const cases: readonly (readonly [table: string, delta: boolean, from: number, to: number])[] = [
  ['delta-rs', false, 0, 6],
  ['delta-rs', true, 0, 6],
  ['spark-rewritten', false, 0, 8],
  // Its Rust kernel refuses a range in which the schema changed.
  ['spark-rewritten', true, 1, 3],
  ['spark-rewritten', true, 4, 8],
  ['spark-deletion-vectors', true, 1, 6],
  ['spark-mapped-by-name', true, 1, 3],
  ['spark-mapped-by-id', true, 1, 3],
]

describe.each(Object.entries(places))('the official Python client, of changes in %s', (_, open) => {
  let place: Place
  let sharing: Sharing

  beforeAll(async () => {
    place = await open()
    sharing = await openSharing(place)
    for (const name of new Set(cases.map(([table]) => table))) {
      const location = `${place.location}/${name}`
      await copyTable(join(FIXTURES, name, 'table'), location)
      await sharing.show({ name, location })
    }
    const location = `${place.location}/ours`
    const table = await createTable(location, {
      rows: [{ id: 1 }],
      properties: { 'delta.enableChangeDataFeed': 'true' },
    })
    await table.append([{ id: 2 }])
    await table.settled()
    await sharing.show({ name: 'ours', location })
  })
  afterAll(async () => {
    await sharing?.close()
    place?.close()
  })

  async function load(table: string, delta: boolean, from: number, to: number): Promise<Found | undefined> {
    const range = { table, use_delta_format: delta, starting_version: from, ending_version: to }
    return (await clientReadsChanges(sharing.profile, [range]))[0]
  }

  test.each(cases)(
    'loads those of %s (delta format: %s) from version %i to %i as their writer does',
    async (table, delta, from, to) => {
      const { rows } = frameOf(await load(table, delta, from, to))
      const expected = linesOf(join(FIXTURES, table, 'changes.jsonl')).filter(({ _commit_version: version }) => {
        return Number(version) >= from && Number(version) <= to
      })
      expect(inOrder(rows, expected)).toEqual(inOrder(expected, expected))
    },
  )

  test.each([false, true])('loads those of a table of our own (delta format: %s)', async (delta) => {
    const { columns, rows } = frameOf(await load('ours', delta, 0, 1))
    expect(columns).toEqual(['id', '_change_type', '_commit_version', '_commit_timestamp'])
    expect(rows.map(({ id, _change_type, _commit_version }) => [id, _change_type, _commit_version]).toSorted()).toEqual(
      [
        [1, 'insert', 0],
        [2, 'insert', 1],
      ],
    )
  })

  test('loads none of the changes that need another format than it asked for', async () => {
    expect(await load('spark-deletion-vectors', false, 1, 2)).toMatch(/deletionVectors/)
    expect(await load('spark-mapped-by-name', false, 1, 2)).toMatch(/columnMapping/)
  })
})

test('delta-rs reads the changes of a table of our own as we do', async () => {
  const location = temporaryDirectory()
  const properties = { 'delta.enableChangeDataFeed': 'true' }
  const table = await createTable(location, { rows: [{ id: 1, country: 'DE' }], partitionBy: ['country'], properties })
  await table.append([
    { id: 2, country: 'FR' },
    { id: 3, country: 'DE' },
  ])
  const ours: Row[] = []
  for await (const row of table.changes({ from: 0 })) ours.push(row)
  const { rows } = frame.parse(await python('changes', 'load_cdf', { location, from: 0 }))
  const columns = [{ id: 0, country: '', _change_type: '', _commit_version: 0 }]
  expect(inOrder(rows, columns)).toEqual(inOrder(ours, columns))
})

function linesOf(file: string): Row[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

/** Rows as text, of the columns of others but for the time, which a copy of a table does not keep. */
function inOrder(rows: readonly Row[], [like = {}]: readonly Row[]): string[] {
  const columns = Object.keys(like).filter((name) => name !== '_commit_timestamp')
  return rows.map((row) => JSON.stringify(columns.map((name) => comparable(row[name])))).toSorted()
}

/** pandas has decimals with all their digits, and the fixtures have numbers. */
function comparable(value: unknown): unknown {
  return typeof value === 'string' && /^\d+\.\d+$/.test(value) ? Number(value) : value
}
