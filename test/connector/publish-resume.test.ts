import { describe, expect, test } from 'vitest'
import { changeConnectorRecord } from '../../src/connector/connector-record.ts'
import { findEntry } from '../../src/connector/journal.ts'
import { prefixStore } from '../../src/store/index.ts'
import { openTable, type Table } from '../../src/table/index.ts'
import { keysOf } from '../keys-of.ts'
import { diedWhenStaged } from './died-when-staged.ts'
import { killedStore, sleepingStore, watchedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { CONNECTOR_ID, deliveryOf, provisioned, type World } from './world.ts'

const R1 = { runId: 'r1', day: 1 }
const R2 = { runId: 'r2', day: 2 }

const NO_ROWS = {
  [Symbol.iterator]: () => {
    throw new Error('the rows are read a second time')
  },
}

function eraseEpoch(world: World, epoch: number): Promise<unknown> {
  return changeConnectorRecord(
    world.store,
    CONNECTOR_ID,
    (record) => ({ ...record, eraseEpoch: epoch, erased: { shop: epoch } }),
    world,
  )
}

function versionTable({ store, runtime }: World): Promise<Table> {
  const inner = prefixStore(store, 'tables/acme/kadoa/WF_SHOP__V1/0')
  return openTable(inner.location, { store: inner, runtime })
}

describe('a run whose process died when it was staged', () => {
  test('goes on with the staged files, and its rows are not read again', async () => {
    const { open, see } = await diedWhenStaged(R1, R2)
    await open().publish({ ...deliveryOf(R2), rows: NO_ROWS })
    expectWholeGeneration(await see())
    expect(runsIn(await see())).toEqual(['r1', 'r2'])
  })

  test('is copied into the latest table as another is, without being read', async () => {
    const { open, store, see } = await diedWhenStaged(R1, R2)
    const copied: string[] = []
    const watched = watchedStore(store, (request, run) => {
      if (request.startsWith('copy ')) copied.push(request)
      return run()
    })
    await open(watched).publish({ ...deliveryOf(R2), rows: NO_ROWS })
    const into = (name: string) => expect.stringMatching(`/${name}/0/[^/]*[.]parquet$`)
    expect(copied).toEqual([into('WF_SHOP__V1'), into('WF_SHOP__LATEST')])
    expect((await see()).WF_SHOP__LATEST).toHaveLength(3)
  })

  test('is staged again where its files are gone', async () => {
    const { open, see, store } = await diedWhenStaged(R1, R2)
    await store.delete(await keysOf(store, 'connectors/acme/staging/'))
    await open().publish(deliveryOf(R2))
    expectWholeGeneration(await see())
    expect(runsIn(await see())).toEqual(['r1', 'r2'])
  })

  test('is staged again where rows were erased meanwhile: of the connector, or of its table', async () => {
    const world = await diedWhenStaged(R1, R2)
    const other = await world.copy()
    await eraseEpoch(world, 1)
    await (await versionTable(other)).setProperties({ 'kadoa.eraseEpoch': '1' })
    await eraseEpoch(other, 1)
    for (const { open, see } of [world, other]) {
      await open().publish(deliveryOf({ ...R2, rows: 5 }))
      const seen = await see()
      expectWholeGeneration(seen)
      expect(seen.WF_SHOP__LATEST).toHaveLength(5)
    }
  })

  test('is to be delivered again where an erasure gave it up and rows came that do not pass, while somebody went on with it', async () => {
    const world = await diedWhenStaged(R1, R2)
    const { store, asleep, wake } = sleepingStore(world.store, /put .*WF_SHOP__V1.*_delta_log/)
    const publication = world.open(store).publish(deliveryOf(R2))
    await asleep
    await world.open().erase({ workflowId: 'shop', keys: [{ sku: 'nowhere' }] })
    await expect(world.open().publish(deliveryOf({ ...R2, rows: 1 }))).rejects.toMatchObject({
      details: { problems: [{ check: 'minRowRatio', action: 'block' }] },
    })
    wake()
    await expect(publication).rejects.toMatchObject({ code: 'conflict' })
    expect(await keysOf(world.store, 'connectors/acme/staging/')).toEqual([])
    await world.open().publish(deliveryOf(R2))
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['r1', 'r2'])
  })

  test('is held to what the share shows by now', async () => {
    const { open, see } = await diedWhenStaged(R1, R2)
    await open().publish(deliveryOf({ runId: 'r3', day: 3, rows: 20 }))
    await expect(open().publish(deliveryOf(R2))).rejects.toMatchObject({
      details: {
        problems: expect.arrayContaining([expect.objectContaining({ check: 'minRowRatio', action: 'block' })]),
      },
    })
    expect(runsIn(await see())).toEqual(['r1', 'r3'])
    await open().publish(deliveryOf({ ...R2, rows: 21 }))
    expectWholeGeneration(await see())
  })

  test('is told to be held back by what holds it, where a reconciliation goes on with it', async () => {
    const { open, runtime, store } = await diedWhenStaged(R1, R2)
    await open().publish(deliveryOf({ runId: 'r3', day: 3, rows: 20 }))
    const [staged] = await open().reconcile()
    expect(staged).toMatchObject({
      drift: 'staged-run',
      mended: false,
    })
    const entry = await findEntry(store, CONNECTOR_ID, { workflowId: 'shop', runId: 'r2' }, { runtime })
    expect(entry).toMatchObject({
      step: 'staging',
      problems: expect.arrayContaining([expect.objectContaining({ check: 'minRowRatio' })]),
    })
  })

  test('is published with the rows that come now, where those that were staged do not pass any more', async () => {
    const { open, see, store } = await diedWhenStaged(R1, R2)
    await open().publish(deliveryOf({ runId: 'r3', day: 3, rows: 20 }))
    expect(await open().publish(deliveryOf({ ...R2, rows: 21 }))).toMatchObject({ outcome: 'published', rows: 21 })
    expectWholeGeneration(await see())
    expect(await keysOf(store, 'connectors/acme/staging/')).toEqual([])
  })
})

