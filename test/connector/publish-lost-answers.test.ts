import { expect, test } from 'vitest'
import type { Connector } from '../../src/connector/index.ts'
import { type Fault, faultyStore } from '../../src/store/testing.ts'
import { ANN, ERASURE, FIRST } from './erase-world.ts'
import { configOf, type Place } from './killed-connector.ts'
import { lived } from './lifecycle.ts'
import { madeOnce } from './made-once.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned } from './world.ts'

const GIVEN = { runId: 'r2', day: 2, rows: 2 }
const WRITES = ['put', 'putStream', 'copy', 'delete'] as const

test.each<Fault>(['answer-lost', 'late'])('a run is published once whichever of its writes is %s', async (fault) => {
  const before = await provisioned({ config: { activityLog: false } })
  await before.open().publish(deliveryOf({ runId: 'r1', day: 1, rows: 2 }))
  for (let write = 1; ; write++) {
    const world = await before.copy()
    const store = faultyStore(world.store, [{ fault, operations: WRITES, from: write, to: write }])
    const published = world.open(store).publish(deliveryOf(GIVEN))
    await published.catch(({ code }) => expect(['unavailable', 'conflict'], `write ${write}`).toContain(code))
    if (store.injected.length === 0) break
    expectWholeGeneration(await world.see())
    await store.settle()
    await world.open().publish(deliveryOf(GIVEN))
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen), `after ${store.injected.join()}`).toEqual(['r1', 'r2'])
  }
})

const LOGIN = {
  id: `${ANN} signed in`,
  title: 'LOGIN',
  dateTime: 0,
  resource: { type: 'WORKFLOW', workflowId: 'people' },
}
const withPeople = madeOnce(() => lived({}, [FIRST, { ...FIRST, runId: 'p2', day: 2, events: [LOGIN] }]))

/** What was told of, wherever in the generations of the share it came. */
function toldIn({ events }: Pick<Place, 'events'>): object[] {
  return events.map(({ eventType, data }) => ({ eventType, ...data, eventId: '', generation: 0 }))
}

test.each<[string, (kadoa: Connector) => Promise<object>]>([
  ['an update', (kadoa) => kadoa.update(configOf({ workflows: ['shop'] }))],
  ['a retraction', (kadoa) => kadoa.retract({ workflowId: 'people', runId: 'p2' })],
  ['an erasure', (kadoa) => kadoa.erase({ ...ERASURE, alsoInActivityLog: [ANN] })],
])('%s tells what it did, whichever answer to a swap of the share is lost', async (_, change) => {
  const calm = await withPeople()
  const expected = await change(calm.open())
  expect(toldIn(calm)).not.toEqual([])
  for (let swap = 1; ; swap++) {
    const world = await withPeople()
    const rule = { operations: ['put'], key: /^sharing\/shares\//, from: swap, to: swap } as const
    const store = faultyStore(world.store, [{ fault: 'answer-lost', ...rule }])
    expect(await change(world.open(store)), `swap ${swap}`).toEqual(expected)
    expect(toldIn(world), `swap ${swap}`).toEqual(toldIn(calm))
    if (store.injected.length === 0) break
  }
})
