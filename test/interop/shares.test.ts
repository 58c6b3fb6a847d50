import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CreateTableOptions, createTable, type Row } from '../../src/index.ts'
import { revokeRecipient } from '../../src/manifest/index.ts'
import { clientReads, frameOf, type Reading } from './client-readings.ts'
import { nestedColumns, nestedFound, nestedRows, nestedSchema } from './nested.ts'
import { type Place, places } from './place.ts'
import { python } from './python.ts'
import { columns, given, inOrder, rows, schemaOf } from './sample.ts'
import { openSharing, type Sharing } from './sharing.ts'

describe.each(Object.entries(places))('the official Python client, of tables in %s', (_, open) => {
  let place: Place
  let sharing: Sharing

  beforeAll(async () => {
    place = await open()
    sharing = await openSharing(place)
    await shareSample('plain', [])
    await shareSample('by_country', ['country'])
    await share('nested', { schema: nestedSchema }, [nestedRows.slice(0, 100), nestedRows.slice(100)])
  })
  afterAll(async () => {
    await sharing?.close()
    place?.close()
  })

  function shareSample(name: string, partitionBy: string[]): Promise<void> {
    const parts = [rows.slice(0, 2).map(given), rows.slice(2).map(given)]
    return share(name, { schema: schemaOf(columns), partitionBy }, parts)
  }

  /** Makes a table, a commit for each part, and shows it in the share. */
  async function share(name: string, definition: CreateTableOptions, parts: readonly Row[][]): Promise<void> {
    const location = `${place.location}/${name}`
    const table = await createTable(location, definition)
    for (const part of parts) await table.append(part)
    await table.settled()
    await sharing.show({ name, location })
  }

  async function load(table: string, options: Omit<Reading, 'table'> = {}) {
    return frameOf((await clientReads(sharing.profile, [{ table, ...options }]))[0])
  }

  test('lists what its recipient was granted', async () => {
    expect(await python('shares', 'listing', { profile: sharing.profile })).toEqual({
      shares: ['spring'],
      schemas: ['spring.shop'],
      tables: expect.toSatisfy(sameTables),
      allTables: expect.toSatisfy(sameTables),
    })
  })

  test('lists nothing for a recipient without a grant', async () => {
    expect(await python('shares', 'listing', { profile: await sharing.invite('otto') })).toEqual({
      shares: [],
      schemas: [],
      tables: [],
      allTables: [],
    })
  })

  test.each(['plain', 'by_country'])('loads the table %s as a pandas frame equal to the input', async (table) => {
    const { columns: names, rows: loaded } = await load(table)
    expect(names.toSorted()).toEqual(columns.map(([name]) => name).toSorted())
    expect(inOrder(loaded)).toEqual(inOrder(rows))
  })

  test('loads structs, arrays and maps within each other', async () => {
    const { columns: names, rows: loaded } = await load('nested')
    expect(names).toEqual(nestedColumns.map(([name]) => name))
    expect(inOrder(loaded)).toEqual(nestedFound)
  })

  test('loads an older version', async () => {
    const { rows: loaded } = await load('plain', { version: 1 })
    expect(inOrder(loaded)).toEqual(inOrder(rows.slice(0, 2)))
  })

  test('loads no more rows than it asked for', async () => {
    expect((await load('plain', { limit: 1 })).rows).toHaveLength(1)
  })

  test('gets the files of one partition when it hints at it', async () => {
    const equal = (name: string, valueType: string, value: string) =>
      JSON.stringify({
        op: 'equal',
        children: [
          { op: 'column', name, valueType },
          { op: 'literal', value, valueType },
        ],
      })
    const { rows: loaded } = await load('by_country', { jsonPredicateHints: equal('country', 'string', 'DE') })
    const matching = rows.filter((row) => row.country === 'DE')
    expect(inOrder(loaded)).toEqual(inOrder(matching))
  })

  test('asks for the newest version', async () => {
    expect(await python('shares', 'version', { profile: sharing.profile, table: 'spring.shop.plain' })).toBe(2)
  })

  test('is refused with 401 once its recipient is revoked', async () => {
    const profile = await sharing.invite('berta')
    expect(await python('shares', 'refusal', { profile })).toBeNull()
    await revokeRecipient(sharing.root, 'berta')
    expect(await python('shares', 'refusal', { profile })).toBe(401)
  })
})

function sameTables(tables: unknown): boolean {
  const expected = ['spring.shop.by_country', 'spring.shop.nested', 'spring.shop.plain']
  return Array.isArray(tables) && tables.toSorted().join() === expected.join()
}