describe('a run whose process died when it was committed, and whose journal somebody deleted', () => {
  async function diedWithoutJournal(): Promise<World> {
    const world = await provisioned({ config: { activityLog: false } })
    await world.open().publish(deliveryOf(R1))
    const store = killedStore(world.store, (request) => !request.startsWith('put connectors/acme/lease'))
    await expect(world.open(store).publish(deliveryOf(R2))).rejects.toThrow('killed')
    await world.store.delete(['connectors/acme/journal/SHOP/r2.json'])
    return world
  }

  const refusal = 'WF_SHOP__V1 has 3 rows of it, of a delivery whose journal is lost, and this one has 5; deliver'

  test('is not published with other rows, and is with those that it had', async () => {
    const { open, see, store } = await diedWithoutJournal()
    const other = deliveryOf({ ...R2, rows: 5 })
    for (const _ of ['once', 'again']) {
      await expect(open().publish(other)).rejects.toMatchObject({
        code: 'invalid-data',
        message: expect.stringContaining(refusal),
      })
    }
    // Of the delivery whose journal is lost.
    expect(await keysOf(store, 'connectors/acme/staging/')).toHaveLength(1)
    expect(await open().publish(deliveryOf(R2))).toMatchObject({ outcome: 'published', rows: 3 })
    const seen = await see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['r1', 'r2'])
    expect(await open().reconcile()).toEqual([])
  })

  test('is shown in its latest table as in its own, where as many other rows come', async () => {
    const { open, see } = await diedWithoutJournal()
    await open().publish(deliveryOf({ ...R2, rows: ['x', 'y', 'z'].map((sku) => ({ sku, title: 'other' })) }))
    const { WF_SHOP__V1 = [], WF_SHOP__LATEST = [] } = await see()
    const skus = (rows: typeof WF_SHOP__V1) =>
      rows.filter(({ KADOA_RUN_ID }) => KADOA_RUN_ID === 'r2').map(({ sku }) => sku)
    expect(skus(WF_SHOP__LATEST)).toEqual(skus(WF_SHOP__V1))
  })

  test('is taken back, where its rows are not to be had any more', async () => {
    const { open, see } = await diedWithoutJournal()
    await expect(open().publish(deliveryOf({ ...R2, rows: 5 }))).rejects.toThrow(refusal)
    expect(await open().retract({ workflowId: 'shop', runId: 'r2' })).toMatchObject({ rows: 3 })
    await open().publish(deliveryOf({ runId: 'r2-again', day: 2, rows: 5 }))
    expect(runsIn(await see())).toEqual(['r1', 'r2-again'])
    expect(await open().reconcile()).toEqual([])
  })

  test('is published once where it was published before, whatever rows come', async () => {
    const { open, see, store } = await diedWithoutJournal()
    await open().publish(deliveryOf(R2))
    await store.delete(['connectors/acme/journal/SHOP/r2.json'])
    expect(await open().publish(deliveryOf({ ...R2, rows: 5 }))).toMatchObject({ outcome: 'skipped' })
    const seen = await see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['r1', 'r2'])
  })
})

