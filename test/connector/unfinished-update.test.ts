import { expect, test } from 'vitest'
import { loadShare, showRecipient } from '../../src/manifest/index.ts'
import { configOf } from './killed-connector.ts'
import { killedStore } from './killed-store.ts'
import { type Lived, lived as livedAnew } from './lifecycle.ts'
import { madeOnce } from './made-once.ts'
import { expectWholeGeneration, runsIn, seeHistoryAsRecipient } from './recipient.ts'
import { kinds } from './reconcile-world.ts'
import { deliveryOf } from './world.ts'

const BOTH = [
  { runId: 's1', day: 1 },
  { runId: 'n1', day: 2, workflowId: 'news' },
]
const ONLY_SHOP = { workflows: ['shop'] }
const RECORD = 'connectors/acme/connector.json'

const lived = madeOnce(livedAnew)

/** Kills an update at its first request to the share or the recipient, or at another one. */
async function killUpdate(world: Lived, change: object, at = /^put sharing\//): Promise<void> {
  const dead = killedStore(world.store, (request) => !at.test(request))
  await expect(world.open(dead).update(configOf(change))).rejects.toThrow('the process was killed')
}

async function failing(world: Lived): Promise<string[]> {
  return (await world.open().verify()).flatMap(({ ok, check }) => (ok ? [] : [check]))
}

const WITH_TERMS = { recipient: { mode: 'token', contact: 'data@acme.example', lifetimeDays: 30 } }

test.each<[string, object, object, readonly string[]]>([
  ['takes a workflow out', {}, ONLY_SHOP, []],
  ['brings a workflow back', ONLY_SHOP, {}, []],
  ['hides the history of versions', {}, { history: { versions: false } }, []],
  ['switches the activity log on', { activityLog: false }, {}, []],
  ['changes what is checked', {}, { checks: { minRowRatio: 0.9 } }, []],
  ['changes the terms of the recipient', {}, WITH_TERMS, ['recipient']],
])(
  'an update that %s and was killed before the share moved is told of as that, and ended by reconcile',
  async (_, before, after, alsoFound) => {
    const world = await lived({}, BOTH)
    await world.open().update(configOf(before))
    const expected = await world.copy()
    await expected.open().update(configOf(after))
    await killUpdate(world, after)

    expect(kinds(await world.open().reconcile({ dryRun: true }))).toEqual(['unfinished-update: false'])
    expect(await failing(world)).toEqual([...alsoFound, 'unfinished-update'])
    const { warnings } = await world.open().status()
    expect(warnings).toContainEqual(expect.stringMatching(/update of connector acme .* not ended.*reconcile/))

    expect(kinds(await world.open().reconcile())).toEqual(['unfinished-update: true'])
    expect(Object.keys(await world.see())).toEqual(Object.keys(await expected.see()))
    const { tokenLifetime } = await showRecipient(expected.store, 'kadoa_acme')
    expect(await showRecipient(world.store, 'kadoa_acme')).toMatchObject({ tokenLifetime })
    expect(world.events.at(-1)?.eventType).toBe('connector_updated')
    expect(await world.open().reconcile()).toEqual([])
    expect(await failing(world)).toEqual([])
    expect((await world.open().status()).warnings).toEqual([])
  },
)

test('an update that was killed after the share moved is ended by reconcile', async () => {
  const world = await lived({}, BOTH)
  let puts = 0
  const isSecondOfRecord = (request: string): boolean => request === `put ${RECORD}` && ++puts === 2
  const dead = killedStore(world.store, (request) => !isSecondOfRecord(request))
  await expect(world.open(dead).update(configOf(ONLY_SHOP))).rejects.toThrow('the process was killed')
  expect(Object.keys(await world.see())).not.toContain('WF_NEWS__V1')
  expect(kinds(await world.open().reconcile())).toEqual(['unfinished-update: true'])
  expect(await world.open().reconcile()).toEqual([])
})

test('tables of a workflow that is not selected leave the share, though no update says that it has not ended', async () => {
  const world = await lived({}, BOTH)
  await killUpdate(world, ONLY_SHOP)
  const { isUpdating, ...record } = JSON.parse(new TextDecoder().decode((await world.store.get(RECORD)).body))
  expect(isUpdating).toBe(true)
  await world.store.put(RECORD, new TextEncoder().encode(JSON.stringify(record)), { mode: 'overwrite' })
  const found = (await world.open().verify()).filter(({ ok }) => !ok)
  expect(found).toMatchObject([
    {
      check: 'unfinished-update',
      message: expect.stringMatching(/shows WF_NEWS__V1, WF_NEWS__LATEST, .*configuration/),
    },
  ])
  expect(kinds(await world.open().reconcile())).toEqual(['unfinished-update: true'])
  expect(Object.keys(await world.see())).not.toContain('WF_NEWS__V1')
  expect(await world.open().reconcile()).toEqual([])
})

test('an unfinished update that is refused says why, and the share stays', async () => {
  const world = await lived({}, BOTH)
  await killUpdate(world, ONLY_SHOP)
  const { generation } = await loadShare(world.store, 'kadoa_acme')
  const late = deliveryOf({ runId: 's2', day: 3 })
  await world.store.delete([`tables/acme/kadoa/WORKFLOWS/0/_delta_log/${'0'.repeat(20)}.json`])
  await expect(world.open().publish(late)).rejects.toMatchObject({ code: 'invalid-data' })
  expect(await world.open().reconcile()).toContainEqual(
    expect.objectContaining({
      drift: 'unfinished-update',
      mended: false,
      remedy: expect.stringContaining('WORKFLOWS'),
    }),
  )
  expect((await loadShare(world.store, 'kadoa_acme')).generation).toBe(generation)
})

test('a run that is taken back under an unfinished update is gone from a latest table of the mode before', async () => {
  const world = await lived({ latestMode: 'all_runs_of_latest_version' }, [
    { runId: 's1', day: 1 },
    { runId: 's2', day: 2 },
  ])
  await killUpdate(world, { latestMode: 'latest_run' })
  await world.open().retract({ workflowId: 'shop', runId: 's1' })
  const seen = await world.see()
  expect(runsIn(seen)).toEqual(['s2'])
  expectWholeGeneration(seen, ['latest_run'])
})

test('what was taken back while no history was shown is in no version that a publication under an unfinished update shows', async () => {
  const world = await lived({ history: { versions: false } }, [
    { runId: 's1', day: 1 },
    { runId: 's2', day: 2 },
  ])
  await world.open().retract({ workflowId: 'shop', runId: 's2' })
  await killUpdate(world, { history: { versions: true } })
  await world.open().publish(deliveryOf({ runId: 's3', day: 3 }))
  await world.open().update(configOf())
  const versions = await seeHistoryAsRecipient(world, world.bearerToken)
  expect(versions.map(({ table }) => table)).toEqual(['WF_SHOP__V1'])
  expect(versions.flatMap(({ rows }) => rows.map(({ KADOA_RUN_ID }) => KADOA_RUN_ID))).not.toContain('s2')
})
