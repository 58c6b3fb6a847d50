import { describe, expect, test } from 'vitest'
import { createTable } from '../../src/index.ts'
import { addTable, type PartitionFilter, setTable } from '../../src/manifest/index.ts'
import { parseSchema } from '../../src/schema/index.ts'
import { partitionFilter } from '../../src/server/partition-filter.ts'
import { filesIn, linesOf, openWorld, type World } from './world.ts'

const NAME = { share: 'sales', schema: 'shop', name: 'parts' }
const TABLE = '/shares/sales/schemas/shop/tables/parts'

/** Adds `shop.parts`, partitioned by country: one file each for DE, FR and no country. */
async function worldWithParts(partition: object, properties = {}): Promise<World> {
  const world = await openWorld()
  const { root, runtime } = world
  const rows = ['DE', 'FR', null].map((country, n) => ({ n, country }))
  await createTable('parts', { store: world.tableAt('parts'), runtime, rows, partitionBy: ['country'], properties })
  await addTable(root, { ...NAME, location: 'parts', partition: { ...partition } }, { runtime })
  return world
}

const DELTA = { 'delta-sharing-capabilities': 'responseformat=delta;readerfeatures=columnmapping' }
const query = (world: World, body: object = {}) =>
  world.ask(`${TABLE}/query`, { method: 'POST', headers: DELTA, body: JSON.stringify(body) })

describe('a table that is shared in part', () => {
  test.each([
    [{ country: 'DE' }, 1],
    [{ country: { in: ['DE', 'FR'] } }, 2],
    [{ country: null }, 1],
    [{ not: { country: 'DE' } }, 1],
    [{ or: [{ country: { startsWith: 'F' } }, { country: { isNull: true } }] }, 2],
    [{ COUNTRY: 'IT' }, 0],
  ])('by %j shows so many files, and counts no others', async (partition, files) => {
    const world = await worldWithParts(partition)
    const lines = await linesOf(await query(world))
    expect(lines.filter((line) => 'file' in line).length).toBe(files)
    expect(lines[1]?.metaData).toMatchObject({ numFiles: files })
    const metadata = await linesOf(await world.ask(`${TABLE}/metadata`))
    expect(metadata[1]?.metaData?.numFiles).toBe(files)
  })

  test('is so by the names that users know, where columns are mapped', async () => {
    const world = await worldWithParts({ country: 'DE' }, { 'delta.columnMapping.mode': 'name' })
    expect(await filesIn(await query(world))).toBe(1)
  })

  test.each([{ predicateHints: ["country = 'FR'"] }, { maxFiles: 5 }, { includeRefreshToken: true, limitHint: 100 }])(
    'stays so whatever is asked: %j',
    async (body) => {
      const world = await worldWithParts({ country: 'DE' })
      expect(await filesIn(await query(world, body))).toBeLessThanOrEqual(1)
    },
  )

  test('gives out no file any more when it is shared in another part', async () => {
    const world = await worldWithParts({ country: 'DE' })
    const [, , line] = await linesOf(await world.ask(`${TABLE}/query`, { method: 'POST' }))
    const url = String(line?.file?.url)
    expect((await world.handler(new Request(url))).status).toBe(200)
    await setTable(world.root, { ...NAME, partition: { country: 'FR' } }, world)
    await world.runtime.sleep(10_000)
    expect((await world.handler(new Request(url))).status).toBe(403)
  })

  test('shows nothing at all where the filter does not fit the table', async () => {
    const world = await worldWithParts({ gone: 1 })
    for (const answer of [await query(world), await world.ask(`${TABLE}/metadata`)]) {
      expect([answer.status, await answer.json()]).toMatchObject([400, { errorCode: 'UNSUPPORTED_OPERATION' }])
    }
  })
})

test('a file whose partition value is not certain passes no filter', () => {
  const schema = parseSchema(
    '{"type":"struct","fields":[{"name":"s","type":"string","nullable":true,"metadata":{}},{"name":"n","type":"long","nullable":true,"metadata":{}}]}',
  )
  const passes = (partition: PartitionFilter, partitionValues: Record<string, string | null>) =>
    partitionFilter(
      { schema: 'shop', name: 'parts', partition },
      { schema, partitionColumns: ['s', 'n'] },
    )({ partitionValues })
  expect(passes({ n: { gte: 1 } }, { s: 'x', n: '1' })).toBe(true)
  expect(passes({ n: { gte: 1 } }, { s: 'x', n: 'one' })).toBe(false)
  expect(passes({ not: { n: 1 } }, { s: 'x', n: 'one' })).toBe(false)
  // Some read the empty text as null, some as a text.
  for (const partition of [{ s: '' }, { s: null }, { s: { ne: 'x' } }, { not: { s: null } }]) {
    expect(passes(partition, { s: '', n: '1' })).toBe(false)
  }
})
