import { describe, expect, test } from 'vitest'
import { findEntry } from '../../src/connector/journal.ts'
import { listPending } from '../../src/connector/pending.ts'
import { loadShare } from '../../src/manifest/index.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { keysOf } from '../keys-of.ts'
import { killedAfter, killedStore, sleepingStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { CONNECTOR_ID, deliveryOf, type Given, provisioned, type World } from './world.ts'

const QUIET = { config: { activityLog: false } }
const FIRST = { runId: 'r1', day: 1, rows: 2 }
const SECOND = { runId: 'r2', day: 2, rows: 3 }

async function publishedIn(world: World, ...runs: readonly Given[]): Promise<World> {
  for (const run of runs) await world.open().publish(deliveryOf(run))
  return world
}

async function runsOf(world: World): Promise<string[]> {
  const seen = await world.see()
  expectWholeGeneration(seen)
  return runsIn(seen)
}

function shown({ store }: World) {
  return loadShare(store, 'kadoa_acme')
}

async function startOf(world: World, name: string): Promise<number | undefined> {
  const entry = (await shown(world)).tables.find((table) => table.name === name)
  return entry?.startVersion
}

describe('a run that is taken back', () => {
  test('leaves with its rows; the latest table shows the run before it', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
    const retracted = await world.open().retract({ workflowId: 'shop', runId: 'r2', reason: 'wrong shop' })
    expect(retracted).toMatchObject({ rows: 3, latestMoved: true, latestRunId: 'r1' })
    expect(retracted.generation).toBe((await shown(world)).generation)
    expect(await runsOf(world)).toEqual(['r1'])
    const told = (await world.see()).WORKFLOW_RUNS?.find(({ RUN_ID }) => RUN_ID === 'r2')
    expect(told?.STATUS).toBe('RETRACTED')
  })

  test('leaves the latest table as it is where it was an old one', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
    const retracted = await world.open().retract({ workflowId: 'shop', runId: 'r1' })
    expect(retracted).toMatchObject({ rows: 2, latestMoved: false, latestRunId: 'r2' })
    expect(await runsOf(world)).toEqual(['r2'])
  })

  test('leaves empty tables behind where it was the only one, and another run fills them', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST)
    const retracted = await world.open().retract({ workflowId: 'shop', runId: 'r1' })
    expect(retracted).toMatchObject({ rows: 2, latestMoved: true, latestRunId: null })
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(seen.WF_SHOP__LATEST).toEqual([])
    expect(seen.WF_SHOP__V1).toEqual([])
    await publishedIn(world, SECOND)
    expect(await runsOf(world)).toEqual(['r2'])
  })

  test('brings the latest table back to the columns of an older version', async () => {
    const changed = { ...SECOND, fields: [{ name: 'sku', dataType: 'STRING' }] }
    const world = await publishedIn(await provisioned(QUIET), FIRST, changed)
    await world.open().retract({ workflowId: 'shop', runId: 'r2' })
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(Object.keys(seen.WF_SHOP__LATEST?.[0] ?? {})).toContain('price')
  })

  test('does not number the schema of the next one: with the columns that are shown, that keeps its table', async () => {
    const changed = { ...SECOND, fields: [{ name: 'sku', dataType: 'STRING' }] }
    const world = await publishedIn(await provisioned(QUIET), FIRST, changed)
    await world.open().retract({ workflowId: 'shop', runId: 'r2' })
    expect(await world.open().publish(deliveryOf({ ...FIRST, runId: 'r3', day: 3 }))).toMatchObject({
      schemaVersion: 1,
    })
    expect(await world.open().publish(deliveryOf({ ...changed, runId: 'r4', day: 4 }))).toMatchObject({
      schemaVersion: 2,
    })
    expect(await runsOf(world)).toEqual(['r1', 'r3', 'r4'])
  })

  test('leaves older ones as first shown, also where a newer one comes in its place at the same time', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
    const firstShown = async () =>
      (await world.see()).WORKFLOW_RUNS?.find(({ RUN_ID }) => RUN_ID === 'r1')?.LATEST_TABLE_VERSION
    const before = await firstShown()
    const dying = killedStore(world.store, (request) => !request.includes('lease'))
    await expect(world.open(dying).publish(deliveryOf({ ...FIRST, runId: 'r3', day: 3 }))).rejects.toThrow()
    const retracted = await world.open().retract({ workflowId: 'shop', runId: 'r2' })
    expect(retracted).toMatchObject({ latestRunId: 'r3' })
    expect(await runsOf(world)).toEqual(['r1', 'r3'])
    expect(await firstShown()).toBe(before)
  })

  test('cannot be read from older versions of its table either', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
    await world.open().retract({ workflowId: 'shop', runId: 'r2' })
    const entry = (await shown(world)).tables.find(({ name }) => name === 'WF_SHOP__V1')
    expect(entry).toMatchObject({ history: true, startVersion: entry?.version })
  })

  test('is taken back once: again it moves the share, and nothing else', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
    const { generation } = await world.open().retract({ workflowId: 'shop', runId: 'r2' })
    const again = await world.open().retract({ workflowId: 'shop', runId: 'r2' })
    expect(again).toEqual({ generation: generation + 1, rows: 0, latestMoved: false, latestRunId: 'r1' })
    expect(await runsOf(world)).toEqual(['r1'])
  })

  test('cannot be delivered again, and the refusal says why', async () => {
    const world = await publishedIn(await provisioned(QUIET), FIRST)
    await world.open().retract({ workflowId: 'shop', runId: 'r1' })
    await expect(world.open().publish(deliveryOf(FIRST))).rejects.toThrow(/r1 of workflow shop .* was taken back/)
  })

  test('is kept in the journal with the reason, without files or samples', async () => {
    const rows = [{ sku: 'a', price: 'no number' }]
    const world = await publishedIn(await provisioned(QUIET), { ...FIRST, rows })
    await world.open().retract({ workflowId: 'shop', runId: 'r1', reason: 'wrong shop' })
    const run = { workflowId: 'shop', runId: 'r1' }
    const entry = await findEntry(world.store, CONNECTOR_ID, run, {})
    expect(entry).toMatchObject({ step: 'retracted', reason: 'wrong shop' })
    expect(entry?.part).toBeUndefined()
    expect(entry?.report?.castFailures).toMatchObject([{ column: 'price', count: 1, samples: [] }])
    expect(await listPending(world.store, CONNECTOR_ID, {})).toEqual([])
  })

  test('that was never delivered is told by its name', async () => {
    const world = await provisioned(QUIET)
    await expect(world.open().retract({ workflowId: 'shop', runId: 'r9' })).rejects.toThrow(/r9 .* was never given it/)
  })
})

