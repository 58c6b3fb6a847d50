import { describe, expect, test } from 'vitest'
import { oauthM2M, type UnityCatalog, unityCatalog } from '../../src/databricks/index.ts'
import { catalogTableName } from '../../src/databricks/table-name.ts'
import { objectStorePlane } from '../../src/manifest/index.ts'
import { prefixStore } from '../../src/store/index.ts'
import { createTable } from '../../src/table/index.ts'
import { clientOf } from '../databricks/client-of.ts'
import { keysOf } from '../keys-of.ts'
import { type DatabricksPlace, databricksConfig, databricksPlace, provisionedPlace } from './databricks-world.ts'
import { runsIn } from './recipient.ts'
import { deliveryOf } from './world.ts'

const R1 = { runId: 'r1', day: 1, rows: 2 }
const R2 = { runId: 'r2', day: 2, rows: 3 }
const CHANGED = { runId: 'r3', day: 3, rows: 2, fields: [{ name: 'sku', dataType: 'STRING' }] }
const DAY = 86_400_000

/** A table of the connector's in Unity Catalog's share that the ledger does not know. */
async function shownBehindTheLedger(place: DatabricksPlace) {
  const share = 'kadoa_acme'
  const ledger = objectStorePlane(prefixStore(place.store, 'databricks'))
  const folder = 'tables/acme/kadoa/WF_SHOP__V9/0'
  const { location } = prefixStore(place.store, folder)
  await createTable(location, { store: prefixStore(place.store, folder), rows: [{ n: 1 }] })
  const { shares, tables } = clientOf(place.fake)
  const name = catalogTableName('WF_SHOP__V9', location)
  await tables.create({ catalog: 'kadoa_prod', schema: share, name, location, columns: [] })
  await shares.update(share, [{ action: 'ADD', table: `kadoa_prod.${share}.${name}`, sharedAs: 'kadoa.WF_SHOP__V9' }])
  return { ledger, share }
}

test('tokens of a service principal that end in mid-run are replaced, and nobody notices', async () => {
  const place = await provisionedPlace()
  const { identity } = place.fake
  let calls = 0
  const catalog = unityCatalog({
    host: place.fake.url,
    credentials: oauthM2M(identity),
    runtime: place.runtime,
    fetch: (input, init) => {
      if (++calls % 11 === 0) identity.expireTokens()
      return place.fake.fetch(input, init)
    },
  })
  place.fake.calls.splice(0)
  for (const run of [R1, R2, CHANGED]) {
    expect(await place.openAs({ catalog }).publish(deliveryOf(run))).toMatchObject({ outcome: 'published' })
  }
  expect(place.fake.calls.filter(({ path }) => path === '/oidc/v1/token').length).toBeGreaterThan(3)
  expect([runsIn(await place.see()), place.warnings]).toEqual([['r1', 'r2', 'r3'], []])
})

/** A workspace that takes a token no more, from the nth request that changes something on; with `isLate`, right after it. */
function ending(
  place: DatabricksPlace,
  at: number,
  isLate = false,
): { readonly catalog: UnityCatalog; changes(): number } {
  let changes = 0
  let hasEnded = false
  const { url: host, token, fetch } = place.fake
  const refusal = { error_code: '', message: 'Invalid access token.' }
  const catalog = unityCatalog({
    host,
    token,
    runtime: place.runtime,
    fetch: async (input, init) => {
      if (init?.method !== 'GET') changes++
      if (hasEnded) return Response.json(refusal, { status: 403 })
      hasEnded = changes >= at
      return hasEnded && !isLate ? Response.json(refusal, { status: 403 }) : fetch(input, init)
    },
  })
  return { catalog, changes: () => changes }
}

test('a token that ends in mid-run is the provider’s to replace: then the same call goes on', async () => {
  for (let at = 1; ; at++) {
    const place = await provisionedPlace({}, [R1])
    const { catalog, changes } = ending(place, at)
    const attempt = place.openAs({ catalog }).publish(deliveryOf(CHANGED))
    const end = await attempt.then(
      () => 'published',
      (error: unknown) => error,
    )
    if (changes() < at) {
      expect([end, at]).toEqual(['published', 5])
      break
    }
    // What is left at the end is no more than a table that is registered and not shown.
    if (end === 'published') expect(place.warnings.join()).toContain('are still registered')
    else expect(end).toMatchObject({ code: 'unauthenticated', details: { blame: 'kadoa' } })
    await place.open().publish(deliveryOf(CHANGED))
    expect(runsIn(await place.see())).toEqual(['r1', 'r3'])
    expect((await place.open().verify()).filter(({ ok }) => !ok)).toEqual([])
    expect(await place.open().reconcile()).toEqual([])
  }
})

test('a token that ends in mid-run leaves nothing in sight that verify does not tell of and reconcile does not settle', async () => {
  const told = new Set<string>()
  for (let at = 1; at < 5; at++) {
    const place = await provisionedPlace({}, [R1])
    const { catalog } = ending(place, at, true)
    await place
      .openAs({ catalog })
      .publish(deliveryOf(CHANGED))
      .catch(() => {})
    const strange = (await place.open().verify()).filter(({ ok, check }) => !ok && check === 'unpublished')
    for (const { message } of strange) told.add(message)
    const drifts = await place.open().reconcile()
    expect(drifts.filter(({ mended }) => !mended)).toEqual([])
    expect(drifts.filter(({ drift }) => drift === 'unpublished')).toHaveLength(strange.length)
    // The run is in its journal: it is the right one to show.
    expect(runsIn(await place.see())).toEqual(['r1', 'r3'])
    expect((await place.open().verify()).filter(({ ok }) => !ok)).toEqual([])
    expect(await place.open().reconcile()).toEqual([])
  }
  expect([...told].sort()).toEqual([
    expect.stringMatching(/see kadoa\.WF_SHOP__LATEST as .* never published/),
    expect.stringMatching(/see kadoa\.WF_SHOP__V2 as .* never published/),
  ])
})

