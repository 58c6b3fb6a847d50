import { describe, expect, test } from 'vitest'
import type { Row } from '../../src/schema/index.ts'
import { keysOf } from '../keys-of.ts'
import { killedAfter, sleepingStore } from './killed-store.ts'
import { eachVersion, provisionedOnNewest, shownNewest } from './newest-world.ts'
import { expectWholeGeneration, runsIn, type Seen } from './recipient.ts'
import { deliveryOf, type Given, type World } from './world.ts'

const R1 = { runId: 'r1', day: 1, rows: 2 }
const R2 = { runId: 'r2', day: 2, rows: 3 }
const R3 = { runId: 'r3', day: 3, rows: 2 }
const CHANGED = { ...R3, fields: [{ name: 'sku', dataType: 'STRING' }] }
const ROWS: Readonly<Record<string, number>> = { r1: 2, r2: 3, r3: 2 }
const LATEST = 'tables/acme/kadoa/WF_SHOP__LATEST'
const DAY = 86_400_000

/** Each table by itself: runs are there whole or not at all, and the latest table shows one that is not older than before. */
function expectWholeTables(seen: Seen, oldest: string): void {
  for (const [name, rows] of Object.entries(seen)) {
    if (!name.startsWith('WF_')) continue
    for (const [run, count] of countsOf(rows)) expect(count, `rows of ${run} in ${name}`).toBe(ROWS[run])
  }
  const latest = [...countsOf(seen.WF_SHOP__LATEST ?? []).keys()]
  expect(latest.length, 'runs in the latest table').toBeLessThanOrEqual(1)
  if (seen.WF_SHOP__LATEST !== undefined && oldest !== '')
    expect((latest[0] ?? '') >= oldest, `${latest[0]}`).toBe(true)
}

function countsOf(rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { KADOA_RUN_ID: run } of rows) counts.set(String(run), (counts.get(String(run)) ?? 0) + 1)
  return counts
}

/** By what it is seen that a metadata table tells of more than before. */
const TOLD: Readonly<Record<string, (row: Row) => readonly unknown[]>> = {
  WORKFLOWS: ({ WORKFLOW_ID, LATEST_RUN_ID }) => [WORKFLOW_ID, LATEST_RUN_ID],
  WORKFLOW_SCHEMA_VERSIONS: ({ SCHEMA_VERSION, TOTAL_ROWS }) => [SCHEMA_VERSION, TOTAL_ROWS],
  WORKFLOW_SCHEMA_FIELDS: ({ SCHEMA_VERSION, FIELD_NAME }) => [SCHEMA_VERSION, FIELD_NAME],
  WORKFLOW_RUNS: ({ RUN_ID }) => [RUN_ID],
  ACTIVITY_LOG: ({ EVENT_ID }) => [EVENT_ID],
}

/** In each commit of each table: what was told before and is not any more does not come back later. */
async function expectToldOnce({ store }: World): Promise<void> {
  for (const [name, told] of Object.entries(TOLD)) {
    const gone = new Set<string>()
    let before: readonly string[] = []
    for (const rows of await eachVersion(store, name)) {
      const now = rows.map((row) => JSON.stringify(told(row)))
      for (const each of before) if (!now.includes(each)) gone.add(each)
      expect(
        now.filter((each) => gone.has(each)),
        `what ${name} tells again`,
      ).toEqual([])
      before = now
    }
    expect(before.length, `rows of ${name}`).toBeGreaterThan(0)
  }
}

/** A run, and an event that comes with it. */
const toldOf = (run: Given) => deliveryOf({ ...run, events: [{ title: run.runId, dateTime: '2026-01-02T03:04:05Z' }] })

async function withRuns(...runs: readonly Given[]): Promise<World> {
  const world = await provisionedOnNewest({ activityLog: true })
  for (const run of runs) await world.open().publish(toldOf(run))
  return world
}

