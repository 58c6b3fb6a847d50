import { describe, expect, test } from 'vitest'
import type { Delivery } from '../../src/connector/index.ts'
import { keysOf } from '../keys-of.ts'
import { diedWhenStaged } from './died-when-staged.ts'
import { killedAfter, killedStore, sleepingStore, watchedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

const R1 = { runId: 'r1', day: 1 }
const R2 = { runId: 'r2', day: 3 }
/** Of the schema of run r1, and older than run r2, whatever its schema. */
const LATER = { runId: 'r1b', day: 2 }
/** The next commit to a table of the workflow. */
const COMMIT = /^put .*WF_SHOP__V\d+.*_delta_log\/\d+\.json/

/** The commit after that one in the same table, or the first rows of the next table. */
const NEXT_COMMIT = /^put .*WF_SHOP__V(1.*_delta_log\/0+3|2.*_delta_log\/0+1)\.json/

interface Sleeper {
  /** Resolves once it has done what it was about to do, or was refused. */
  wake(): Promise<unknown>
}

/** A process that delivers, and falls asleep at a request. */
async function asleepAt(request: RegExp, world: World, delivery: Delivery): Promise<Sleeper> {
  const { store, asleep, wake } = sleepingStore(world.store, request)
  const publication = world
    .open(store)
    .publish(delivery)
    .catch((error: unknown) => error)
  await asleep
  return {
    wake: () => {
      wake()
      return publication
    },
  }
}

/** Somebody is about to commit what is staged of run r2, whose files are gone since: who delivers it now stages it anew. */
async function abandoned(world: World): Promise<Sleeper> {
  const sleeper = await asleepAt(COMMIT, world, deliveryOf(R2))
  await world.store.delete(await keysOf(world.store, 'connectors/acme/staging/'))
  return sleeper
}

/** Another run in the table that was first: whatever an attempt left there would be found. */
async function expectOnce({ open, see }: World, what: string): Promise<void> {
  await open().publish(deliveryOf(LATER))
  const seen = await see()
  expectWholeGeneration(seen)
  expect(runsIn(seen), what).toEqual(['r1', 'r1b', 'r2'])
}

/** The numbers of the requests by which a delivery changes something, until its rows are in their table. */
async function changesOf(before: World, delivery: Delivery): Promise<number[]> {
  const world = await before.copy()
  await abandoned(world)
  const store = killedAfter(world.store, Number.POSITIVE_INFINITY)
  await world.open(store).publish(delivery)
  const end = store.requests.findIndex((request) => request.startsWith('put connectors/acme/lease.json'))
  const requests = store.requests.slice(0, end + 1)
  return requests.flatMap((request, index) => (/^(put|copy|delete) /.test(request) ? [index + 1] : []))
}

const SAME = deliveryOf(R2)
const FEWER = deliveryOf({ ...R2, rows: 2 })
const OTHER_SCHEMA = deliveryOf({ ...R2, fields: [{ name: 'sku', dataType: 'STRING' }] })

/** What another delivery of run r2 brings than the three rows that were staged of it. */
describe.each([
  ['the same rows', SAME],
  ['fewer rows', FEWER],
  ['more rows', deliveryOf({ ...R2, rows: 4 })],
  ['rows of another schema', OTHER_SCHEMA],
])('a run that is delivered again with %s while what was staged of it is about to be committed', (_, other) => {
  test('is published once where that comes too late', async () => {
    const world = await diedWhenStaged(R1, R2)
    const sleeper = await abandoned(world)
    expect(await world.open().publish(other)).toMatchObject({ outcome: 'published' })
    expect(await sleeper.wake()).toMatchObject({ outcome: 'skipped' })
    await expectOnce(world, 'when the first one woke up')
    expect(await world.open().reconcile()).toEqual([])
  })

  test.each([
    ['gives that up', COMMIT],
    ['commits its own rows', NEXT_COMMIT],
  ])('is published once, whoever is faster, where it sleeps before it %s', async (_, at) => {
    for (const isFirst of [true, false]) {
      const world = await diedWhenStaged(R1, R2)
      const first = await abandoned(world)
      const second = await asleepAt(at, world, other)
      for (const sleeper of isFirst ? [first, second] : [second, first]) await sleeper.wake()
      await world.open().publish(other)
      await expectOnce(world, isFirst ? 'the first one' : 'the second one')
    }
  })
})

describe.each([
  ['fewer rows', FEWER],
  ['rows of another schema', OTHER_SCHEMA],
])('a run of which a process that is killed gives up what was staged, for %s', (_, other) => {
  test.each([
    ['before it is delivered again', true],
    ['after it was delivered again', false],
  ])('is published once where that is committed %s', async (_, isWokenFirst) => {
    const before = await diedWhenStaged(R1, R2)
    const requests = await changesOf(before, other)
    expect(requests.length).toBeGreaterThan(8)
    for (const request of requests) {
      const world = await before.copy()
      const sleeper = await abandoned(world)
      const publication = world.open(killedAfter(world.store, request - 1)).publish(other)
      await expect(publication).rejects.toThrow('killed')
      if (isWokenFirst) await sleeper.wake()
      await world.open().publish(other)
      await sleeper.wake()
      await expectOnce(world, `after a kill at request ${request}`)
    }
  })
})

test('a publication that knew another attempt at a run shows the one that was committed', async () => {
  const world = await diedWhenStaged(R1, R2)
  await abandoned(world)
  const { wake } = await asleepAt(/^list .*WF_SHOP__V1/, world, deliveryOf({ workflowId: 'news', runId: 'n1', day: 4 }))
  const killed = killedStore(world.store, (request) => !request.startsWith('put connectors/acme/lease.json'))
  await expect(world.open(killed).publish(FEWER)).rejects.toThrow('killed')
  await wake()
  expect(world.warnings).toEqual([])
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r1', 'r2', 'n1'])
})

test.each([
  ['is about to read them back', /^get .*\/staging\//],
  ['is about to copy them', /^copy /],
])(
  'a delivery whose staged files somebody deletes when it %s is told so, and published when it comes again',
  async (_, at) => {
    const { open, see, store } = await provisioned()
    const swept = watchedStore(store, async (request, run) => {
      if (at.test(request)) await store.delete(await keysOf(store, 'connectors/acme/staging/'))
      return run()
    })
    const delivery = () => deliveryOf(R1)
    await expect(open(swept).publish(delivery())).rejects.toMatchObject({
      code: 'conflict',
      message: 'run r1 cannot be committed: somebody deleted meanwhile what was staged; deliver it again',
    })
    expect(await open().publish(delivery())).toMatchObject({ outcome: 'published' })
    expect(runsIn(await see())).toEqual(['r1'])
  },
)
