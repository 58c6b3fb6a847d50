import { describe, expect, test } from 'vitest'
import { createTable, openTable } from '../../src/index.ts'
import { addTable } from '../../src/manifest/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { linesOf, openWorld, type World, type WorldOptions } from './world.ts'

const TABLE = '/shares/sales/schemas/shop/tables/log'
const MINUTE = 60_000

/** Adds a table `shop.log` of four versions, one row more in each, a minute apart. */
async function worldWithLog(entry: object, options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options)
  const { runtime } = world
  const store = world.tableAt('log')
  const table = await createTable('log', { store, runtime, rows: [{ n: 0 }] })
  for (let n = 1; n <= 3; n++) {
    await runtime.sleep(MINUTE)
    await table.append([{ n }])
  }
  await table.settled()
  await addTable(world.root, { share: 'sales', schema: 'shop', name: 'log', location: 'log', ...entry }, { runtime })
  return world
}

const query = (world: World, body: object) =>
  world.ask(`${TABLE}/query`, { method: 'POST', body: JSON.stringify(body) })

async function versionAndFiles(answer: Response): Promise<{ version: string | null; files: number }> {
  const lines = await linesOf(answer)
  return { version: answer.headers.get('delta-table-version'), files: lines.filter((line) => 'file' in line).length }
}

const minute = (minutes: number) => new Date(Date.UTC(2026, 0, 1) + minutes * MINUTE).toISOString()

describe('a table that follows its newest version', () => {
  test('shows what was just committed', async () => {
    const world = await worldWithLog({})
    expect(await versionAndFiles(await query(world, {}))).toEqual({ version: '3', files: 4 })
    const table = await openTable('log', { store: world.tableAt('log'), runtime: world.runtime })
    await table.append([{ n: 4 }])
    expect(await versionAndFiles(await query(world, {}))).toEqual({ version: '4', files: 5 })
    expect((await world.ask(TABLE, { method: 'HEAD' })).headers.get('delta-table-version')).toBe('4')
  })
})

describe('a pinned table', () => {
  test('shows its one version, whatever was committed since', async () => {
    const world = await worldWithLog({ version: 1 })
    expect(await versionAndFiles(await query(world, {}))).toEqual({ version: '1', files: 2 })
    expect((await world.ask(`${TABLE}/version`)).headers.get('delta-table-version')).toBe('1')
  })

  test('with history shows older versions and no newer ones', async () => {
    const world = await worldWithLog({ version: 2, history: true })
    expect(await versionAndFiles(await query(world, { version: 0 }))).toEqual({ version: '0', files: 1 })
    expect((await query(world, { version: 3 })).status).toBe(400)
    expect((await query(world, { timestamp: minute(3) })).status).toBe(400)
  })
})

describe('a table with its history', () => {
  const shown = { history: true, startVersion: 1 }

  test.each([
    [{ version: 1 }, '1'],
    [{ version: 3 }, '3'],
    [{ timestamp: minute(1) }, '1'],
    [{ timestamp: minute(1.5) }, '1'],
    [{ timestamp: minute(3) }, '3'],
  ])('answers %j with version %s', async (point, version) => {
    const world = await worldWithLog(shown)
    expect(await versionAndFiles(await query(world, point))).toMatchObject({ version })
    const metadata = await world.ask(
      `${TABLE}/metadata?${new URLSearchParams(Object.entries(point).map(([name, value]): [string, string] => [name, String(value)]))}`,
    )
    expect(metadata.headers.get('delta-table-version')).toBe(version)
  })

  test.each([
    ['a version before the first that is shared', { version: 0 }],
    ['a version that is not there yet', { version: 4 }],
    ['a time before the first version that is shared', { timestamp: minute(0.5) }],
    ['a time before the table', { timestamp: minute(-60) }],
    ['a time after the newest version', { timestamp: minute(60) }],
  ])('refuses %s', async (_, point) => {
    const answer = await query(await worldWithLog(shown), point)
    expect([answer.status, await answer.json()]).toMatchObject([400, { errorCode: 'INVALID_PARAMETER_VALUE' }])
  })

  test.each([
    [minute(-60), '1'],
    [minute(0.5), '1'],
    [minute(1), '1'],
    [minute(1.5), '2'],
    [minute(3), '3'],
  ])('tells the first version since %s', async (startingTimestamp, version) => {
    const world = await worldWithLog(shown)
    const answer = await world.ask(`${TABLE}/version?${new URLSearchParams({ startingTimestamp })}`)
    expect(answer.headers.get('delta-table-version')).toBe(version)
  })

  test('has no version since a time that is still to come', async () => {
    const world = await worldWithLog(shown)
    expect((await world.ask(`${TABLE}/version?startingTimestamp=${minute(60)}`)).status).toBe(400)
  })
})