describe('rows that are taken back out of their table', () => {
  test('leave the share with the next generation, and the latest table goes back to the run before', async () => {
    const world = await provisioned()
    await world.open().publish(deliveryOf(R1))
    await world.open().publish(deliveryOf(R2))
    await world.open().publish(deliveryOf({ workflowId: 'news', runId: 'n1', day: 3 }))
    const table = await versionTable(world)
    const txn = { appId: `kadoa:${CONNECTOR_ID}:shop:r2`, version: 2 }
    await table.delete({ where: { KADOA_RUN_ID: 'r2' }, txn })
    await world.store.put('connectors/acme/pending/SHOP/r2', new Uint8Array(), { mode: 'overwrite' })
    await world.open().publish(deliveryOf({ workflowId: 'news', runId: 'n2', day: 4 }))
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['r1', 'n1', 'n2'])
    expect(seen.WF_SHOP__LATEST?.map(({ KADOA_RUN_ID }) => KADOA_RUN_ID)).toEqual(['r1', 'r1', 'r1'])
    const share = JSON.parse(new TextDecoder().decode((await world.store.get('sharing/shares/kadoa_acme.json')).body))
    const entry = share.tables.find(({ name }: { name: string }) => name === 'WF_SHOP__V1')
    expect(entry).toMatchObject({ version: 3, startVersion: 3 })
  })
})

describe('the latest table', () => {
  const RUNS = [
    {
      runId: 'r1',
      day: 1,
      rows: [
        { sku: 'a', title: 'old' },
        { sku: 'b', title: 'old' },
      ],
    },
    { runId: 'r2', day: 3, rows: [{ sku: 'a', title: 'new' }, { title: 'keyless' }, { title: 'keyless' }] },
    {
      runId: 'r0',
      day: 2,
      rows: [
        { sku: 'a', title: 'late' },
        { sku: 'c', title: 'late' },
      ],
    },
  ]

  test.each([
    ['latest_run', ['a new', 'null keyless', 'null keyless']],
    ['all_runs_of_latest_version', ['a late', 'a new', 'a old', 'b old', 'c late', 'null keyless', 'null keyless']],
    ['current_by_key', ['a new', 'b old', 'c late', 'null keyless', 'null keyless']],
  ])('shows with latestMode %s what that says, in whichever order runs come', async (latestMode, expected) => {
    const { open, see } = await provisioned({ config: { latestMode } })
    for (const run of RUNS) await open().publish(deliveryOf(run))
    const { WF_SHOP__LATEST = [], WORKFLOWS } = await see()
    expect(WORKFLOWS).toMatchObject([{ LATEST_RUN_ID: 'r2', LATEST_ROW_COUNT: expected.length }])
    expect(WF_SHOP__LATEST.map(({ sku, title }) => `${sku} ${title}`).sort()).toEqual(expected)
  })
})
