import { expect, test } from 'vitest'
import { findConnectorRecord } from '../../src/connector/connector-record.ts'
import { connector } from '../../src/connector/index.ts'
import { redeemActivation } from '../../src/manifest/index.ts'
import { killedStore } from './killed-store.ts'
import { type Lived, lived } from './lifecycle.ts'
import { deliveryOf } from './world.ts'

const DAY = 86_400_000
const OF_40_DAYS = { recipient: { mode: 'token', contact: 'c', lifetimeDays: 40 } }

const told = ({ events }: Pick<Lived, 'events'>) =>
  events.flatMap(({ eventType, data }) => (eventType === 'connector_access_ending' ? [data] : []))

/** Publishes a run on each of some days after the link was opened. */
async function publishOn(world: Lived, days: readonly number[]): Promise<void> {
  const opened = world.runtime.now()
  for (const day of days) {
    await world.runtime.sleep(opened + day * DAY - world.runtime.now())
    await world.open().publish(deliveryOf({ runId: `r${day}`, day: day + 1 }))
  }
}

test('publications tell that access ends 30 days, 7 days and 1 day before it does, each once', async () => {
  const world = await lived(OF_40_DAYS)
  await publishOn(world, [9, 10, 11, 33, 34, 39])
  expect(told(world).map(({ withinDays }) => withinDays)).toEqual([30, 7, 1])
  expect(told(world)[0]).toEqual({
    eventId: expect.stringMatching(/^[0-9a-f]{64}$/),
    connectorId: 'acme',
    recipient: 'kadoa_acme',
    expiresAt: '2026-02-19T00:00:00.000Z',
    withinDays: 30,
  })
  expect(new Set(told(world).map(({ eventId }) => eventId)).size).toBe(3)
})

test('where nothing was published for long, the nearest is told only, by maintenance too', async () => {
  const world = await lived(OF_40_DAYS)
  await world.runtime.sleep(36 * DAY)
  await world.open().maintain()
  await world.open().maintain()
  expect(told(world).map(({ withinDays }) => withinDays)).toEqual([7])
})

test('a new token is told of anew', async () => {
  const world = await lived(OF_40_DAYS)
  await publishOn(world, [12])
  await world.open().rotate({ overlap: 0 })
  const code = world.links.at(-1)?.activationCode ?? ''
  await redeemActivation(world.store, { code }, world)
  await publishOn(world, [1, 13])
  expect(told(world).map(({ withinDays, expiresAt }) => [withinDays, expiresAt.slice(0, 10)])).toEqual([
    [30, '2026-02-19'],
    [30, '2026-03-03'],
  ])
})

test('who dies before that is written down is followed by who tells it again, under the same id', async () => {
  const world = await lived(OF_40_DAYS)
  await publishOn(world, [9])
  const isAnswered = (request: string): boolean => request !== 'put connectors/acme/connector.json'
  await world.runtime.sleep(2 * DAY)
  const dying = killedStore(world.store, isAnswered)
  await world
    .open(dying)
    .publish(deliveryOf({ runId: 'late', day: 20 }))
    .catch(() => {})
  await world.open().maintain()
  await world.open().maintain()
  const ids = told(world).map(({ eventId }) => eventId)
  expect(ids).toHaveLength(2)
  expect(new Set(ids).size).toBe(1)
})

test('where nobody listens it is not taken for told', async () => {
  const world = await lived(OF_40_DAYS)
  const { store, runtime } = world
  await runtime.sleep(20 * DAY)
  await connector({ id: 'acme', store, runtime }).publish(deliveryOf({ runId: 'unheard', day: 1 }))
  expect(await findConnectorRecord(store, 'acme', {})).not.toHaveProperty('endTold')
  await publishOn(world, [1])
  expect(told(world).map(({ withinDays }) => withinDays)).toEqual([30])
})
