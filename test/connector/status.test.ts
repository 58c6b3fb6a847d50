import { describe, expect, test } from 'vitest'
import { loadShare } from '../../src/manifest/index.ts'
import { keysOf } from '../keys-of.ts'
import { configOf, emptyPlace } from './killed-connector.ts'
import { killedAfter } from './killed-store.ts'
import { lived } from './lifecycle.ts'
import { deliveryOf } from './world.ts'

const RUN = { runId: 'r1', day: 1 }
const BAD = { runId: 'r2', day: 2, rows: 1 }

describe('the status of a connector', () => {
  test('tells of its tables and how fresh they are', async () => {
    const world = await lived({}, [RUN])
    const { phase, delivery, share, tables, warnings } = await world.open().status()
    expect([phase, delivery, warnings]).toEqual(['first-delivery-verified', 'delivered', []])
    expect(share?.generation).toBe((await loadShare(world.store, 'kadoa_acme')).generation)
    expect(tables).toContainEqual({
      name: 'WF_SHOP__V1',
      version: 1,
      rows: 3,
      files: 1,
      removedFiles: 0,
      bytes: expect.any(Number),
      freshness: '2026-01-01T02:00:00.000000Z',
    })
    expect(tables.find(({ name }) => name === 'WF_SHOP__LATEST')).toMatchObject({
      rows: 3,
      freshness: '2026-01-01T02:00:00.000000Z',
    })
    expect(tables.find(({ name }) => name === 'WORKFLOWS')?.freshness).toBeNull()
  })

  test('tells of a run that was held back, by its problems, until it passes', async () => {
    const world = await lived({}, [{ ...RUN, rows: 10 }])
    await expect(world.open().publish(deliveryOf(BAD))).rejects.toMatchObject({ code: 'invalid-argument' })
    const { runs } = await world.open().status()
    expect(runs.held).toMatchObject([{ runId: 'r2', step: 'held', problems: [{ action: 'block' }] }])
    await world.open().publish(deliveryOf({ ...BAD, rows: 10 }))
    expect((await world.open().status()).runs).toEqual({ waiting: [], held: [], isCut: false })
  })

  test('tells of a run whose rows wait in their table', async () => {
    const world = await lived({}, [RUN])
    const late = deliveryOf({ ...RUN, runId: 'r3', day: 3 })
    const copy = await world.copy()
    const store = killedAfter(copy.store, Number.POSITIVE_INFINITY)
    await copy.open(store).publish(late)
    const commit = store.requests.findIndex((request) =>
      /put tables\/acme\/kadoa\/WF_SHOP__V1.*_delta_log/.test(request),
    )
    await world
      .open(killedAfter(world.store, commit + 2))
      .publish(late)
      .catch(() => {})
    expect((await world.open().status()).runs.waiting).toMatchObject([{ runId: 'r3', workflowId: 'shop' }])
  })

  test('tells of a journal that cannot be read where it counts them, and counts the others', async () => {
    const world = await lived({}, [RUN, { ...RUN, runId: 'r2', day: 2 }])
    const key = 'connectors/acme/journal/SHOP/r1.json'
    await world.store.put(key, new TextEncoder().encode('{'), { mode: 'overwrite' })
    const { runs, warnings } = await world.open().status({ journal: true })
    expect(runs.journal).toEqual({ published: 1 })
    expect(warnings).toEqual([expect.stringContaining(key)])
  })

  test('is told with metadata that cannot be read, but for how fresh the tables are', async () => {
    const world = await lived({}, [RUN])
    for (const key of await keysOf(world.store, 'tables/acme/kadoa/WORKFLOW_RUNS/0/_delta_log/')) {
      await world.store.put(key, new TextEncoder().encode('{'), { mode: 'overwrite' })
    }
    const { tables, warnings } = await world.open().status()
    expect(tables.map(({ name, freshness }) => [name, freshness])).toContainEqual(['WF_SHOP__V1', null])
    expect(warnings).toContainEqual(expect.stringMatching(/how fresh the tables are cannot be told: .*reconcile/))
  })

  test('counts the journal only where it is asked to', async () => {
    const world = await lived({}, [RUN])
    const store = killedAfter(world.store, Number.POSITIVE_INFINITY)
    await world.open(store).status()
    expect(store.requests.filter((request) => request.includes('/journal/'))).toEqual([])
    expect((await world.open().status({ journal: true })).runs.journal).toEqual({ published: 1 })
  })

  test('tells when the link was not handed over', async () => {
    const place = emptyPlace()
    const { requests } = await wholeProvision()
    // The last request but those of the lease writes down that it was.
    const written = requests.lastIndexOf('put connectors/acme/connector.json')
    await place
      .open(killedAfter(place.store, written))
      .provision(configOf())
      .catch(() => {})
    const { phase, delivery, warnings } = await place.open().status()
    expect([phase, delivery]).toEqual(['verified-empty', 'undelivered'])
    expect(warnings).toEqual([expect.stringContaining('rotate')])
  })

  test.each([
    [31, undefined],
    [30, 'within 30 days'],
    [8, 'within 30 days'],
    [7, 'within 7 days'],
    [1, 'within a day'],
  ])('of a connector whose token ends in %s days tells that it does: %s', async (lifetimeDays, within) => {
    const world = await lived({ recipient: { mode: 'token', contact: 'c', lifetimeDays } })
    const { recipient, warnings } = await world.open().status()
    expect(recipient).toMatchObject({ status: 'active', endsSoon: within !== undefined })
    expect(warnings).toEqual(within === undefined ? [] : [expect.stringMatching(`ends at 2026.*, ${within}: rotate`)])
  })

  test('is had of a connector that has ended', async () => {
    const world = await lived({}, [RUN])
    await world.open().deprovision()
    expect(await world.open().status()).toMatchObject({
      phase: 'ended',
      share: undefined,
      recipient: undefined,
      tables: [],
    })
  })
})

async function wholeProvision() {
  const place = emptyPlace()
  const store = killedAfter(place.store, Number.POSITIVE_INFINITY)
  await place.open(store).provision(configOf())
  return store
}
