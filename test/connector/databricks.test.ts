import { describe, expect, test } from 'vitest'
import { clientOf } from '../databricks/client-of.ts'
import { refusing } from '../fakes/unity-catalog/index.ts'
import { keysOf } from '../keys-of.ts'
import {
  type DatabricksPlace,
  databricksConfig,
  databricksPlace,
  METASTORE,
  provisionedPlace,
} from './databricks-world.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf } from './world.ts'

const R1 = {
  runId: 'r1',
  day: 1,
  rows: [
    { sku: 'secret-sku', title: 'a', price: 1 },
    { sku: 'b', title: 'b', price: 2 },
  ],
}
const R2 = { runId: 'r2', day: 2, rows: 3 }
const CHANGED = { runId: 'r3', day: 3, rows: 2, fields: [{ name: 'sku', dataType: 'STRING' }] }
const SHARE = 'kadoa_acme'

describe('a connector whose recipient is on Databricks', () => {
  test('is provisioned without a link: its recipient has the share at once', async () => {
    const place = databricksPlace()
    const record = await place.open().provision(databricksConfig())
    expect(record).toMatchObject({ phase: 'verified-empty', delivery: 'delivered', recipient: SHARE })
    expect(await place.open().provision(databricksConfig())).toEqual(record)
    expect(place.events.map(({ eventType }) => eventType)).toEqual([
      'connector_recipient_created',
      'connector_grant_added',
      'connector_activation_delivered',
    ])
    expect(await place.see()).toEqual({})
    const { recipient, warnings } = await place.open().status()
    expect(recipient).toMatchObject({ name: SHARE, status: 'active', sharingIdentifier: METASTORE })
    expect(warnings).toEqual([])
    expect((await place.open().verify()).filter(({ ok }) => !ok)).toEqual([])
  })

  test('is not begun on a workspace that is not ready, and says all that is wanting', async () => {
    const place = databricksPlace()
    place.fake.metastore.externalAccessEnabled = false
    await expect(place.open().provision(databricksConfig())).rejects.toMatchObject({
      code: 'permission-denied',
      details: { problems: [{ check: 'external-access', action: 'block' }] },
    })
    expect((await keysOf(place.store)).filter((key) => !key.endsWith('lease.json'))).toEqual([])
    expect(place.fake.shares.shown()).toEqual([])
    place.fake.metastore.externalAccessEnabled = true
    expect(await place.open().provision(databricksConfig())).toMatchObject({ delivery: 'delivered' })
  })

  test('is told to be provisioned to its end where that died, and of no link', async () => {
    const place = databricksPlace()
    place.fake.troubles.on(/^PATCH shares\/kadoa_acme\/permissions/, refusing(401, 'UNAUTHENTICATED', 'it has ended'))
    await expect(place.open().provision(databricksConfig())).rejects.toMatchObject({ code: 'unauthenticated' })
    const { delivery, warnings } = await place.open().status()
    expect(delivery).toBeUndefined()
    expect(warnings).toEqual(['it is not set up to its end: provision it again'])
    const faults = (await place.open().verify()).filter(({ ok }) => !ok)
    expect(faults.map(({ check }) => check)).toContain('provisioning')
    await place.open().provision(databricksConfig())
    expect((await place.open().verify()).filter(({ ok }) => !ok)).toEqual([])
  })

  test('whose share somebody renamed says how it gets its name back, and of no grant that is missing', async () => {
    const place = await provisionedPlace({}, [R1])
    const rename = (from: string, to: string) =>
      place.fake.fetch(`${place.fake.url}/api/2.1/unity-catalog/shares/${from}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${place.fake.token}` },
        body: JSON.stringify({ new_name: to }),
      })
    await rename(SHARE, 'theirs')
    const faults = (await place.open().verify()).filter(({ ok }) => !ok)
    expect(faults.map(({ check }) => check)).toEqual(['share', 'renamed-share'])
    await expect(place.open().publish(deliveryOf(R2))).rejects.toMatchObject({
      message: expect.stringContaining(`ALTER SHARE \`theirs\` RENAME TO \`${SHARE}\``),
      details: { blame: 'kadoa' },
    })
    await rename('theirs', SHARE)
    await place.open().publish(deliveryOf(R2))
    expect((await place.open().verify()).filter(({ ok }) => !ok)).toEqual([])
  })

  test('has no token to rotate', async () => {
    const place = await provisionedPlace()
    await expect(place.open().rotate()).rejects.toMatchObject({
      code: 'unsupported',
      details: { feature: 'databricks' },
    })
  })

  test('hands off how to mount the share, and nothing of a token', async () => {
    const place = await provisionedPlace({}, [R1])
    const handoff = await place.open().handoff()
    expect(handoff).toContain('SHOW SHARES IN PROVIDER kadoa;')
    expect(handoff).toContain(`CREATE CATALOG IF NOT EXISTS ${SHARE} USING SHARE kadoa.${SHARE};`)
    expect(handoff).toContain(METASTORE)
    expect(handoff).not.toMatch(/token in|profile file|pandas/)
  })

  test('publishes, changes columns, takes back, erases, is updated and ends, each time whole', async () => {
    const place = await provisionedPlace()
    const handle = place.open()
    await handle.publish(deliveryOf(R1))
    const first = place.locationOf('WF_SHOP__LATEST')
    await handle.publish(deliveryOf(R2))
    expectWholeGeneration(await place.see())
    expect(runsIn(await place.see())).toEqual(['r1', 'r2'])
    await handle.publish(deliveryOf(CHANGED))
    expectWholeGeneration(await place.see())
    expect(place.locationOf('WF_SHOP__LATEST')).toBe(first?.replace(/0$/, '1'))
    expect((await handle.verify()).filter(({ ok }) => !ok)).toEqual([])
    expect(await handle.reconcile()).toEqual([])

    await handle.retract({ workflowId: 'shop', runId: 'r3' })
    expectWholeGeneration(await place.see())
    expect(runsIn(await place.see())).toEqual(['r1', 'r2'])

    expect((await handle.erase({ workflowId: 'shop', keys: [{ sku: 'secret-sku' }] })).proof).toMatchObject({
      isProven: true,
      traces: [],
    })
    expect((await place.see()).WF_SHOP__V1).toHaveLength(4)
    expect(await handle.reconcile()).toEqual([])

    const { removed } = await handle.update(databricksConfig({ workflows: ['news'] }))
    expect(removed).toContain('WF_SHOP__LATEST')
    expect(Object.keys(await place.see())).not.toContain('WF_SHOP__V1')
    await handle.update(databricksConfig())
    expect((await place.see()).WF_SHOP__LATEST).toHaveLength(3)
    await handle.maintain()
    expect((await handle.verify()).filter(({ ok }) => !ok)).toEqual([])

    expect(await handle.deprovision({ purge: true })).toMatchObject({ phase: 'ended' })
    expect(place.fake.shares.shown()).toEqual([])
    expect((await keysOf(place.store)).filter((key) => key.startsWith('tables/'))).toEqual([])
  })

  test('commits nothing of a run while its share shows a table to nobody', async () => {
    const place = await provisionedPlace({}, [R1])
    const before = await keysOf(place.store)
    const table = place.fake.shares
      .shown()
      .flatMap(({ objects }) => objects)
      .find(({ shared_as }) => /latest/i.test(shared_as))
    place.fake.metastore.privileges.own({ type: 'table', name: String(table?.name) }, 'somebody')
    await expect(place.open().publish(deliveryOf(R2))).rejects.toMatchObject({ code: 'invalid-data' })
    const added = (await keysOf(place.store)).filter((key) => key.startsWith('tables/') && !before.includes(key))
    expect(added).toEqual([])
  })

  test('commits nothing of a run whose table needs a privilege that was lost, and looks only where a table is new', async () => {
    const place = await provisionedPlace({}, [R1])
    const looks = () => {
      const calls = place.fake.calls.splice(0).map(({ path }) => path)
      return calls.filter((path) => path.startsWith('effective-permissions')).length
    }
    looks()
    await place.open().publish(deliveryOf(R2))
    expect(looks()).toBe(0)
    const on = { type: 'catalog', name: 'kadoa_prod' } as const
    const { privileges } = place.fake.metastore
    privileges.revoke(on, ['EXTERNAL_USE_SCHEMA'])
    const before = await keysOf(place.store)
    const refused = place.open().publish(deliveryOf(CHANGED))
    await expect(refused).rejects.toMatchObject({ code: 'permission-denied', details: { blame: 'kadoa' } })
    await expect(refused).rejects.toThrow(
      /workflow shop cannot be published: .* runs: GRANT EXTERNAL USE SCHEMA ON SCHEMA/,
    )
    const tables = (keys: readonly string[]) => keys.filter((key) => key.startsWith('tables/'))
    expect(tables(await keysOf(place.store))).toEqual(tables(before))
    privileges.grant(on, ['EXTERNAL_USE_SCHEMA'])
    looks()
    await place.open().publish(deliveryOf(CHANGED))
    // Before its rows are committed, and before what the metadata says of them.
    expect(looks()).toBe(2 * 3)
    expectWholeGeneration(await place.see())
  })

  test('says of tables that are hidden that they are, and by whose move recipients see them again', async () => {
    const place = await provisionedPlace({}, [R1])
    const objects = place.fake.shares.shown().flatMap((share) => share.objects)
    for (const { name } of objects) place.fake.metastore.privileges.own({ type: 'table', name }, 'somebody')
    const message = await place.open().publish(deliveryOf(R2)).catch(String)
    expect(message).toContain('recipients of share kadoa_acme do not see WORKFLOWS')
    expect(message).toMatch(/its status is PERMISSION_DENIED; .*GRANT SELECT ON TABLE /)
    expect(message).not.toContain('took')
  })

  test('says that somebody took tables out of its share, whatever else is wanting in the workspace', async () => {
    const place = await provisionedPlace({}, [R1])
    const { shares } = clientOf(place.fake)
    const { objects } = await shares.get(SHARE)
    const told = objects.filter(({ sharedAs = '' }) => /WORKFLOWS$/i.test(sharedAs))
    await shares.update(
      SHARE,
      told.map(({ name }) => ({ action: 'REMOVE', table: name })),
    )
    place.fake.metastore.privileges.revoke(place.fake.metastore.securable, ['CREATE_RECIPIENT'])
    const [hidden] = place.fake.shares.shown().flatMap((share) => share.objects)
    place.fake.metastore.privileges.own({ type: 'table', name: String(hidden?.name) }, 'somebody')
    const message = await place.open().publish(deliveryOf(R2)).catch(String)
    expect(message).toContain('do not see WORKFLOWS any more: somebody took them out of it; reconcile the connector')
    expect(message).not.toMatch(/CREATE RECIPIENT|GRANT|more findings/)
  })

  test('says in its status who reads its share and should not, and publishes nothing then', async () => {
    const place = await provisionedPlace({}, [R1])
    const { recipients, shares } = clientOf(place.fake)
    const sharingIdentifier = METASTORE.replace('19a8', '29a8')
    await recipients.create({ name: 'rival', authenticationType: 'DATABRICKS', sharingIdentifier })
    await shares.updatePermissions(SHARE, [{ recipient: 'rival', add: ['SELECT'] }])
    expect((await place.open().status()).warnings.join()).toContain(`share ${SHARE} is granted to rival too`)
    const before = await place.see()
    await expect(place.open().publish(deliveryOf(R2))).rejects.toMatchObject({ code: 'permission-denied' })
    expect(await place.see()).toEqual(before)
    expect(await place.open().reconcile({ ungrantOthers: true })).toMatchObject([{ drift: 'strangers', mended: true }])
    await place.open().publish(deliveryOf(R2))
    expect(runsIn(await place.see())).toEqual(['r1', 'r2'])
  })

  test('can be ended when somebody dropped its share in Databricks, and leaves nothing there', async () => {
    const place = await provisionedPlace({}, [R1])
    await clientOf(place.fake).shares.delete(SHARE)
    expect((await place.open().status()).warnings.join()).toContain(`share ${SHARE} is not there`)
    await expect(place.open().publish(deliveryOf(R2))).rejects.toMatchObject({ details: { blame: 'kadoa' } })
    expect(await place.open().deprovision({ purge: true })).toMatchObject({ phase: 'ended' })
    expect(place.warnings).toEqual([])
    expect(place.fake.recipients.count).toBe(0)
    expect(place.fake.namespaces.schemas).toEqual([])
    expect(place.fake.tables.inSchema(`kadoa_prod.${SHARE}`)).toEqual([])
    expect((await keysOf(place.store)).filter((key) => key.startsWith('databricks/'))).toEqual([])
  })

  test('shows each table again with the history that it should have, whatever somebody said in Databricks', async () => {
    const place = await provisionedPlace({}, [R1, R2])
    const { shares } = clientOf(place.fake)
    const historyOf = async () => new Map((await shares.get(SHARE)).objects.map((each) => [each.name, each.history]))
    const before = await historyOf()
    const changed = [...before].filter(([name]) => /wf_shop/.test(name))
    expect(changed.map(([, history]) => history).sort()).toEqual([false, true])
    await shares.update(
      SHARE,
      changed.map(([table, history]) => ({ action: 'UPDATE', table, history: !history })),
    )
    const told = (await place.open().verify()).filter(({ ok }) => !ok)
    expect(told.map(({ check, message }) => [check, message])).toEqual([
      ['history', 'WF_SHOP__V1 is shown without its history, expected with'],
      ['history', 'WF_SHOP__LATEST is shown with its history, expected without'],
    ])
    const found = await place.open().reconcile()
    expect(found.map(({ drift, mended }) => [drift, mended])).toEqual([
      ['history', true],
      ['history', true],
    ])
    expect(await historyOf()).toEqual(before)
    expect(await place.open().reconcile()).toEqual([])
  })

  test.each([
    ['some of its partitions only', 'latest', { partitions: [{ values: [{ name: 'sku', op: 'EQUAL', value: 'a' }] }] }],
    ['its change feed', 'latest', { cdf_enabled: true }],
  ])('shows a table again as it was published that somebody showed by %s', async (said, table, change) => {
    const place = await provisionedPlace({}, [R1, R2])
    const { name, as: before } = await shownIn(place, new RegExp(table))
    await place.fake.fetch(`${place.fake.url}/api/2.1/unity-catalog/shares/${SHARE}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${place.fake.token}` },
      body: JSON.stringify({ updates: [{ action: 'UPDATE', data_object: { name, ...change } }] }),
    })
    const told = (await place.open().verify()).filter(({ ok }) => !ok)
    expect(told).toMatchObject([
      { check: 'unpublished', message: expect.stringContaining(said), remedy: expect.stringContaining('reconcile') },
    ])
    expect(await place.open().reconcile()).toMatchObject([{ drift: 'unpublished', mended: true }])
    expect((await shownIn(place, new RegExp(table))).as).toEqual(before)
    expect((await place.open().verify()).filter(({ ok }) => !ok)).toEqual([])
  })
})

/** The first object of the share whose name is like this, and how recipients see it. */
async function shownIn(place: DatabricksPlace, like: RegExp) {
  const { objects } = await clientOf(place.fake).shares.get(SHARE)
  const found = objects.find(({ name }) => like.test(name))
  return { name: found?.name ?? '', as: [found?.sharedAs, found?.history, found?.changeFeed, found?.isPartial] }
}
