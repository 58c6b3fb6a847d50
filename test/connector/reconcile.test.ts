import { describe, expect, test } from 'vitest'
import { type Drift, parseConnectorConfig } from '../../src/connector/index.ts'
import {
  addTable,
  createRecipient,
  grantShare,
  loadShare,
  publish,
  recipientsOf,
  removeTable,
  setTable,
  ungrantShare,
} from '../../src/manifest/index.ts'
import { prefixStore } from '../../src/store/index.ts'
import { openTable } from '../../src/table/index.ts'
import { collect } from '../collect.ts'
import { keysOf } from '../keys-of.ts'
import { killedAfter, killedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

const SHARE = 'kadoa_acme'
const V1 = 'tables/acme/kadoa/WF_SHOP__V1/0'
const R1 = { runId: 'r1', day: 1 }
const R2 = { runId: 'r2', day: 2 }
const entry = (name: string) => ({ share: SHARE, schema: 'kadoa', name })
const kinds = (drifts: readonly Drift[]): string[] => drifts.map(({ drift, mended }) => `${drift}: ${mended}`)

/** Two runs of a workflow are published. */
async function published(): Promise<World> {
  const world = await provisioned()
  await world.open().publish(deliveryOf(R1))
  await world.open().publish(deliveryOf(R2))
  return world
}

/** Plants a drift, sees that a dry run changes nothing, that it is mended once, and that the share is as it was. */
async function expectMended(world: World, plant: () => Promise<unknown>, drift: string): Promise<void> {
  const before = await world.see()
  await plant()
  expect(kinds(await world.open().reconcile({ dryRun: true }))).toEqual([`${drift}: false`])
  expect(kinds(await world.open().reconcile())).toEqual([`${drift}: true`])
  expect(await world.open().reconcile()).toEqual([])
  expect(await world.see()).toEqual(before)
}

async function rewrite(world: World, key: string, change: (record: Record<string, unknown>) => object): Promise<void> {
  const { body } = await world.store.get(key)
  const changed = change(JSON.parse(new TextDecoder().decode(body)))
  await world.store.put(key, new TextEncoder().encode(JSON.stringify(changed)), { mode: 'overwrite' })
}

test('where all is as it should be, nothing is found', async () => {
  const world = await published()
  const keys = await keysOf(world.store)
  expect(await world.open().reconcile()).toEqual([])
  expect(await keysOf(world.store)).toEqual(keys)
})

test('runs that were taken back, and workflows that left the share, are as they should be', async () => {
  const world = await published()
  await world.open().publish(deliveryOf({ workflowId: 'news', runId: 'n1', day: 3 }))
  await world.open().retract({ workflowId: 'shop', runId: 'r2' })
  expect(await world.open().reconcile()).toEqual([])
  await world.open().retract({ workflowId: 'shop', runId: 'r1' })
  expect(await world.open().reconcile()).toEqual([])
  const recipient = { mode: 'token', contact: 'data@acme.example' }
  const { config } = parseConnectorConfig({ connectorId: 'acme', teamId: 'team-1', recipient, workflows: ['shop'] })
  await world.open().update(config)
  expect(await world.open().reconcile()).toEqual([])
})

test('a grant that is gone is given again', async () => {
  const world = await published()
  await ungrantShare(world.store, { recipient: SHARE, share: SHARE })
  expect(kinds(await world.open().reconcile({ dryRun: true }))).toEqual(['grant: false'])
  expect(kinds(await world.open().reconcile())).toEqual(['grant: true'])
  expect(runsIn(await world.see())).toEqual(['r1', 'r2'])
})

test('a grant to somebody else is told of, and taken back where that is asked for', async () => {
  const world = await published()
  await createRecipient(world.store, { name: 'mallory' })
  await grantShare(world.store, { recipient: 'mallory', share: SHARE })
  expect(kinds(await world.open().reconcile())).toEqual(['strangers: false'])
  expect(await recipientsOf(world.store, SHARE)).toEqual([SHARE, 'mallory'])
  expect(kinds(await world.open().reconcile({ ungrantOthers: true }))).toEqual(['strangers: true'])
  expect(await recipientsOf(world.store, SHARE)).toEqual([SHARE])
})

test.each<[string, string, (world: World) => Promise<unknown>]>([
  [
    'a table of runs that shows an older version',
    'pin',
    ({ store }) => setTable(store, { ...entry('WF_SHOP__V1'), version: 1 }),
  ],
  [
    'a table of runs that follows the newest',
    'pin',
    ({ store }) => setTable(store, { ...entry('WF_SHOP__V1'), version: 'latest' }),
  ],
  [
    'a table of runs that is gone from the share',
    'missing-table',
    ({ store }) => removeTable(store, entry('WF_SHOP__V1')),
  ],
  [
    'a latest table at an older version',
    'pin',
    ({ store }) => setTable(store, { ...entry('WF_SHOP__LATEST'), version: 0 }),
  ],
  [
    'a latest table that is gone from the share',
    'missing-table',
    ({ store }) => removeTable(store, entry('WF_SHOP__LATEST')),
  ],
  [
    'a history that is not shared',
    'history',
    ({ store }) => setTable(store, { ...entry('WF_SHOP__V1'), history: false }),
  ],
  [
    'a history that should not be shared',
    'history',
    ({ store }) => setTable(store, { ...entry('WORKFLOWS'), history: true }),
  ],
  [
    'a table of somebody else',
    'strange-table',
    ({ store }) => addTable(store, { ...entry('CARS'), location: `${store.location}/cars`, version: 0 }),
  ],
  [
    'a phase behind the truth',
    'phase',
    (world) => rewrite(world, 'connectors/acme/connector.json', (record) => ({ ...record, phase: 'verified-empty' })),
  ],
])('%s is mended', async (_, drift, plant) => {
  const world = await published()
  await expectMended(world, () => plant(world), drift)
})

test('a mark of a run that is shown is taken away', async () => {
  const world = await published()
  await world.store.put('connectors/acme/pending/SHOP/r1', new Uint8Array(), { mode: 'overwrite' })
  expect(kinds(await world.open().reconcile())).toEqual(['mark: true'])
  expect(await keysOf(world.store, 'connectors/acme/pending/')).toEqual([])
})

test('rows that somebody else put behind what is shown are told of, and nothing is taken back', async () => {
  const world = await published()
  const before = await world.see()
  const inner = prefixStore(world.store, V1)
  const table = await openTable(inner.location, { store: inner })
  const [row] = await collect(table.read({ limit: 1 }))
  await table.append([{ ...row, KADOA_RUN_ID: 'forged' }])
  expect(await world.open().reconcile()).toMatchObject([
    { drift: 'strange-commit', mended: false, remedy: expect.stringMatching(/table restore .*--version 2$/) },
  ])
  expect(await world.see()).toEqual(before)
})

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

test.each([
  ['a run that is staged', /^put connectors\/acme\/pending/, ['staged-run: true', 'waiting-runs: true']],
  ['a run that is committed', /^put connectors\/acme\/lease/, ['waiting-runs: true']],
  ['a publication', /^put sharing\/shares\//, ['waiting-runs: true']],
])('what a process that died left of %s is taken to its end', async (_, diesAt, expected) => {
  const world = await published()
  const store = killedStore(world.store, (request) => !diesAt.test(request))
  const events = [{ title: 'CREATED', dateTime: '2026-01-01T00:00:00Z' }]
  await expect(world.open(store).publish(deliveryOf({ runId: 'r3', day: 3, events }))).rejects.toThrow('killed')
  const waitsForEvents = !String(diesAt).includes('pending')
  const drifts = kinds(await world.open().reconcile())
  expect(drifts).toEqual([...expected, ...(waitsForEvents ? ['waiting-events: true'] : [])])
  expect(await world.open().reconcile()).toEqual([])
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r1', 'r2', 'r3'])
  expect(seen.ACTIVITY_LOG).toHaveLength(waitsForEvents ? 1 : 0)
  expect(await keysOf(world.store, 'connectors/acme/staging/')).toEqual([])
})

test('a run that is committed and that nothing marks is found and shown', async () => {
  const world = await published()
  const store = killedStore(world.store, (request) => !request.startsWith('put connectors/acme/lease'))
  await expect(world.open(store).publish(deliveryOf({ runId: 'r3', day: 3 }))).rejects.toThrow('killed')
  await world.store.delete(['connectors/acme/pending/SHOP/r3'])
  expect(kinds(await world.open().reconcile())).toEqual(['unmarked-run: true', 'waiting-runs: true'])
  expect(runsIn(await world.see())).toEqual(['r1', 'r2', 'r3'])
})

test('rows of which no journal knows are told of', async () => {
  const world = await published()
  const store = killedStore(world.store, (request) => !request.startsWith('put connectors/acme/lease'))
  await expect(world.open(store).publish(deliveryOf({ runId: 'r3', day: 3 }))).rejects.toThrow('killed')
  await world.store.delete(['connectors/acme/journal/SHOP/r3.json'])
  expect(kinds(await world.open().reconcile())).toEqual(['unknown-run: false', 'orphan-mark: false'])
})

test('staged files that nobody goes on with are deleted after a day, and not before', async () => {
  const world = await published()
  const store = killedStore(world.store, (request) => !request.startsWith('put connectors/acme/workflows/'))
  await expect(world.open(store).publish(deliveryOf({ runId: 'r3', day: 3 }))).rejects.toThrow('killed')
  expect(await keysOf(world.store, 'connectors/acme/staging/')).toHaveLength(1)
  expect(await world.open().reconcile()).toEqual([])
  await world.runtime.sleep(25 * 3_600_000)
  expect(kinds(await world.open().reconcile())).toEqual(['unstaged-run: false', 'staged-files: true'])
  expect(await keysOf(world.store, 'connectors/acme/staging/')).toEqual([])
})

test('a share that was made anew is told of, and not touched', async () => {
  const world = await published()
  await rewrite(world, `sharing/shares/${SHARE}.json`, (share) => ({
    ...share,
    id: '00000000-0000-4000-8000-000000000000',
    tables: [],
  }))
  const drifts = await world.open().reconcile()
  expect(drifts).toContainEqual(expect.objectContaining({ drift: 'share', mended: false }))
  expect((await loadShare(world.store, SHARE)).tables).toEqual([])
})

test('wherever a reconciliation is killed, the share is whole, and the next one ends it', async () => {
  const prepared = await published()
  const dying = killedStore(prepared.store, (request) => !request.startsWith('put connectors/acme/pending'))
  await expect(prepared.open(dying).publish(deliveryOf({ runId: 'r3', day: 3 }))).rejects.toThrow('killed')
  const share = await loadShare(prepared.store, SHARE)
  const strange = { schema: 'kadoa', name: 'CARS', location: `${prepared.store.location}/cars`, version: 0 }
  await publish(prepared.store, { share, tables: [strange] })
  const whole = await prepared.copy()
  const counted = killedAfter(whole.store, Number.POSITIVE_INFINITY)
  expect(kinds(await whole.open(counted).reconcile())).toEqual([
    'strange-table: true',
    'staged-run: true',
    'waiting-runs: true',
  ])
  const all = counted.requests.length
  for (let requests = 1; requests < all; requests += 19) {
    const world = await prepared.copy()
    await expect(world.open(killedAfter(world.store, requests, requests % 2 === 0)).reconcile()).rejects.toThrow()
    for (const drift of await world.open().reconcile()) expect(drift).toMatchObject({ mended: true })
    expect(await world.open().reconcile(), `killed after request ${requests}`).toEqual([])
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['r1', 'r2', 'r3'])
  }
}, 60_000)

test('a record of a workflow that is damaged is told of, and all else is mended', async () => {
  const world = await published()
  await world.open().publish(deliveryOf({ workflowId: 'jobs', runId: 'j1', day: 1 }))
  const before = await world.see()
  const key = 'connectors/acme/workflows/SHOP.json'
  const { body } = await world.store.get(key)
  await world.store.put(key, new TextEncoder().encode('{"connectorVersion":'), { mode: 'overwrite' })
  await removeTable(world.store, entry('WF_JOBS__V1'))
  const found = await world.open().reconcile()
  expect(kinds(found).sort()).toEqual(['missing-table: true', 'unreadable-workflow: false'])
  expect(found.at(-1)?.message).toContain(key)
  expect(await world.see()).toEqual(before)
  await world.store.put(key, body, { mode: 'overwrite' })
  expect(await world.open().reconcile()).toEqual([])
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

test('a table whose log is damaged is told of, and the others are mended', async () => {
  const world = await published()
  await world.open().publish(deliveryOf({ workflowId: 'jobs', runId: 'j1', day: 1 }))
  for (const key of await keysOf(world.store, `${V1}/_delta_log/`)) {
    await world.store.put(key, new TextEncoder().encode('{'), { mode: 'overwrite' })
  }
  await removeTable(world.store, entry('WF_JOBS__V1'))
  const found = await world.open().reconcile()
  expect(kinds(found).sort()).toEqual(['missing-table: true', 'unreadable-table: false'])
  expect(found.find(({ drift }) => drift === 'unreadable-table')?.message).toMatch(/^WF_SHOP__V1 cannot be looked at/)
})