describe('a run that nobody has seen', () => {
  test('is never published when it was held back by the checks', async () => {
    const world = await publishedIn(await provisioned(QUIET), { ...FIRST, rows: 10 })
    await expect(world.open().publish(deliveryOf({ ...SECOND, rows: 1 }))).rejects.toThrow(/r2/)
    expect(await world.open().retract({ workflowId: 'shop', runId: 'r2' })).toMatchObject({ rows: 0 })
    await expect(world.open().publish(deliveryOf({ ...SECOND, rows: 10 }))).rejects.toThrow(/taken back/)
    expect(await runsOf(world)).toEqual(['r1'])
    expect(await listPending(world.store, CONNECTOR_ID, {})).toEqual([])
  })

  test('is skipped by a publisher who slept just before its commit', async () => {
    const world = await publishedIn(await provisioned({ ...QUIET, runtime: systemRuntime }), FIRST)
    const { store, asleep, wake } = sleepingStore(world.store, /put .*WF_SHOP__V1.*_delta_log/)
    const publication = world.open(store).publish(deliveryOf(SECOND))
    await asleep
    await world.open().retract({ workflowId: 'shop', runId: 'r2' })
    wake()
    await expect(publication).rejects.toThrow(/r2/)
    await publishedIn(world, { runId: 'r3', day: 3 })
    expect(await runsOf(world)).toEqual(['r1', 'r3'])
  })

  test('does not number the schema of the next one, also where its publisher slept just before it had its version', async () => {
    const world = await publishedIn(await provisioned({ ...QUIET, runtime: systemRuntime }), FIRST)
    const { store, asleep, wake } = sleepingStore(world.store, /put .*workflows/)
    const changed = { ...SECOND, fields: [{ name: 'sku', dataType: 'STRING' }] }
    const publication = world.open(store).publish(deliveryOf(changed))
    await asleep
    await world.open().retract({ workflowId: 'shop', runId: 'r2' })
    wake()
    await expect(publication).rejects.toThrow(/r2/)
    expect(await world.open().publish(deliveryOf({ ...FIRST, runId: 'r3', day: 3 }))).toMatchObject({
      schemaVersion: 1,
    })
  })

  test('is not shown by a publisher who slept just before the share, nor ever after', async () => {
    const world = await publishedIn(await provisioned({ ...QUIET, runtime: systemRuntime }), FIRST)
    const { store, asleep, wake } = sleepingStore(world.store, /put sharing.*kadoa_acme/)
    const publication = world.open(store).publish(deliveryOf(SECOND))
    await asleep
    expect(await world.open().retract({ workflowId: 'shop', runId: 'r2' })).toMatchObject({ rows: 3 })
    wake()
    await expect(publication).rejects.toThrow(/r2 .* was taken back/)
    expect(await runsOf(world)).toEqual(['r1'])
    await publishedIn(world, { runId: 'r3', day: 3 })
    expect(await runsOf(world)).toEqual(['r1', 'r3'])
    expect(await startOf(world, 'WF_SHOP__V1')).toBeGreaterThan(2)
  })
})

