import { describe, expect, test } from 'vitest'
import { loadShare, removeTable, setTable } from '../../src/manifest/index.ts'
import { killedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { entry, kinds, published, R1, R2, SHARE } from './reconcile-world.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

test.each(['WORKFLOWS', 'WORKFLOW_SCHEMA_VERSIONS', 'WORKFLOW_SCHEMA_FIELDS', 'WORKFLOW_RUNS'])(
  'without %s in the share nothing is published until it is put back',
  async (name) => {
    const world = await published()
    // What a publication left that died must not come with it.
    const dying = killedStore(world.store, (request) => !request.startsWith('put sharing/shares/'))
    await expect(world.open(dying).publish(deliveryOf({ runId: 'r3', day: 3 }))).rejects.toThrow('killed')
    const before = await world.see()
    await removeTable(world.store, entry(name))
    const late = deliveryOf({ runId: 'r0', day: 0 })
    await expect(world.open().publish(late)).rejects.toMatchObject({
      code: 'invalid-data',
      details: { blame: 'kadoa' },
    })
    const failing = (await world.open().verify()).filter(({ ok }) => !ok)
    expect(failing).toMatchObject([{ check: 'metadata', message: `share ${SHARE} does not show ${name} any more` }])
    expect(kinds(await world.open().reconcile({ dryRun: true }))).toEqual(['lost-metadata: false'])
    expect(await world.see()).toEqual({ ...before, [name]: undefined })
    expect(kinds(await world.open().reconcile())).toEqual(['lost-metadata: true', 'waiting-runs: true'])
    await world.open().publish(late)
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['r0', 'r1', 'r2', 'r3'])
    expect((await world.open().verify()).filter(({ ok }) => !ok)).toEqual([])
  },
)

test('metadata that does not agree is told of, and comes back right when it is taken out of the share', async () => {
  const world = await published()
  const before = await world.see()
  const name = 'WORKFLOW_SCHEMA_VERSIONS'
  const { tables } = await loadShare(world.store, SHARE)
  const { version } = tables.find((table) => table.name === name) ?? {}
  await setTable(world.store, { ...entry(name), version: Number(version) - 1 })
  const message = `${name} tells of 3 rows in WF_SHOP__V1, its runs have 6`
  expect((await world.open().verify()).filter(({ ok }) => !ok)).toMatchObject([{ check: 'metadata', message }])
  expect(await world.open().reconcile()).toMatchObject([{ drift: 'metadata', mended: false, message }])
  await removeTable(world.store, entry(name))
  expect(kinds(await world.open().reconcile())).toEqual(['lost-metadata: true'])
  expect(await world.see()).toEqual(before)
})

test('metadata tables that show an older version are told of, and no run is taken back for them', async () => {
  const world = await published()
  const { tables } = await loadShare(world.store, SHARE)
  const { version } = tables.find(({ name }) => name === 'WORKFLOW_RUNS') ?? {}
  await setTable(world.store, { ...entry('WORKFLOW_RUNS'), version: Number(version) - 1 })
  const drifts = await world.open().reconcile()
  expect(drifts).toContainEqual(expect.objectContaining({ drift: 'metadata', mended: false }))
  expect((await world.see()).WF_SHOP__V1).toHaveLength(6)
})

describe('an activity log that somebody took out of the share', () => {
  async function withoutLog(): Promise<World> {
    const world = await provisioned()
    const events = [{ title: 'CREATED', dateTime: '2026-01-01T00:00:00Z' }]
    await world.open().publish(deliveryOf({ ...R1, events }))
    expect((await world.see()).ACTIVITY_LOG).toHaveLength(1)
    await removeTable(world.store, entry('ACTIVITY_LOG'))
    return world
  }

  test('is told of, and begins anew', async () => {
    const world = await withoutLog()
    expect(await world.open().reconcile()).toMatchObject([
      { drift: 'lost-activity-log', mended: true, message: expect.stringMatching(/deliver the events again/) },
    ])
    expect(await world.open().reconcile()).toEqual([])
    expect((await world.see()).ACTIVITY_LOG).toEqual([])
  })

  test('begins anew with the next publication, which warns of it', async () => {
    const world = await withoutLog()
    await world.open().publish(deliveryOf(R2))
    expect(world.warnings).toEqual([expect.stringMatching(/took ACTIVITY_LOG out of share kadoa_acme/)])
    expect(runsIn(await world.see())).toEqual(['r1', 'r2'])
    expect(await world.open().reconcile()).toEqual([])
  })
})