/** Commits, and what connector and share remember: a kill at any other request leaves the world as one at the next of these. */
const TELLING = /^(put|delete) (.*\/_delta_log\/\d+\.json|sharing\/|connectors\/)/

/**
 * Copies of the world, in each of which something was done until it was killed: before each request that tells of it. One after
 * the other, for they have one clock.
 */
async function* eachKill(
  before: World,
  act: (world: World, store?: World['store']) => Promise<unknown>,
): AsyncGenerator<World> {
  const whole = await before.copy()
  const counting = killedAfter(whole.store, Number.POSITIVE_INFINITY)
  await act(whole, counting)
  const changes = counting.requests.flatMap((request, index) => (TELLING.test(request) ? [index] : []))
  expect(changes.length).toBeGreaterThan(10)
  for (const requests of changes) {
    const world = await before.copy()
    await act(world, killedAfter(world.store, requests)).catch(() => {})
    yield world
  }
}

describe('where recipients always see the newest version', () => {
  test.each([
    ['the first run', [], R1],
    ['a second run', [R1], R2],
    ['a run with another schema', [R1, R2], CHANGED],
  ] as const)(
    '%s is whole in each table wherever the process is killed, and then in all; what was told is not taken back',
    async (_, earlier, given) => {
      const before = await withRuns(...earlier)
      const oldest = earlier.at(-1)?.runId ?? ''
      for await (const world of eachKill(before, (to, store) => to.open(store).publish(toldOf(given)))) {
        const seen = await world.see()
        expectWholeTables(seen, oldest)
        const shown = [...countsOf(seen.WF_SHOP__LATEST ?? []).keys()][0] ?? ''
        await world.open().publish(toldOf(given))
        const after = await world.see()
        expectWholeTables(after, shown)
        expectWholeGeneration(after)
        await expectToldOnce(world)
        expect(runsIn(after)).toEqual([...earlier, given].map(({ runId }) => runId))
      }
    },
  )

  test('a run is taken back wherever its publisher had died, out of every table', async () => {
    const before = await withRuns(R1)
    for await (const world of eachKill(before, (to, store) => to.open(store).publish(deliveryOf(R2)))) {
      const retracted = await world
        .open()
        .retract({ workflowId: 'shop', runId: 'r2' })
        .catch((error: unknown) => error)
      if (retracted instanceof Error) expect(retracted).toMatchObject({ code: 'not-found' })
      const seen = await world.see()
      expectWholeGeneration(seen)
      expect(runsIn(seen)).toEqual(['r1'])
      expect(await world.open().reconcile()).toEqual([])
    }
  })

  test('a publisher that slept does not put an older run into the latest table', async () => {
    const world = await withRuns(R1)
    const { store, asleep, wake } = sleepingStore(world.store, /^list tables\/acme\/kadoa\/WF_SHOP__LATEST\//)
    const slept = world.open(store).publish(deliveryOf(R2))
    await asleep
    await world.open().publish(deliveryOf(R3))
    const before = await world.see()
    const { version } = (await shownNewest(world.store, 'WF_SHOP__LATEST')).table
    expect(before.WF_SHOP__LATEST?.[0]).toMatchObject({ KADOA_RUN_ID: 'r3' })
    wake()
    await slept
    expect((await shownNewest(world.store, 'WF_SHOP__LATEST')).table.version).toBe(version)
    expect(await world.see()).toEqual(before)
    expect(await world.open().reconcile()).toEqual([])
  })

  test('nothing of a run that is held back is seen, nor of one that its publication would refuse', async () => {
    const world = await withRuns({ ...R1, rows: 10 })
    const before = await world.see()
    await expect(world.open().publish(deliveryOf({ ...R2, rows: 1 }))).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    expect(await world.see()).toEqual(before)
    const { table } = await shownNewest(world.store, 'WF_SHOP__V1')
    await table.delete({ where: { KADOA_ROW_INDEX: 3 } })
    const damaged = await world.see()
    await expect(world.open().publish(deliveryOf({ ...R2, rows: 10 }))).rejects.toMatchObject({ code: 'invalid-data' })
    expect(await world.see()).toEqual(damaged)
  })

  test('what a publication left that lost is taken back by a reconciliation', async () => {
    const world = await withRuns(R1, R2)
    const before = await world.see()
    for (const name of ['WF_SHOP__LATEST', 'WORKFLOWS', 'WORKFLOW_RUNS']) {
      const { table } = await shownNewest(world.store, name)
      await table.delete({})
    }
    expect(await world.see()).not.toEqual(before)
    const found = await world.open().reconcile()
    expect(found.map(({ drift, mended }) => `${drift}: ${mended}`)).toEqual(Array(3).fill('unpublished-version: true'))
    expect(await world.see()).toEqual(before)
    expect(await world.open().reconcile()).toEqual([])
  })
})

describe('where a table that is shown keeps its columns', () => {
  test('the latest table moves on to another place when they change, and no further', async () => {
    const world = await withRuns(R1)
    const first = (await shownNewest(world.store, 'WF_SHOP__LATEST')).entry.location
    await world.open().publish(deliveryOf(R2))
    expect((await shownNewest(world.store, 'WF_SHOP__LATEST')).entry.location).toBe(first)
    await world.open().publish(deliveryOf(CHANGED))
    const { entry, table } = await shownNewest(world.store, 'WF_SHOP__LATEST')
    expect(entry.location).toBe(first.replace(/0$/, '1'))
    expect(table.schema.fields.map(({ name }) => name)).not.toContain('price')
    await world.open().publish(deliveryOf({ ...CHANGED, runId: 'r4', day: 4 }))
    expect((await shownNewest(world.store, 'WF_SHOP__LATEST')).entry.location).toBe(entry.location)
    expectWholeGeneration(await world.see())
  })

  test('what lies at the place before stays for a week, for those who read there, and goes with the upkeep', async () => {
    const world = await withRuns(R1, CHANGED)
    const old = async () => (await keysOf(world.store)).filter((key) => key.startsWith(`${LATEST}/0/`)).length
    const objects = await old()
    expect(objects).toBeGreaterThan(0)
    await world.open().maintain()
    await world.runtime.sleep(6 * DAY)
    await world.open().maintain()
    expect(await old()).toBe(objects)
    await world.runtime.sleep(2 * DAY)
    const { tables } = await world.open().maintain()
    expect(tables.find(({ name }) => name === 'WF_SHOP__LATEST')?.deleted).toBeGreaterThanOrEqual(objects)
    expect(await old()).toBe(0)
    expectWholeGeneration(await world.see())
  })

  test('a reconciliation tells of it and deletes it', async () => {
    const world = await withRuns(R1, CHANGED)
    expect(await world.open().reconcile()).toEqual([])
    await world.runtime.sleep(8 * DAY)
    expect(await world.open().reconcile({ dryRun: true })).toMatchObject([{ drift: 'old-place', mended: false }])
    expect(await world.open().reconcile()).toMatchObject([{ drift: 'old-place', mended: true }])
    expect((await keysOf(world.store)).filter((key) => key.startsWith(`${LATEST}/0/`))).toEqual([])
    expect(await world.open().reconcile()).toEqual([])
  })

  test('an erasure deletes it at once, and proves that nothing is left', async () => {
    const world = await withRuns({ ...R1, rows: [{ sku: 'secret-sku', title: 'a', price: 1 }] }, CHANGED)
    const { proof } = await world.open().erase({ workflowId: 'shop', keys: [{ sku: 'secret-sku' }] })
    expect(proof).toMatchObject({ isProven: true, traces: [] })
    expect((await keysOf(world.store)).filter((key) => key.startsWith(`${LATEST}/0/`))).toEqual([])
    expectWholeGeneration(await world.see())
  })
})
