import { expect, test } from 'vitest'
import { systemRuntime } from '../../src/runtime.ts'
import { type ObjectStore, prefixStore } from '../../src/store/index.ts'
import { openTable, type Table } from '../../src/table/index.ts'
import { collect } from '../collect.ts'
import { keysOf } from '../keys-of.ts'
import { killedStore, sleepingStore, watchedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

const R1 = { runId: 'r1', day: 1 }
const R2 = { runId: 'r2', day: 2 }
const R3 = { runId: 'r3', day: 3 }
const NEWS = { workflowId: 'news', runId: 'n1', day: 4 }

const RUN_FILES = 'tables/acme/kadoa/WF_SHOP__V1/0/part-'

/** A world in which a process died after the rows of run r2 were in their table; and the files that were shown by then. */
async function diedAfterCommit(): Promise<World & { readonly shown: readonly string[] }> {
  const world = await provisioned()
  await world.open().publish(deliveryOf(R1))
  const shown = await keysOf(world.store, RUN_FILES)
  const store = killedStore(world.store, (request) => !request.startsWith('put connectors/acme/lease.json'))
  await expect(world.open(store).publish(deliveryOf(R2))).rejects.toThrow('killed')
  expect(runsIn(await world.see())).toEqual(['r1'])
  return { ...world, shown }
}

test('a publisher who looks at the share just before its first publication, and at the connector after it, publishes', async () => {
  const world = await provisioned()
  let isFirst = true
  const store = watchedStore(world.store, async (request, run) => {
    const answer = await run()
    const isShare = isFirst && request.startsWith('get sharing/shares/')
    isFirst &&= !isShare
    if (isShare) await world.open().publish(deliveryOf(R1))
    return answer
  })
  expect(await world.open(store).publish(deliveryOf(R2))).toMatchObject({ outcome: 'published' })
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r1', 'r2'])
})

test('a run whose process died is shown by the next publication, of whichever workflow', async () => {
  const { open, see, store } = await diedAfterCommit()
  await open().publish(deliveryOf(NEWS))
  const seen = await see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r1', 'r2', 'n1'])
  expect(await open().publish(deliveryOf(R2))).toMatchObject({ outcome: 'skipped', generation: 2 })
  expect(await keysOf(store, 'connectors/acme/staging/')).toEqual([])
  expect(await keysOf(store, 'connectors/acme/pending/')).toEqual([])
})

test('a workflow of which the journal does not know enough waits, and the others do not wait for it', async () => {
  const { open, see, store, warnings } = await diedAfterCommit()
  await store.delete(['connectors/acme/journal/SHOP/r2.json'])
  await open().publish(deliveryOf(NEWS))
  expect(runsIn(await see())).toEqual(['r1', 'n1'])
  await expect(open().publish(deliveryOf(R3))).rejects.toMatchObject({ code: 'invalid-data' })
  expectWholeGeneration(await see())
  await open().publish(deliveryOf({ ...NEWS, runId: 'n2', day: 5 }))
  expect(warnings.join()).toMatch(/workflow shop waits on: .*deliver the run again/)
  expectWholeGeneration(await see())
})

test.each([
  ['gone', async (store: ObjectStore, key: string) => store.delete([key])],
  ['damaged', async (store: ObjectStore, key: string) => damage(store, key)],
])('a workflow of which a file is %s waits, and the others do not wait for it', async (_, spoil) => {
  const { open, see, store, warnings, shown } = await diedAfterCommit()
  const files = (await keysOf(store, RUN_FILES)).filter((key) => !shown.includes(key))
  expect(files).toHaveLength(1)
  for (const file of files) await spoil(store, file)
  await open().publish(deliveryOf(NEWS))
  expect(runsIn(await see())).toEqual(['r1', 'n1'])
  expect(warnings.join()).toMatch(/workflow shop waits on/)
  await expect(open().publish(deliveryOf(R3))).rejects.toThrow()
  expectWholeGeneration(await see())
})

async function damage(store: ObjectStore, key: string): Promise<void> {
  const { body } = await store.get(key)
  await store.put(key, body.fill(7, 8, body.length - 12), { mode: 'overwrite' })
}

/** A world in which somebody else wrote a row into the table of version 1, and run r2 joined it; and that table. */
async function forged(): Promise<World & { readonly table: Table }> {
  const world = await provisioned()
  await world.open().publish(deliveryOf(R1))
  const inner = prefixStore(world.store, 'tables/acme/kadoa/WF_SHOP__V1/0')
  const table = await openTable(inner.location, { store: inner })
  const [row] = await collect(table.read({ limit: 1 }))
  await table.append([{ ...row, KADOA_RUN_ID: 'forged' }])
  await expect(world.open().publish(deliveryOf(R2))).rejects.toMatchObject({
    code: 'invalid-data',
    message: expect.stringMatching(/somebody else changed it; .*table delete.*connector retract.*restore version 1 /),
  })
  expect(runsIn(await world.see())).toEqual(['r1'])
  return { ...world, table: await openTable(inner.location, { store: inner }) }
}

test('rows that somebody else wrote into a table are never shown, and what waits is once they are deleted', async () => {
  const { open, see, table } = await forged()
  await table.delete({ where: { KADOA_RUN_ID: 'forged' } })
  expect(await open().publish(deliveryOf(R2))).toMatchObject({ rows: 3, generation: 2 })
  expect(runsIn(await see())).toEqual(['r1', 'r2'])
  expectWholeGeneration(await see())
})

test('a table that somebody else wrote to may be restored, once the runs that wait are taken back', async () => {
  const { open, see, table } = await forged()
  await open().retract({ workflowId: 'shop', runId: 'r2' })
  await table.restore({ version: 1 })
  await open().publish(deliveryOf(R3))
  expect(runsIn(await see())).toEqual(['r1', 'r3'])
  expectWholeGeneration(await see())
})

test.each([
  ['writes the latest table', /^put tables\/acme\/kadoa\/WF_SHOP__LATEST\/0\/_delta_log\/\d+\.json/],
  ['writes the runs', /^put tables\/acme\/kadoa\/WORKFLOW_RUNS\/0\/_delta_log\/\d+\.json/],
  ['writes the workflows', /^put tables\/acme\/kadoa\/WORKFLOWS\/0\/_delta_log\/\d+\.json/],
  ['moves the share', /^put sharing\/shares\//],
])('a publisher that sleeps before it %s, and wakes after others went on, changes nothing', async (_, sleepsAt) => {
  const { open, see, store } = await provisioned({ runtime: systemRuntime })
  await open().publish(deliveryOf(R1))
  const sleeper = sleepingStore(store, sleepsAt)
  const late = open(sleeper.store).publish(deliveryOf(R2))
  await sleeper.asleep
  await open().publish(deliveryOf(R3))
  const before = await see()
  expect(runsIn(before)).toEqual(['r1', 'r2', 'r3'])
  sleeper.wake()
  expect(await late).toMatchObject({ outcome: 'skipped', runId: 'r2' })
  expect(await see()).toEqual(before)
  await open().publish(deliveryOf({ ...R3, runId: 'r4', day: 6 }))
  expectWholeGeneration(await see())
})

test('a publisher that looked at the share before somebody else showed what waits looks at it again', async () => {
  const { open, see, store } = await diedAfterCommit()
  const sleeper = sleepingStore(store, /^list connectors\/acme\/pending\//)
  const late = open(sleeper.store).publish(deliveryOf(R3))
  await sleeper.asleep
  expect(await open().publish(deliveryOf(R2))).toMatchObject({ outcome: 'published' })
  sleeper.wake()
  expect(await late).toMatchObject({ outcome: 'skipped', runId: 'r3' })
  const seen = await see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r1', 'r2', 'r3'])
})