test('a run of another workflow that comes at the same moment is published', async () => {
  const world = await publishedIn(await provisioned({ ...QUIET, runtime: systemRuntime }), FIRST, SECOND)
  await Promise.all([
    world.open().retract({ workflowId: 'shop', runId: 'r2' }),
    world.open().publish(deliveryOf({ runId: 'r3', day: 3 })),
    world.open().publish(deliveryOf({ workflowId: 'news', runId: 'n1', day: 3 })),
  ])
  expect((await runsOf(world)).sort()).toEqual(['n1', 'r1', 'r3'])
})

/** The world after a process took a run back and was killed before one of its requests. */
async function killedAt(before: World, runId: string, request: number): Promise<World> {
  const world = await before.copy()
  await world
    .open(killedAfter(world.store, request - 1))
    .retract({ workflowId: 'shop', runId })
    .catch(() => {})
  return world
}

/** The numbers of the requests that change something: a kill at any other leaves the world as one at the next of these. */
async function changesOf(before: World, runId: string): Promise<number[]> {
  const world = await before.copy()
  const store = killedAfter(world.store, Number.POSITIVE_INFINITY)
  await world.open(store).retract({ workflowId: 'shop', runId })
  return store.requests.flatMap((request, index) => (/^(put|copy|delete) /.test(request) ? [index + 1] : []))
}

test('wherever the process is killed, whoever goes on takes the run back once', async () => {
  const before = await publishedIn(await provisioned(QUIET), FIRST, SECOND)
  const requests = await changesOf(before, 'r2')
  expect(requests.length).toBeGreaterThan(10)
  for (const request of requests) {
    const world = await killedAt(before, 'r2', request)
    const left = await runsOf(world)
    expect([['r1', 'r2'], ['r1']], `after a kill at request ${request}`).toContainEqual(left)
    const next = await world.copy()
    await world.open().retract({ workflowId: 'shop', runId: 'r2' })
    expect(await runsOf(world), `retracted again after a kill at request ${request}`).toEqual(['r1'])
    await publishedIn(next, { runId: 'r3', day: 3 })
    const entry = await findEntry(next.store, CONNECTOR_ID, { workflowId: 'shop', runId: 'r2' }, {})
    const expected = entry?.step === 'retracted' ? ['r1', 'r3'] : ['r1', 'r2', 'r3']
    expect(await runsOf(next), `published after a kill at request ${request}`).toEqual(expected)
    expect((await keysOf(next.store)).filter((key) => key.includes('/pending/'))).toEqual([])
  }
})
