import { expect, test } from 'vitest'
import { setTable } from '../../src/manifest/index.ts'
import { openWorld, putLog, type World } from './world.ts'

const DELTA = 'responseformat=delta;readerfeatures=deletionvectors,columnmapping'
const ORDERS = { share: 'sales', schema: 'shop', name: 'orders' }

async function queried(world: World, format: string, body: object, table = 'orders'): Promise<string[]> {
  const answer = await world.ask(`/shares/sales/schemas/shop/tables/${table}/query`, {
    method: 'POST',
    headers: { 'delta-sharing-capabilities': format },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
  return (await answer.text()).split('\n').filter((line) => /^\{"(?:file|add)"/.test(line))
}

async function worldOf(hideStats: boolean): Promise<World> {
  const world = await openWorld({ hideStats })
  await setTable(world.root, { ...ORDERS, history: true }, { runtime: world.runtime })
  return world
}

const cases = ['responseformat=parquet', DELTA].flatMap((format) => [
  [format, {}] as const,
  [format, { startingVersion: 0 }] as const,
])

test.each(cases)('hidden statistics of files tell the count of rows only, for %s and %j', async (format, body) => {
  const lines = await queried(await worldOf(true), format, body)
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) {
    expect(line).toMatch(/"stats":"\{\\"numRecords\\":\d\}"/)
    expect(line).not.toMatch(/minValues|maxValues|nullCount/)
  }
})

test.each(cases)('without that they tell all, for %s and %j', async (format, body) => {
  const [line] = await queried(await worldOf(false), format, body)
  expect(line).toMatch(/minValues.*maxValues.*nullCount/)
})

test.each(['responseformat=parquet', DELTA])(
  'conditions leave out files by statistics that are hidden, for %s',
  async (format) => {
    const world = await worldOf(true)
    expect(await queried(world, format, { predicateHints: ['id >= 3'] })).toHaveLength(1)
    expect(await queried(world, format, { predicateHints: ['id >= 1'] })).toHaveLength(2)
  },
)

test.each(['nonsense', '[]', '{"minValues":{"id":1}}'])(
  'statistics without a count of rows, as %s, are left out',
  async (stats) => {
    const world = await worldOf(true)
    const file = { path: 'a', partitionValues: {}, size: 1, modificationTime: 0, dataChange: true, stats }
    await putLog(world, 'odd', [{ add: file }])
    const [line] = await queried(world, DELTA, {}, 'odd')
    expect(line).not.toContain('stats')
  },
)