test('a table that nobody published and no run waits for is taken out of the share by reconcile, and by nothing less', async () => {
  const place = await provisionedPlace({}, [R1])
  const { ledger, share } = await shownBehindTheLedger(place)
  expect(await place.open().reconcile({ dryRun: true })).toMatchObject([{ drift: 'unpublished', mended: false }])
  expect(Object.keys(await place.see())).toContain('WF_SHOP__V9')
  expect(await place.open().reconcile()).toMatchObject([{ drift: 'unpublished', mended: true }])
  expect(Object.keys(await place.see())).not.toContain('WF_SHOP__V9')
  expect((await ledger.loadShare(share)).tables.map(({ name }) => name)).not.toContain('WF_SHOP__V9')
  expect(await place.open().reconcile()).toEqual([])
})

test('two connectors for one metastore share its recipient there: one ends, and the other goes on', async () => {
  const place = databricksPlace()
  for (const id of ['acme', 'bolt']) {
    await place.openAs({ id }).provision(databricksConfig({ connectorId: id }))
    await place.openAs({ id }).publish(deliveryOf(R1))
  }
  expect(place.warnings).toEqual([expect.stringContaining('recipient kadoa_acme already')])
  expect(place.fake.recipients.count).toBe(1)
  await place.openAs({ id: 'acme' }).deprovision({ purge: true })
  const left = place.openAs({ id: 'bolt' })
  expect(await left.publish(deliveryOf(R2))).toMatchObject({ outcome: 'published' })
  expect((await left.verify()).filter(({ ok }) => !ok)).toEqual([])
  expect((await left.status()).warnings).toEqual([])
  await left.deprovision()
  expect([place.fake.recipients.count, place.fake.shares.shown()]).toEqual([0, []])
})

test('a link of Databricks is in no object, event, warning or error, and it is known when it was opened', async () => {
  const place = databricksPlace()
  const recipient = { mode: 'token', contact: 'ann', servedBy: 'databricks', lifetimeDays: 365 }
  await place.open().provision(databricksConfig({ recipient }))
  expect((await place.open().status()).recipient).toMatchObject({ status: 'pending' })
  expect((await place.open().rotate()).expiresAt).toBe(new Date(place.runtime.now() + 365 * DAY).toISOString())
  place.fake.recipients.activate('kadoa_acme')
  expect((await place.open().status()).recipient).toMatchObject({ status: 'active' })
  await place.open().rotate({ overlap: DAY })
  const refused = await place
    .open()
    .rotate({ overlap: DAY })
    .catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'conflict' })
  expect(await place.open().status()).toMatchObject({
    delivery: 'delivered',
    warnings: [expect.stringContaining('have the link opened that was handed over')],
  })
  expect(place.links).toHaveLength(3)
  const said = [JSON.stringify([place.events, place.warnings]), String(refused)]
  for (const key of await keysOf(place.store)) said.push(new TextDecoder().decode((await place.store.get(key)).body))
  for (const { activationCode } of place.links) {
    expect(activationCode.length).toBeGreaterThan(20)
    expect(said.filter((text) => text.includes(activationCode))).toEqual([])
  }
})

describe('a process that dies at any request by which it provisions', () => {
  /** A workspace that answers no more, from after the nth request that changes something on. */
  function dying(place: DatabricksPlace, at: number): { readonly catalog: UnityCatalog; isDead(): boolean } {
    const { url: host, token, fetch } = place.fake
    let changes = 0
    const catalog = unityCatalog({
      host,
      token,
      runtime: place.runtime,
      fetch: async (input, init) => {
        if (changes >= at) throw new TypeError('this process is dead')
        const answer = await fetch(input, init)
        if (/^(POST|PATCH|DELETE)$/.test(init?.method ?? '') && !String(input).includes('validate-')) changes++
        return answer
      },
    })
    return { catalog, isDead: () => changes >= at }
  }

  async function dead(at: number): Promise<{ readonly place: DatabricksPlace; readonly isDead: boolean }> {
    const place = databricksPlace()
    const { catalog, isDead } = dying(place, at)
    await place
      .openAs({ catalog })
      .provision(databricksConfig())
      .catch(() => {})
    return { place, isDead: isDead() }
  }

  test('is followed by one that goes on', async () => {
    for (let at = 1; at < 5; at++) {
      const { place, isDead } = await dead(at)
      expect(isDead).toBe(true)
      await place.open().provision(databricksConfig())
      expect((await place.open().verify()).filter(({ ok }) => !ok)).toEqual([])
      expect([place.fake.recipients.count, place.fake.shares.readersOf('kadoa_acme')]).toEqual([1, ['kadoa_acme']])
    }
    expect((await dead(5)).isDead).toBe(false)
  })

  test('is followed by one that ends it, and leaves nothing', async () => {
    for (let at = 1; at < 5; at++) {
      const { place } = await dead(at)
      await place.open().deprovision({ purge: true })
      const { recipients, shares, namespaces } = place.fake
      expect([recipients.count, shares.shown(), namespaces.schemas]).toEqual([0, [], []])
    }
  })
})
