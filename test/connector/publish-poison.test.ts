import { describe, expect, test } from 'vitest'
import type { Delivery } from '../../src/connector/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { keysOf } from '../keys-of.ts'
import { killedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

const GOOD = { workflowId: 'news', runId: 'n1', day: 4 }
const JOURNAL = 'connectors/acme/journal/SHOP/r2.json'

function withRun(delivery: Delivery, run: Partial<Delivery['run']>): Delivery {
  return { ...delivery, run: { ...delivery.run, ...run } }
}

async function change(store: ObjectStore, key: string, edit: (text: string) => string): Promise<void> {
  const text = edit(new TextDecoder().decode((await store.get(key)).body))
  await store.put(key, new TextEncoder().encode(text), { mode: 'overwrite' })
}

/** A world in which a process died after the rows of run r2 were in their table. */
async function diedAfterCommit(): Promise<World> {
  const world = await provisioned()
  await world.open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  const store = killedStore(world.store, (request) => !request.startsWith('put connectors/acme/lease.json'))
  await expect(world.open(store).publish(deliveryOf({ runId: 'r2', day: 2 }))).rejects.toThrow('killed')
  return world
}

describe('a run that the metadata tables cannot tell of', () => {
  test.each([
    ['more issues than an int holds', { quality: { issueCount: 3_000_000_000 } }, /quality\.issueCount: /],
    ['a job of half a surrogate pair', { jobId: 'a\ud800' }, /jobId: .*half of a surrogate pair/],
    ['an id of half a surrogate pair', { runId: 'b\ud800' }, /runId: .*half of a surrogate pair/],
  ])('is refused before anything is kept of it: %s', async (_, run, message) => {
    const { open, see, store } = await provisioned()
    await open().publish(deliveryOf(GOOD))
    const poison = withRun(deliveryOf({ runId: 'p1', day: 2 }), run)
    await expect(open().publish(poison)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message),
    })
    expect(await keysOf(store, 'connectors/acme/journal/SHOP/')).toEqual([])
    expect(await keysOf(store, 'connectors/acme/pending/')).toEqual([])
    await open().publish(deliveryOf({ ...GOOD, runId: 'n2', day: 5 }))
    expect(runsIn(await see())).toEqual(['n1', 'n2'])
  })

  test('waits with its workflow, which a warning names, and holds nobody else up', async () => {
    const { open, see, store, warnings } = await diedAfterCommit()
    await change(store, JOURNAL, (text) => {
      const failure = { column: 'price', count: Number.MAX_SAFE_INTEGER, present: 1, samples: [] }
      const journal = JSON.parse(text)
      journal.report.castFailures = [failure, { ...failure, column: 'title' }]
      return JSON.stringify(journal)
    })
    await open().publish(deliveryOf(GOOD))
    expect(runsIn(await see())).toEqual(['r1', 'n1'])
    expect(warnings.join()).toMatch(/workflow shop waits on: .*CAST_FAILURES.*r2/)
    await expect(open().publish(deliveryOf({ runId: 'r3', day: 3 }))).rejects.toThrow(/CAST_FAILURES/)
    expectWholeGeneration(await see())
  })
})

describe('a journal that is cut short', () => {
  test('keeps its workflow waiting, which a warning names, and nobody else', async () => {
    const { open, see, store, warnings } = await diedAfterCommit()
    await change(store, JOURNAL, (text) => text.slice(0, 40))
    await open().publish(deliveryOf(GOOD))
    expect(runsIn(await see())).toEqual(['r1', 'n1'])
    expect(warnings.join()).toMatch(/workflow shop waits on: .*r2/)
    expect((await open().status()).warnings.join()).toContain(JOURNAL)
    await expect(open().publish(deliveryOf({ runId: 'r3', day: 3 }))).rejects.toMatchObject({ code: 'invalid-data' })
    expectWholeGeneration(await see())
  })

  test('is found by a reconciliation, and what it says to do lets the workflow go on', async () => {
    const { open, see, store } = await diedAfterCommit()
    await change(store, JOURNAL, (text) => text.slice(0, 40))
    const staged = await keysOf(store, 'connectors/acme/staging/')
    const drifts = await open().reconcile()
    expect(drifts).toContainEqual({
      drift: 'unreadable-journal',
      mended: false,
      message: expect.stringContaining(JOURNAL),
      blame: 'storage',
      remedy: expect.stringMatching(/delete it and deliver the run again/),
    })
    expect(await keysOf(store, 'connectors/acme/staging/')).toEqual(staged)
    await store.delete([JOURNAL])
    expect(await open().publish(deliveryOf({ runId: 'r2', day: 2 }))).toMatchObject({ outcome: 'published' })
    const seen = await see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['r1', 'r2'])
  })

  test('of a run that is shown keeps nobody waiting', async () => {
    const { open, see, store } = await provisioned()
    await open().publish(deliveryOf({ runId: 'r2', day: 2 }))
    await change(store, JOURNAL, (text) => text.slice(0, 40))
    expect(await open().reconcile()).toMatchObject([{ drift: 'unreadable-journal', mended: false }])
    await open().publish(deliveryOf({ runId: 'r3', day: 3 }))
    expect(runsIn(await see())).toEqual(['r2', 'r3'])
  })
})

test('a workflow whose name belongs to another one leaves nothing that stands in the way of that one', async () => {
  const { open, see, store } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r0', day: 1 }))
  const other = deliveryOf({ workflowId: 'SHOP', runId: 'r1', day: 2 })
  await expect(open().publish(other)).rejects.toMatchObject({ code: 'already-exists' })
  expect(await keysOf(store, 'connectors/acme/staging/')).toEqual([])
  expect(await open().publish(deliveryOf({ runId: 'r1', day: 2 }))).toMatchObject({ outcome: 'published' })
  expect(runsIn(await see())).toEqual(['r0', 'r1'])
})

test('a delivery that fails once its rows are staged leaves no staged files', async () => {
  const { open, store } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  const taken = deliveryOf({
    runId: 'r2',
    day: 2,
    fields: [{ name: 'sku', dataType: 'STRING' }],
    rows: [{ sku: 'a' }, { sku: 'b' }, { sku: 'c' }],
  })
  const refused = { ...taken, schema: { ...taken.schema, version: 1 } }
  await expect(open().publish(refused)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringMatching(/version 1/),
  })
  expect(await keysOf(store, 'connectors/acme/staging/')).toEqual([])
})
