import { expect, test } from 'vitest'
import { DeltaError } from '../../src/errors.ts'
import { addTable, createShare, grantShare, listRecipients, listShares } from '../../src/manifest/index.ts'
import { keysOf } from '../keys-of.ts'
import { configOf, placeOn } from './killed-connector.ts'
import { killedAfter, sleepingStore, watchedStore } from './killed-store.ts'
import { lived } from './lifecycle.ts'
import { deliveryOf } from './world.ts'

const EMPTY = new Uint8Array()
const RUN = { runId: 'r1', day: 1 }

test('a connector that ends shares nothing any more, and its tables stay', async () => {
  const world = await lived({}, [RUN])
  const record = await world.open().deprovision()
  expect(record.phase).toBe('ended')
  expect([await listShares(world.store), await listRecipients(world.store)]).toEqual([[], []])
  await expect(world.see()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect((await keysOf(world.store, 'tables/acme/')).length).toBeGreaterThan(0)
  expect(world.events.at(-1)?.eventType).toBe('connector_deprovisioned')
})

test('a connector that ended neither publishes nor is provisioned again', async () => {
  const world = await lived({}, [RUN])
  await world.open().deprovision()
  const ended = { code: 'invalid-argument', message: expect.stringContaining('has ended') }
  await expect(world.open().publish(deliveryOf({ runId: 'r2', day: 2 }))).rejects.toMatchObject(ended)
  await expect(world.open().provision(configOf())).rejects.toMatchObject(ended)
  await expect(world.open().rotate()).rejects.toMatchObject(ended)
})

test('a publication that is under way when its connector ends hears so, and of no share that is missing', async () => {
  const world = await lived({}, [RUN])
  const { store, asleep, wake } = sleepingStore(world.store, /^get sharing\/shares\//)
  const late = world.open(store).publish(deliveryOf({ runId: 'r2', day: 2 }))
  await asleep
  await world.open().deprovision()
  wake()
  await expect(late).rejects.toMatchObject({ message: expect.stringContaining('connector acme has ended') })
})

test('a purge deletes what is of the connector and nothing else', async () => {
  const world = await lived({}, [RUN])
  const other = placeOn(world.store, world.runtime, 'acme-2')
  await other.open().provision(configOf({ connectorId: 'acme-2' }))
  await other.open().publish(deliveryOf(RUN))
  const isOthers = (key: string): boolean => /acme[-_]2/.test(key)
  const before = (await keysOf(world.store)).filter(isOthers)
  await world.open().deprovision({ purge: true })
  const after = await keysOf(world.store)
  expect(after.filter(isOthers)).toEqual(before)
  expect(after.filter((key) => !isOthers(key))).toEqual([
    'connectors/acme/connector.json',
    'connectors/acme/lease.json',
  ])
})

const EVENT = { title: 'CREATED', dateTime: '2026-01-02T03:04:05Z' }

test.each([
  'put connectors/acme/journal/',
  'put connectors/acme/workflows/',
  'put connectors/acme/pending/',
  'put connectors/acme/events/',
  'put tables/acme/kadoa/WF_NEWS__V1/0/_delta_log/',
])('a purge deletes also what a publication writes meanwhile that is at %s, and says so', async (place) => {
  const world = await lived({}, [RUN])
  const { store, asleep, wake } = sleepingStore(world.store, new RegExp(`^${place}`))
  const late = deliveryOf({ runId: 'r2', day: 2, workflowId: 'news', events: [EVENT] })
  const slept = world
    .open(store)
    .publish(late)
    .catch((error: unknown) => error)
  await asleep
  const purging = watchedStore(world.store, async (request, run) => {
    const done = await run()
    if (request.startsWith('delete connectors/acme/')) {
      wake()
      await slept
    }
    return done
  })
  await world.open(purging).deprovision({ purge: true })
  expect(await slept).toBeInstanceOf(DeltaError)
  expect(await keysOf(world.store)).toEqual(['connectors/acme/connector.json', 'connectors/acme/lease.json'])
  expect(world.warnings).toEqual([expect.stringMatching(/^connector acme: objects that .* deleted too: [1-9]$/)])
})

test('a purge does not go on for ever where somebody goes on writing, and says so', async () => {
  const world = await lived({}, [RUN])
  let written = 0
  const busy = watchedStore(world.store, async (request, run) => {
    if (request === 'list tables/acme/')
      await world.store.put(`tables/acme/kadoa/new-${++written}`, EMPTY, { mode: 'create' })
    return run()
  })
  await world.open(busy).deprovision({ purge: true })
  expect(world.warnings).toEqual([
    expect.stringMatching(
      /^connector acme: objects are written .* 5 so far: stop whoever publishes to it, and end it again$/,
    ),
  ])
})

test('a purge is refused while another share shows one of the tables', async () => {
  const world = await lived({}, [RUN])
  const [share] = await listShares(world.store)
  const table = share?.tables.find(({ name }) => name === 'WF_SHOP__V1')
  if (table === undefined) throw new Error('the table is not shared')
  await createShare(world.store, { name: 'by_hand' }, world)
  const { schema, name, location } = table
  await addTable(world.store, { share: 'by_hand', schema, name, location }, world)
  await expect(world.open().deprovision({ purge: true })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('by_hand'),
  })
  expect((await keysOf(world.store, 'tables/acme/')).length).toBeGreaterThan(0)
})

test('a recipient that reads another share too stays, with a warning', async () => {
  const world = await lived()
  await createShare(world.store, { name: 'by_hand' }, world)
  await grantShare(world.store, { recipient: 'kadoa_acme', share: 'by_hand' }, world)
  await world.open().deprovision()
  expect((await listRecipients(world.store)).map(({ name }) => name)).toEqual(['kadoa_acme'])
  expect(world.warnings).toEqual([expect.stringContaining('by_hand')])
})

test('a process that is killed while it ends a connector is followed by one that goes on', async () => {
  const before = await lived({}, [RUN])
  const whole = killedAfter((await before.copy()).store, Number.POSITIVE_INFINITY)
  await before.open(whole).deprovision({ purge: true })
  for (let request = 1; request <= whole.requests.length; request++) {
    const world = await lived({}, [RUN])
    await world
      .open(killedAfter(world.store, request - 1, request % 2 === 0))
      .deprovision({ purge: true })
      .catch(() => {})
    await world.open().deprovision({ purge: true })
    expect(await keysOf(world.store), `killed at request ${request}`).toEqual([
      'connectors/acme/connector.json',
      'connectors/acme/lease.json',
    ])
  }
})
