import { describe, expect, test } from 'vitest'
import { clientOf } from '../databricks/client-of.ts'
import { type DatabricksPlace, databricksConfig, METASTORE, provisionedPlace } from './databricks-world.ts'
import { runsIn } from './recipient.ts'
import { deliveryOf } from './world.ts'

const R1 = { runId: 'r1', day: 1, rows: 2 }
const R2 = { runId: 'r2', day: 2, rows: 3 }
const CHANGED = { runId: 'r3', day: 3, rows: 2, fields: [{ name: 'sku', dataType: 'STRING' }] }

test('tables that somebody dropped in Databricks are told of, and reconcile shows them again as they were', async () => {
  const place = await provisionedPlace({}, [R1])
  const before = await place.see()
  const { tables } = clientOf(place.fake)
  const dropped = place.fake.tables.inSchema('kadoa_prod.kadoa_acme')
  for (const name of dropped) await tables.delete(name)
  expect(await place.see()).toEqual({})
  const refused = await place.open().publish(deliveryOf(R2)).catch(String)
  expect(refused).toMatch(/was dropped; .*UNDROP TABLE .* or reconcile the connector/)
  const findings = (await place.open().verify()).filter(({ check }) => check === 'dropped-table')
  expect(findings).toHaveLength(dropped.length)
  const drifts = await place.open().reconcile()
  expect(new Set(drifts.map(({ drift, mended }) => `${drift} ${mended}`))).toEqual(new Set(['dropped-table true']))
  expect(await place.see()).toEqual(before)
  expect(await place.open().reconcile()).toEqual([])
  await place.open().publish(deliveryOf(CHANGED))
  await place.open().publish(deliveryOf({ ...R2, day: 4 }))
  expect(runsIn(await place.see()).sort()).toEqual(['r1', 'r2', 'r3'])
  expect((await place.open().verify()).filter(({ ok }) => !ok)).toEqual([])
  await place.open().deprovision({ purge: true })
  expect(place.fake.namespaces.schemas).toEqual([])
})

test('a recipient that has another name in Databricks is no stranger, and is taken along at the end', async () => {
  const place = await provisionedPlace({}, [R1])
  await clientOf(place.fake).recipients.update('kadoa_acme', { newName: 'customer' })
  expect(await place.open().reconcile({ ungrantOthers: true })).toEqual([])
  expect(await place.open().publish(deliveryOf(R2))).toMatchObject({ outcome: 'published' })
  await clientOf(place.fake).recipients.update('customer', { newName: 'another' })
  await place.open().deprovision()
  expect([place.fake.recipients.count, place.warnings]).toEqual([0, []])
})

