import { expect, test } from 'vitest'
import { loadShare, publish } from '../../src/manifest/index.ts'
import { keysOf } from '../keys-of.ts'
import { killedAfter, killedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { kinds, published, SHARE } from './reconcile-world.ts'
import { deliveryOf, type World } from './world.ts'

/** A world in which a process died when run r3 was in its table, and not shown yet. */
async function diedWhenCommitted(): Promise<World> {
  const world = await published()
  const store = killedStore(world.store, (request) => !request.startsWith('put connectors/acme/lease'))
  await expect(world.open(store).publish(deliveryOf({ runId: 'r3', day: 3 }))).rejects.toThrow('killed')
  return world
}

test('a mark of a run that is shown is taken away', async () => {
  const world = await published()
  await world.store.put('connectors/acme/pending/SHOP/r1', new Uint8Array(), { mode: 'overwrite' })
  expect(kinds(await world.open().reconcile())).toEqual(['mark: true'])
  expect(await keysOf(world.store, 'connectors/acme/pending/')).toEqual([])
})

test.each([
  ['a run that is staged', /^put connectors\/acme\/pending/, ['staged-run: true', 'waiting-runs: true']],
  ['a run that is committed', /^put connectors\/acme\/lease/, ['waiting-runs: true']],
  ['a publication', /^put sharing\/shares\//, ['waiting-runs: true']],
])('what a process that died left of %s is taken to its end', async (_, diesAt, expected) => {
  const world = await published()
  const store = killedStore(world.store, (request) => !diesAt.test(request))
  const events = [{ title: 'CREATED', dateTime: '2026-01-01T00:00:00Z' }]
  await expect(world.open(store).publish(deliveryOf({ runId: 'r3', day: 3, events }))).rejects.toThrow('killed')
  const waitsForEvents = !String(diesAt).includes('pending')
  const drifts = kinds(await world.open().reconcile())
  expect(drifts).toEqual([...expected, ...(waitsForEvents ? ['waiting-events: true'] : [])])
  expect(await world.open().reconcile()).toEqual([])
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r1', 'r2', 'r3'])
  expect(seen.ACTIVITY_LOG).toHaveLength(waitsForEvents ? 1 : 0)
  expect(await keysOf(world.store, 'connectors/acme/staging/')).toEqual([])
})

test('a run that is committed and that nothing marks is found and shown', async () => {
  const world = await diedWhenCommitted()
  await world.store.delete(['connectors/acme/pending/SHOP/r3'])
  expect(kinds(await world.open().reconcile())).toEqual(['unmarked-run: true', 'waiting-runs: true'])
  expect(runsIn(await world.see())).toEqual(['r1', 'r2', 'r3'])
})

test('rows of which no journal knows are told of', async () => {
  const world = await diedWhenCommitted()
  await world.store.delete(['connectors/acme/journal/SHOP/r3.json'])
  const drifts = await world.open().reconcile()
  expect(kinds(drifts)).toEqual(['unknown-run: false', 'orphan-mark: false'])
  expect(drifts.map(({ message }) => message)).toEqual([
    expect.stringContaining('WF_SHOP__V1 holds rows of run r3 that nobody sees'),
    expect.stringContaining('no journal: 1 (SHOP/r3)'),
  ])
})

test('staged files that nobody goes on with are deleted after a day, and not before', async () => {
  const world = await published()
  const store = killedStore(world.store, (request) => !request.startsWith('put connectors/acme/workflows/'))
  await expect(world.open(store).publish(deliveryOf({ runId: 'r3', day: 3 }))).rejects.toThrow('killed')
  expect(await keysOf(world.store, 'connectors/acme/staging/')).toHaveLength(1)
  expect(await world.open().reconcile()).toEqual([])
  await world.runtime.sleep(25 * 3_600_000)
  expect(kinds(await world.open().reconcile())).toEqual(['unstaged-run: false', 'staged-files: true'])
  expect(await keysOf(world.store, 'connectors/acme/staging/')).toEqual([])
})

test('wherever a reconciliation is killed, the share is whole, and the next one ends it', async () => {
  const prepared = await published()
  const dying = killedStore(prepared.store, (request) => !request.startsWith('put connectors/acme/pending'))
  await expect(prepared.open(dying).publish(deliveryOf({ runId: 'r3', day: 3 }))).rejects.toThrow('killed')
  const share = await loadShare(prepared.store, SHARE)
  const strange = { schema: 'kadoa', name: 'CARS', location: `${prepared.store.location}/cars`, version: 0 }
  await publish(prepared.store, { share, tables: [strange] })
  const whole = await prepared.copy()
  const counted = killedAfter(whole.store, Number.POSITIVE_INFINITY)
  expect(kinds(await whole.open(counted).reconcile())).toEqual([
    'strange-table: true',
    'staged-run: true',
    'waiting-runs: true',
  ])
  const all = counted.requests.length
  for (let requests = 1; requests < all; requests += 19) {
    const world = await prepared.copy()
    await expect(world.open(killedAfter(world.store, requests, requests % 2 === 0)).reconcile()).rejects.toThrow()
    for (const drift of await world.open().reconcile()) expect(drift).toMatchObject({ mended: true })
    expect(await world.open().reconcile(), `killed after request ${requests}`).toEqual([])
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['r1', 'r2', 'r3'])
  }
}, 60_000)