describe('hints', () => {
  test.each([
    ['a limit', { limitHint: 2 }, 2],
    ['a condition', { predicateHints: ['n >= 3'] }, 1],
    ['conditions that all hold', { predicateHints: ['n > 0', 'n < 3'] }, 2],
    ['a condition that is not understood', { predicateHints: ['n LIKE 3'] }, 4],
    ['a limit beside a condition that rows certainly meet', { predicateHints: ['n >= 0'], limitHint: 1 }, 1],
    ['a limit beside a condition that the first file cannot meet', { predicateHints: ['n <> 0'], limitHint: 1 }, 1],
    ['a limit beside a condition that is not understood', { jsonPredicateHints: '{', limitHint: 1 }, 4],
  ])('leave out what cannot match: %s', async (_, hints, files) => {
    expect(await versionAndFiles(await query(await worldWithLog({}), hints))).toMatchObject({ files })
  })
})

test('timestamps of partitions are told in the protocol’s form, whatever form the log has', async () => {
  const world = await openWorld()
  const store = world.tableAt('events')
  const at = [Date.UTC(2026, 0, 2, 3, 4, 5), Date.UTC(2026, 0, 2, 3, 4, 5, 120)].map((time) => new Date(time))
  const rows = [...at.map((time, n) => ({ n, time })), { n: 2, time: null }]
  await createTable('events', { store, runtime: world.runtime, rows, partitionBy: ['time'] })
  await addTable(world.root, { share: 'sales', schema: 'shop', name: 'events', location: 'events' }, world)
  const lines = await linesOf(await world.ask('/shares/sales/schemas/shop/tables/events/query', { method: 'POST' }))
  const values = lines.filter((line) => 'file' in line).map((line) => line.file?.partitionValues)
  expect(values).toEqual([{ time: '2026-01-02 03:04:05' }, { time: '2026-01-02 03:04:05.12' }, { time: null }])
})

test('field metadata and properties stay inside, comments do not', async () => {
  const world = await openWorld()
  const text = await (await world.ask('/shares/sales/schemas/shop/tables/orders/metadata')).text()
  expect(text).toContain('order number')
  expect(text).not.toContain('not for readers')
})

test('a large answer is made as the client reads it', async () => {
  let reads = 0
  const counting = (store: ObjectStore): ObjectStore => ({
    ...store,
    presigner: {
      presignGet: async (key, { expiresIn }) => ({
        url: `https://x/${key}?X-Amz-Signature=${++reads}`,
        expiresAt: expiresIn,
      }),
    },
  })
  const world = await openWorld({ wrap: counting })
  await writeManyFiles(world.tableAt('many'), 2000)
  await addTable(world.root, { share: 'sales', schema: 'shop', name: 'many', location: 'many' })
  const answer = await world.ask('/shares/sales/schemas/shop/tables/many/query', { method: 'POST' })
  const reader = answer.body?.getReader()
  await reader?.read()
  expect(reads).toBeLessThan(1000)
  await reader?.cancel()
  expect(reads).toBeLessThan(1000)
  expect(world.records.at(-1)).toMatchObject({ action: 'table.query', status: 200 })
  expect(world.records.at(-1)?.files).toBeLessThanOrEqual(reads)
})

/** A log of many files, none of which is there. */
async function writeManyFiles(store: ObjectStore, count: number): Promise<void> {
  const table = await createTable('many', { store, rows: [{ n: 0 }] })
  await table.settled()
  const lines = Array.from({ length: count }, (_, i) =>
    JSON.stringify({ add: { path: `${i}`, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true } }),
  )
  const commit = new TextEncoder().encode(`${lines.join('\n')}\n`)
  await store.put('_delta_log/00000000000000000001.json', commit, { mode: 'create' })
}
