import { expect, test } from 'vitest'
import { addTable, createShare, dropShare, loadShare, pinnedVersions } from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { prefixStore } from '../../src/store/index.ts'
import { openTable, type Table } from '../../src/table/index.ts'
import { collect } from '../collect.ts'
import { killedAfter, killedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

const DAY = 86_400_000
const RUNS = 17
const names = Array.from({ length: RUNS }, (_, index) => `r${String(index + 1).padStart(2, '0')}`)

/** A workflow of which so many runs are published that its files are worth being written together. */
async function grown(): Promise<World> {
  const world = await provisioned({ runtime: simulatedRuntime({ start: Date.UTC(2026, 1, 10) }) })
  const [first, ...others] = names.map((runId, index) => deliveryOf({ runId, day: index + 1, rows: 2 }))
  if (first !== undefined) await world.open().publish(first)
  await world.open().backfill(others)
  return world
}

function tableOf({ store, runtime }: World, name: string, version?: number): Promise<Table> {
  const inner = prefixStore(store, `tables/acme/kadoa/${name}/0`)
  return openTable(inner.location, { store: inner, runtime, ...(version !== undefined && { version }) })
}

async function pinOf({ store }: World, name: string): Promise<number> {
  const { tables } = await loadShare(store, 'kadoa_acme')
  return Number(tables.find((table) => table.name === name)?.version)
}

test('small files are written together, and recipients see the same rows in the next generation', async () => {
  const world = await grown()
  const before = await world.see()
  const { generation } = await loadShare(world.store, 'kadoa_acme')
  const result = await world.open().maintain()
  expect(result).toMatchObject({
    generation: generation + 1,
    tables: [{ name: 'WF_SHOP__V1', filesRemoved: RUNS, filesAdded: 1 }],
  })
  expect(result.limits.map(({ limit }) => limit)).toEqual(['tables', 'files', 'removedFiles'])
  const table = await tableOf(world, 'WF_SHOP__V1')
  expect(await pinOf(world, 'WF_SHOP__V1')).toBe(table.version)
  expect(table.files()).toHaveLength(1)
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(Object.entries(seen).map(([name, rows]) => [name, rows.length])).toEqual(
    Object.entries(before).map(([name, rows]) => [name, rows.length]),
  )
  expect(await world.open().maintain()).toMatchObject({ generation: generation + 1, tables: [] })
  await world.open().publish(deliveryOf({ runId: 'r18', day: 30 }))
  expectWholeGeneration(await world.see())
}, 60_000)

test('files are deleted once their retention is over, and never one that a version which is shown needs', async () => {
  const world = await grown()
  const { location } = await tableOf(world, 'WF_SHOP__V1')
  await createShare(world.store, { name: 'audit' })
  await addTable(world.store, { share: 'audit', schema: 'kadoa', name: 'OLD', location, version: 5 })
  await world.open().maintain()
  await world.runtime.sleep(40 * DAY)
  expect(await world.open().maintain()).toMatchObject({ tables: expect.not.arrayContaining([{ name: 'WF_SHOP__V1' }]) })
  expect(await collect((await tableOf(world, 'WF_SHOP__V1', 5)).read())).toHaveLength(10)
  await dropShare(world.store, 'audit')
  const before = await world.see()
  const { tables } = await world.open().maintain()
  expect(tables.find(({ name }) => name === 'WF_SHOP__V1')?.deleted).toBeGreaterThanOrEqual(RUNS)
  expect(await world.see()).toEqual(before)
  for (const name of Object.keys(before)) {
    const [pin] = await pinnedVersions(world.store, (await tableOf(world, name)).location)
    expect(pin, name).toBe(await pinOf(world, name))
    expect(await collect((await tableOf(world, name, pin)).read()), name).toHaveLength(before[name]?.length ?? 0)
  }
  await world.open().publish(deliveryOf({ runId: 'r18', day: 60 }))
  expectWholeGeneration(await world.see())
  expect(await world.open().reconcile()).toEqual([])
}, 60_000)

test('what was shown until then can be read to its end, though a publication died days ago behind it', async () => {
  const world = await provisioned()
  await world.open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  const dying = killedStore(world.store, (request) => !request.startsWith('put sharing/shares/'))
  await expect(world.open(dying).publish(deliveryOf({ runId: 'r2', day: 2 }))).rejects.toThrow('killed')
  await world.runtime.sleep(3 * DAY)
  const { tables } = await loadShare(world.store, 'kadoa_acme')
  await world.open().maintain()
  expect(runsIn(await world.see())).toEqual(['r1', 'r2'])
  expect(tables.map(({ name }) => name)).toContain('WF_SHOP__LATEST')
  for (const { name, version } of tables) {
    await expect(collect((await tableOf(world, name, Number(version))).read()), name).resolves.toBeDefined()
  }
})

test.each([
  ['the upkeep goes on', async () => {}],
  ['a run is published', async (world: World) => world.open().publish(deliveryOf({ runId: 'r18', day: 30 }))],
])('so can the files that an upkeep wrote together which died days ago, when %s', async (_, goOn) => {
  const world = await grown()
  const pin = await pinOf(world, 'WF_SHOP__V1')
  const shown = async () => collect((await tableOf(world, 'WF_SHOP__V1', pin)).read())
  const dying = killedStore(world.store, (request) => !request.startsWith('put sharing/shares/'))
  await expect(world.open(dying).maintain()).rejects.toThrow('killed')
  await world.runtime.sleep(8 * DAY)
  await goOn(world)
  for (const days of [0, 1, 5]) {
    await world.runtime.sleep(days * DAY)
    await world.open().maintain()
    expect(await pinOf(world, 'WF_SHOP__V1')).toBeGreaterThan(pin)
    expect(await shown()).toHaveLength(2 * RUNS)
  }
  await world.runtime.sleep(8 * DAY)
  const { tables } = await world.open().maintain()
  expect(tables.find(({ name }) => name === 'WF_SHOP__V1')?.deleted).toBeGreaterThanOrEqual(RUNS)
  expectWholeGeneration(await world.see())
})

test('what waits is shown first', async () => {
  const world = await grown()
  const store = killedStore(world.store, (request) => !request.startsWith('put connectors/acme/lease'))
  await expect(world.open(store).publish(deliveryOf({ runId: 'r18', day: 30 }))).rejects.toThrow('killed')
  await world.open().maintain()
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual([...names, 'r18'])
}, 60_000)

test('rows that somebody else put behind what is shown are never shown by it', async () => {
  const world = await grown()
  const before = await world.see()
  const table = await tableOf(world, 'WF_SHOP__V1')
  const [row] = await collect(table.read({ limit: 1 }))
  await table.append([{ ...row, KADOA_RUN_ID: 'forged' }])
  expect(await world.open().maintain()).toMatchObject({ tables: [] })
  expect(await world.see()).toEqual(before)
}, 60_000)

test('wherever it is killed, the share is whole, and the next one ends it', async () => {
  const prepared = await grown()
  const whole = await prepared.copy()
  const counted = killedAfter(whole.store, Number.POSITIVE_INFINITY)
  await whole.open(counted).maintain()
  const all = counted.requests.length
  for (let requests = 1; requests < all; requests += 23) {
    const world = await prepared.copy()
    await expect(world.open(killedAfter(world.store, requests, requests % 2 === 0)).maintain()).rejects.toThrow()
    expectWholeGeneration(await world.see())
    await world.open().maintain()
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(names)
    expect((await tableOf(world, 'WF_SHOP__V1')).files(), `killed after request ${requests}`).toHaveLength(1)
    expect(await pinOf(world, 'WF_SHOP__V1')).toBe((await tableOf(world, 'WF_SHOP__V1')).version)
  }
}, 60_000)
