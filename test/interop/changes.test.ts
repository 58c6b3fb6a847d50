import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTable, type Row } from '../../src/index.ts'
import { addTable, createRecipient, createShare, grantShare, redeemActivation } from '../../src/manifest/index.ts'
import { serve } from '../../src/server/node.ts'
import { type ObjectStore, openStore } from '../../src/store/index.ts'
import { formatProfile } from '../../src/wire/index.ts'
import { type Place, places } from './place.ts'
import { python } from './python.ts'

const FIXTURES = 'fixtures/changes'
const frame = z.object({ columns: z.array(z.string()), rows: z.array(z.record(z.string(), z.unknown())) })

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
  let profiles = ''
  let server: Awaited<ReturnType<typeof serve>>

  beforeAll(async () => {
    place = await open()
    profiles = mkdtempSync(join(tmpdir(), 'deltaquill-profiles-'))
    const root = await openStore(`${place.location}/root`)
    server = await serve({ store: root, openTable: openStore, host: '127.0.0.1', port: 0, authCache: 0 })
    await createShare(root, { name: 'spring' })
    for (const name of new Set(cases.map(([table]) => table))) {
      const location = `${place.location}/${name}`
      await copy(join(FIXTURES, name, 'table'), await openStore(location))
      await addTable(root, { share: 'spring', schema: 'shop', name, location, history: true })
    }
    const location = `${place.location}/ours`
    const table = await createTable(location, {
      rows: [{ id: 1 }],
      properties: { 'delta.enableChangeDataFeed': 'true' },
    })
    await table.append([{ id: 2 }])
    await table.settled()
    await addTable(root, { share: 'spring', schema: 'shop', name: 'ours', location, history: true })
    const { activationCode } = await createRecipient(root, { name: 'anna', endpoint: server.url })
    writeFileSync(join(profiles, 'anna.share'), formatProfile(await redeemActivation(root, { code: activationCode })))
    await grantShare(root, { recipient: 'anna', share: 'spring' })
  })
  afterAll(async () => {
    await server?.close()
    place?.close()
    rmSync(profiles, { recursive: true, force: true })
  })

  async function load(table: string, delta: boolean, from: number, to: number) {
    const given = { profile: join(profiles, 'anna.share'), table: `spring.shop.${table}`, delta }
    return frame.parse(await python('changes', 'load', { ...given, starting_version: from, ending_version: to }))
  }

  test.each(cases)(
    'loads those of %s (delta format: %s) from version %i to %i as their writer does',
    async (table, delta, from, to) => {
      const { rows } = await load(table, delta, from, to)
      const expected = linesOf(join(FIXTURES, table, 'changes.jsonl')).filter(({ _commit_version: version }) => {
        return Number(version) >= from && Number(version) <= to
      })
      expect(inOrder(rows, expected)).toEqual(inOrder(expected, expected))
    },
  )

  test.each([false, true])('loads those of a table of our own (delta format: %s)', async (delta) => {
    const { columns, rows } = await load('ours', delta, 0, 1)
    expect(columns).toEqual(['id', '_change_type', '_commit_version', '_commit_timestamp'])
    expect(rows.map(({ id, _change_type, _commit_version }) => [id, _change_type, _commit_version]).toSorted()).toEqual(
      [
        [1, 'insert', 0],
        [2, 'insert', 1],
      ],
    )
  })

  test('loads none of the changes that need another format than it asked for', async () => {
    await expect(load('spark-deletion-vectors', false, 1, 2)).rejects.toThrow(/deletionVectors/)
    await expect(load('spark-mapped-by-name', false, 1, 2)).rejects.toThrow(/columnMapping/)
  })
})

test('delta-rs reads the changes of a table of our own as we do', async () => {
  const location = mkdtempSync(join(tmpdir(), 'deltaquill-changes-'))
  try {
    const properties = { 'delta.enableChangeDataFeed': 'true' }
    const table = await createTable(location, {
      rows: [{ id: 1, country: 'DE' }],
      partitionBy: ['country'],
      properties,
    })
    await table.append([
      { id: 2, country: 'FR' },
      { id: 3, country: 'DE' },
    ])
    const ours: Row[] = []
    for await (const row of table.changes({ from: 0 })) ours.push(row)
    const { rows } = frame.parse(await python('changes', 'load_cdf', { location, from: 0 }))
    const columns = [{ id: 0, country: '', _change_type: '', _commit_version: 0 }]
    expect(inOrder(rows, columns)).toEqual(inOrder(ours, columns))
  } finally {
    rmSync(location, { recursive: true })
  }
})

async function copy(folder: string, store: ObjectStore): Promise<void> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    await store.put(path.slice(folder.length + 1), readFileSync(path), { mode: 'create' })
  }
}

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