describe('a recipient by token that somebody renamed', () => {
  const RENAMED = /kadoa_acme is called acme_inc .*take no grant from it; .*RENAME TO `kadoa_acme`/
  const recipient = { mode: 'token', servedBy: 'databricks', contact: 'data@acme.example' }

  async function renamed(): Promise<DatabricksPlace> {
    const place = await provisionedPlace({ recipient }, [R1])
    await clientOf(place.fake).recipients.update('kadoa_acme', { newName: 'acme_inc' })
    return place
  }

  const readersOf = async ({ fake }: DatabricksPlace): Promise<string[]> =>
    (await clientOf(fake).shares.permissions('kadoa_acme')).map(({ principal }) => principal)

  test('is no stranger: whatever tells of it says to rename it, and nobody to take its grant', async () => {
    const place = await renamed()
    const { warnings } = await place.open().status()
    expect(warnings).toEqual([expect.stringContaining('is called acme_inc')])
    const failing = (await place.open().verify()).filter(({ ok }) => !ok)
    const drifts = await place.open().reconcile()
    expect([failing.map(({ check }) => check), drifts.map(({ drift }) => drift)]).toEqual([
      ['renamed-recipient'],
      ['renamed-recipient'],
    ])
    for (const refused of [
      place.open().publish(deliveryOf({ ...R1, runId: 'r2', day: 2 })),
      place.open().update(databricksConfig({ recipient, checks: { minRowRatio: 0.9 } })),
      place.open().maintain(),
      place.open().rotate({ isLeaked: true }),
    ]) {
      await expect(refused).rejects.toMatchObject({
        code: 'permission-denied',
        message: expect.stringMatching(RENAMED),
      })
    }
    expect(place.links).toHaveLength(1)
  })

  test('keeps its access where strangers lose theirs', async () => {
    const place = await renamed()
    const { recipients, shares } = clientOf(place.fake)
    await recipients.create({ name: 'mallory', authenticationType: 'TOKEN' })
    await shares.updatePermissions('kadoa_acme', [{ recipient: 'mallory', add: ['SELECT'] }])
    await expect(place.open().publish(deliveryOf({ ...R1, runId: 'r2', day: 2 }))).rejects.toThrow(
      'is granted to mallory too',
    )
    const drifts = await place.open().reconcile({ ungrantOthers: true })
    expect(drifts.map(({ drift, mended }) => [drift, mended])).toEqual([
      ['strangers', true],
      ['renamed-recipient', false],
    ])
    expect(await readersOf(place)).toEqual(['acme_inc'])
    await recipients.update('acme_inc', { newName: 'kadoa_acme' })
    expect(await place.open().reconcile({ ungrantOthers: true })).toEqual([])
    expect(await readersOf(place)).toEqual(['kadoa_acme'])
  })
})

