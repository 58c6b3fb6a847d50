import { expect, test } from 'vitest'
import { systemRuntime } from '../../src/runtime.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { ERASURE, FIRST, peopleOf, publishedIn, QUIET } from './erase-world.ts'
import { sleepingStore } from './killed-store.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

/** Two processes with the clock of the machine: one stands still while the other publishes, and deletes what was shown before. */
async function world(): Promise<World> {
  return publishedIn(await provisioned({ ...QUIET, runtime: systemRuntime }), FIRST)
}

/** Does something that stands still at the first request of some kind, until the rows of a key were erased. */
async function whileErasing<T>(
  of: World,
  work: (store: ObjectStore) => Promise<T>,
  sleepsAt = /get .*\/WORKFLOWS\/0\/part-/,
): Promise<T> {
  const { store, asleep, wake } = sleepingStore(of.store, sleepsAt)
  const done = work(store)
  await Promise.race([asleep, done])
  await of.open().erase(ERASURE)
  wake()
  return done
}

test('a delivery is judged by what the share shows, though what it showed before was deleted meanwhile', async () => {
  const of = await world()
  const delivery = deliveryOf(peopleOf('p2', 2, 'bob@example.com'))
  const published = whileErasing(of, (store) => of.open(store).publish(delivery))
  // Staged before the erasure: that is for another delivery.
  await expect(published).rejects.toMatchObject({ code: 'conflict' })
  expect(await of.open().publish(delivery)).toMatchObject({ outcome: 'published' })
})

test('a reconciliation finds nothing where what it looked at was deleted by somebody who published', async () => {
  const of = await world()
  const reconcile = (store: ObjectStore) => of.open(store).reconcile({ dryRun: true })
  expect(await whileErasing(of, reconcile, /list .*\/WORKFLOW_SCHEMA_FIELDS\//)).toEqual([])
})

test('a verification finds nothing then', async () => {
  const of = await world()
  const findings = await whileErasing(of, (store) => of.open(store).verify())
  expect(findings.filter(({ ok }) => !ok)).toEqual([])
})

test('the status of a connector is that of the generation after it', async () => {
  const of = await world()
  const status = await whileErasing(of, (store) => of.open(store).status())
  expect(status.share?.generation).toBe((await of.open().status()).share?.generation)
  expect(status.warnings).toEqual([])
})

test('the hand-off document tells of the tables that are there after it', async () => {
  const of = await world()
  const document = await whileErasing(of, (store) => of.open(store).handoff())
  expect(document).toBe(await of.open().handoff())
})

test('what is not there, in a share that did not move, is told of as that', async () => {
  const of = await world()
  for await (const { key } of of.store.list({ prefix: 'tables/acme/kadoa/WORKFLOWS/0/part-' })) {
    await of.store.delete([key])
  }
  await expect(of.open().handoff()).rejects.toMatchObject({ code: 'not-found' })
  const { warnings, tables } = await of.open().status()
  expect(warnings).toMatchObject([
    expect.stringMatching(/^how fresh the tables are cannot be told: there is no object/),
  ])
  expect(tables.map(({ freshness }) => freshness)).toEqual(tables.map(() => null))
})