describe.each([
  ['known by its metastore', { mode: 'databricks', sharingIdentifier: METASTORE }],
  ['by token', { mode: 'token', servedBy: 'databricks', contact: 'data@acme.example' }],
])('a recipient %s that we may not look at any more', (_, recipient) => {
  const REMEDY = /a metastore admin runs: GRANT USE RECIPIENT ON METASTORE TO `/
  const readersOf = async ({ fake }: DatabricksPlace): Promise<string[]> =>
    (await clientOf(fake).shares.permissions('kadoa_acme')).map(({ principal }) => principal)

  async function unseen(): Promise<DatabricksPlace> {
    const place = await provisionedPlace({ recipient })
    place.fake.recipients.activate('kadoa_acme')
    await place.open().publish(deliveryOf(R1))
    await clientOf(place.fake).recipients.update('kadoa_acme', { owner: 'somebody' })
    const { privileges, securable } = place.fake.metastore
    privileges.revoke(securable, ['USE_RECIPIENT'])
    return place
  }

  test('is told of with the privilege and who grants it, beside all else, and its grant stays', async () => {
    const place = await unseen()
    const status = await place.open().status()
    expect([status.recipient, status.tables.length]).toEqual([undefined, 7])
    expect(status.warnings).toEqual([
      expect.stringMatching(/no USE RECIPIENT on the metastore: a metastore admin runs: /),
    ])
    const failing = (await place.open().verify()).filter(({ ok }) => !ok)
    expect(failing).toEqual([
      expect.objectContaining({ check: 'privileges', blame: 'kadoa', remedy: expect.stringMatching(REMEDY) }),
    ])
    const drifts = await place.open().reconcile({ ungrantOthers: true })
    expect(drifts).toEqual([expect.objectContaining({ drift: 'privileges', mended: false })])
    expect(await readersOf(place)).toEqual(['kadoa_acme'])
  })

  test('lets nothing be published, and says why; with the privilege all is as it was', async () => {
    const place = await unseen()
    await expect(place.open().publish(deliveryOf(R2))).rejects.toMatchObject({
      code: 'permission-denied',
      message: expect.stringMatching(REMEDY),
    })
    const { privileges, securable } = place.fake.metastore
    privileges.grant(securable, ['USE_RECIPIENT'])
    expect(await place.open().publish(deliveryOf(R2))).toMatchObject({ outcome: 'published' })
    expect((await place.open().verify()).filter(({ ok }) => !ok)).toEqual([])
  })
})

test('a link is not made for a recipient that we may not look at, and the one that was handed over stays good', async () => {
  const recipient = { mode: 'token', servedBy: 'databricks', contact: 'data@acme.example' }
  const place = await provisionedPlace({ recipient })
  await clientOf(place.fake).recipients.update('kadoa_acme', { owner: 'somebody' })
  place.fake.metastore.privileges.revoke(place.fake.metastore.securable, ['USE_RECIPIENT'])
  await expect(place.open().rotate({ isLeaked: true })).rejects.toMatchObject({
    code: 'permission-denied',
    message: expect.stringContaining('GRANT USE RECIPIENT ON METASTORE'),
  })
  expect([(await place.open().status()).delivery, place.links.length]).toEqual(['delivered', 1])
})

test('a share that we may not look at any more is told of once, with the privilege, beside what else is known', async () => {
  const place = await provisionedPlace({}, [R1])
  place.fake.shares.handOver('kadoa_acme', 'somebody')
  const { privileges, securable } = place.fake.metastore
  privileges.revoke(securable, ['USE_SHARE'])
  const told = expect.objectContaining({ message: expect.stringContaining('GRANT USE SHARE ON METASTORE') })
  const status = await place.open().status()
  expect(status.warnings).toEqual([expect.stringContaining('GRANT USE SHARE ON METASTORE')])
  expect(status.recipient).toMatchObject({ name: 'kadoa_acme' })
  expect((await place.open().verify()).filter(({ ok }) => !ok)).toEqual([told])
  expect(await place.open().reconcile()).toEqual([told])
  privileges.grant(securable, ['USE_SHARE'])
  expect((await place.open().verify()).filter(({ ok }) => !ok)).toMatchObject([{ check: 'share-owner' }])
})

test('a share and a recipient that we may not look at any more are both told of, each with its privilege', async () => {
  const place = await provisionedPlace({}, [R1])
  place.fake.shares.handOver('kadoa_acme', 'somebody')
  await clientOf(place.fake).recipients.update('kadoa_acme', { owner: 'somebody' })
  const { privileges, securable } = place.fake.metastore
  privileges.revoke(securable, ['USE_SHARE', 'USE_RECIPIENT'])
  const both = ['GRANT USE SHARE ON METASTORE', 'GRANT USE RECIPIENT ON METASTORE']
  const told = both.map((grant) => expect.stringContaining(grant))
  expect((await place.open().status()).warnings).toEqual(told)
  const failing = (await place.open().verify()).filter(({ ok }) => !ok)
  expect(failing.map(({ message, remedy }) => `${message}; ${remedy}`)).toEqual(told)
})

describe('of what recipients do not see the cause is told, and not what comes of it,', () => {
  test('where the share was handed over to somebody who may not read its tables', async () => {
    const place = await provisionedPlace({}, [R1])
    place.fake.shares.handOver('kadoa_acme', 'somebody')
    expect((await place.open().verify()).filter(({ ok }) => !ok)).toMatchObject([{ check: 'share-owner' }])
    expect(await place.open().reconcile()).toMatchObject([{ drift: 'share-owner', mended: false }])
    await expect(place.open().publish(deliveryOf(R2))).rejects.toThrow(/is owned by somebody.*ALTER SHARE/)
  })

  test.each(['WORKFLOWS', 'WORKFLOW_RUNS', 'WF_SHOP__V1', 'WF_SHOP__LATEST'])('where it is %s alone', async (name) => {
    const place = await provisionedPlace({}, [R1])
    const objects = place.fake.shares.shown().flatMap((share) => share.objects)
    const object = objects.find(({ shared_as }) => shared_as === `kadoa.${name}`)
    place.fake.metastore.privileges.own({ type: 'table', name: String(object?.name) }, 'somebody')
    const failing = (await place.open().verify()).filter(({ ok }) => !ok)
    expect(failing).toMatchObject([{ check: 'hidden-object', remedy: expect.stringContaining('GRANT SELECT') }])
  })
})
