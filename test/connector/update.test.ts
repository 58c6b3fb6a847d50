import { describe, expect, test } from 'vitest'
import { findTable, loadShare, showRecipient } from '../../src/manifest/index.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { keysOf } from '../keys-of.ts'
import { configOf } from './killed-connector.ts'
import { killedAfter, killedStore, sleepingStore } from './killed-store.ts'
import { type Lived, lived as livedAnew } from './lifecycle.ts'
import { madeOnce } from './made-once.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, type Given, provisioned } from './world.ts'

const SHOP = { runId: 's1', day: 1 }
const NEWS = { runId: 'n1', day: 2, workflowId: 'news' }
const BOTH = [SHOP, NEWS]
const EVENTS = 'connectors/acme/events/'
const ONLY_SHOP = { workflows: ['shop'] }

const lived = madeOnce(livedAnew)

const tablesOf = async (world: Lived): Promise<string[]> => Object.keys(await world.see())

describe('a workflow that is not selected any more', () => {
  test('leaves the share with its tables, and the metadata says so', async () => {
    const world = await lived({}, BOTH)
    const { removed } = await world.open().update(configOf(ONLY_SHOP))
    expect([...removed].sort()).toEqual(['WF_NEWS__LATEST', 'WF_NEWS__V1'])
    const seen = await world.see()
    expect(Object.keys(seen)).not.toContain('WF_NEWS__V1')
    const news = { WORKFLOW_ID: 'news', IS_DELETED: true, LATEST_TABLE: null }
    expect(seen.WORKFLOWS).toContainEqual(expect.objectContaining(news))
    const version = { WORKFLOW_ID: 'news', STATUS: 'RETIRED' }
    expect(seen.WORKFLOW_SCHEMA_VERSIONS).toContainEqual(expect.objectContaining(version))
  })

  test('leaves the share though another is selected whose tables would have its names', async () => {
    const world = await lived({ workflows: ['shop', 'news'] }, BOTH)
    const { removed } = await world.open().update(configOf({ workflows: ['SHOP', 'news'] }))
    expect([...removed].sort()).toEqual(['WF_SHOP__LATEST', 'WF_SHOP__V1'])
    const seen = await world.see()
    expect(Object.keys(seen)).not.toContain('WF_SHOP__V1')
    expect(seen.WORKFLOWS).toContainEqual(expect.objectContaining({ WORKFLOW_ID: 'shop', IS_DELETED: true }))
    expect((await world.open().verify()).filter(({ ok }) => !ok)).toEqual([])
  })

  test('takes no runs, and leaves the others as they are', async () => {
    const world = await lived({}, BOTH)
    await world.open().update(configOf(ONLY_SHOP))
    const late = world.open().publish(deliveryOf({ ...NEWS, runId: 'n2', day: 3 }))
    await expect(late).rejects.toMatchObject({ code: 'invalid-argument' })
    await world.open().publish(deliveryOf({ ...SHOP, runId: 's2', day: 4 }))
    expect(runsIn(await world.see()).filter((run) => run.startsWith('s'))).toEqual(['s1', 's2'])
  })

  test('takes its events along, and those of the team stay', async () => {
    const event = (title: string, workflowId?: string) => ({
      title,
      dateTime: '2026-01-02T03:04:05Z',
      ...(workflowId && { resource: { type: 'WORKFLOW', workflowId } }),
    })
    const world = await lived({}, [SHOP])
    const events = [event('A', 'news'), event('B', 'shop'), event('C')]
    await world.open().publish(deliveryOf({ ...NEWS, events }))
    await world.open().update(configOf(ONLY_SHOP))
    const { ACTIVITY_LOG = [] } = await world.see()
    expect(ACTIVITY_LOG.map(({ TITLE }) => TITLE).sort()).toEqual(['B', 'C'])
  })

  test('comes back at once with all that was published before', async () => {
    const world = await lived({}, BOTH)
    const before = await world.see()
    await world.open().update(configOf(ONLY_SHOP))
    const { added } = await world.open().update(configOf())
    expect([...added].sort()).toEqual(['WF_NEWS__LATEST', 'WF_NEWS__V1'])
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(seen.WF_NEWS__V1).toEqual(before.WF_NEWS__V1)
    expect(seen.WF_NEWS__LATEST).toEqual(before.WF_NEWS__LATEST)
    expect(seen.WORKFLOWS).toEqual(before.WORKFLOWS)
  })

  test('goes on after it came back', async () => {
    const world = await lived({}, BOTH)
    await world.open().update(configOf(ONLY_SHOP))
    await world.open().update(configOf())
    await world.open().publish(deliveryOf({ ...NEWS, runId: 'n2', day: 5 }))
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['s1', 'n1', 'n2'])
  })

  test('loses its history, where it came back or a run of it was taken back before', async () => {
    const world = await lived({}, BOTH)
    await world.open().update(configOf(ONLY_SHOP))
    await world.open().update(configOf())
    await world.open().publish(deliveryOf({ ...SHOP, runId: 's2', day: 3 }))
    await world.open().retract({ workflowId: 'shop', runId: 's2' })
    await world.open().update(configOf({ history: { versions: false } }))
    const { tables } = await loadShare(world.store, 'kadoa_acme')
    for (const { history, startVersion } of tables) expect({ history, startVersion }).toEqual({ history: false })
    expectWholeGeneration(await world.see())
    expect((await world.open().verify()).filter(({ ok }) => !ok)).toEqual([])
  })

  test('shows no version from before it came back', async () => {
    const world = await lived({}, [SHOP, NEWS, { ...NEWS, runId: 'n2', day: 3 }])
    await world.open().update(configOf(ONLY_SHOP))
    await world.open().update(configOf())
    const share = await loadShare(world.store, 'kadoa_acme')
    const entry = findTable(share, { schema: 'kadoa', name: 'WF_NEWS__V1' })
    expect(entry?.startVersion).toBe(entry?.version)
  })
})

describe('a run whose workflow left the share while it was on its way', () => {
  test('is shown when the workflow comes back', async () => {
    const world = await lived({}, BOTH)
    const late = deliveryOf({ ...NEWS, runId: 'n2', day: 3 })
    const copy = await world.copy()
    const store = killedAfter(copy.store, Number.POSITIVE_INFINITY)
    await copy.open(store).publish(late)
    // Killed at the commit of its marks: its rows are in the table, nobody shows them.
    const commit = store.requests.findIndex((request) =>
      /put tables\/acme\/kadoa\/WF_NEWS__V1.*_delta_log/.test(request),
    )
    await world
      .open(killedAfter(world.store, commit + 1))
      .publish(late)
      .catch(() => {})
    await world.open().update(configOf(ONLY_SHOP))
    await world.open().update(configOf())
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['s1', 'n1', 'n2'])
  })
})

describe('a first publication by the configuration before', () => {
  test('is not taken for the generation of an update that came between its look at the share and its swap', async () => {
    const world = await provisioned({ runtime: systemRuntime })
    const publisher = sleepingStore(world.store, /put sharing\/shares\//)
    const publication = world.open(publisher.store).publish(deliveryOf(NEWS))
    await publisher.asleep
    const administrator = sleepingStore(world.store, /put sharing\/shares\//)
    const update = world.open(administrator.store).update(configOf(ONLY_SHOP))
    await administrator.asleep
    publisher.wake()
    await publication
    administrator.wake()
    expect((await update).removed.toSorted()).toEqual(['WF_NEWS__LATEST', 'WF_NEWS__V1'])
    expect(Object.keys(await world.see()).filter((name) => name.startsWith('WF_'))).toEqual([])
  })
})

describe('the activity log', () => {
  test('leaves the share and comes back empty', async () => {
    const world = await lived({}, [SHOP])
    expect(await tablesOf(world)).toContain('ACTIVITY_LOG')
    await world.open().update(configOf({ activityLog: false }))
    expect(await tablesOf(world)).not.toContain('ACTIVITY_LOG')
    await world.open().update(configOf())
    expect((await world.see()).ACTIVITY_LOG).toEqual([])
  })

  test('keeps nothing that is delivered while it is switched off', async () => {
    const world = await lived({ activityLog: false })
    const events = [{ title: 'A', dateTime: '2026-01-02T03:04:05Z', source: { userEmail: 'ann@acme.example' } }]
    const watched = killedAfter(world.store, Number.POSITIVE_INFINITY)
    await world.open(watched).publish(deliveryOf({ ...SHOP, events }))
    expect(watched.requests.filter((request) => request.startsWith(`put ${EVENTS}`))).toEqual([])
    await world.open().update(configOf())
    expect((await world.see()).ACTIVITY_LOG).toEqual([])
  })

  test('lets go of what waits when it is switched off, and of what comes by the configuration before', async () => {
    const world = await lived()
    const events = [{ title: 'A', dateTime: '2026-01-02T03:04:05Z' }]
    const beforeLease = killedStore(world.store, (request) => !request.includes('lease'))
    const keep = (run: Given) => world.open(beforeLease).publish(deliveryOf({ ...run, events }))
    await expect(keep(SHOP)).rejects.toThrow()
    const [kept = ''] = await keysOf(world.store, EVENTS)
    const { body } = await world.store.get(kept)
    await world.open().update(configOf({ activityLog: false }))
    expect(await keysOf(world.store, EVENTS)).toEqual([])
    await world.store.put(kept, body, { mode: 'create' })
    await world.open().publish(deliveryOf(SHOP))
    expect(await keysOf(world.store, EVENTS)).toEqual([])
  })

  test('forgets the addresses of users once it is not to name them', async () => {
    const config = { activityLog: { includeUserEmail: true } }
    const world = await lived(config)
    const userEmail = 'ann@acme.example'
    const event = {
      title: 'A',
      dateTime: '2026-01-02T03:04:05Z',
      source: { userEmail, userId: 'u1' },
      details: { userEmail, changes: [{ user_email: userEmail }] },
    }
    await world.open().publish(deliveryOf({ ...SHOP, events: [event] }))
    expect(JSON.stringify((await world.see()).ACTIVITY_LOG)).toContain(userEmail)
    await world.open().update(configOf())
    const { ACTIVITY_LOG } = await world.see()
    expect(JSON.stringify(ACTIVITY_LOG)).not.toContain(userEmail)
    expect(ACTIVITY_LOG).toMatchObject([{ TITLE: 'A', USER_ID: 'u1' }])
  })
})

test.each(['all_runs_of_latest_version', 'current_by_key'])(
  'another latestMode than %s is seen at once in the latest table, and holds when an older run comes',
  async (latestMode) => {
    const world = await lived({ latestMode }, [SHOP, { ...SHOP, runId: 's3', day: 3, rows: 2 }])
    const shown = async () => {
      const { WF_SHOP__LATEST: rows = [], WORKFLOWS = [] } = await world.see()
      return [new Set(rows.map(({ KADOA_RUN_ID }) => KADOA_RUN_ID)).size, rows.length, WORKFLOWS[0]?.LATEST_ROW_COUNT]
    }
    const before = await shown()
    expect(before[0]).toBe(2)
    const config = configOf({ latestMode: 'latest_run' })
    const stopped = killedStore(world.store, (request) => !/put .*WF_SHOP__LATEST/.test(request))
    await expect(world.open(stopped).update(config)).rejects.toThrow('killed')
    await world.open().update(config)
    expect(await shown()).toEqual([1, 2, 2])
    await world.open().publish(deliveryOf({ ...SHOP, runId: 's2', day: 2 }))
    expectWholeGeneration(await world.see())
    expect((await world.open().verify()).filter(({ ok }) => !ok)).toEqual([])
    await world.open().update(configOf({ latestMode }))
    expect((await shown())[0]).toBeGreaterThan(1)
  },
)

test('an update gives the recipient its new terms', async () => {
  const world = await lived()
  const recipient = { mode: 'token', contact: 'other@acme.example', lifetimeDays: 30, ipAllowList: ['10.1.0.0/16'] }
  await world.open().update(configOf({ recipient }))
  const { tokenLifetime, allowedIps } = await showRecipient(world.store, 'kadoa_acme')
  expect([tokenLifetime, allowedIps]).toEqual([30 * 86_400_000, ['10.1.0.0/16']])
})

test.each([
  ['connectorId', { connectorId: 'bolt' }],
  ['teamId', { teamId: 'team-2' }],
  ['schema', { schema: 'other' }],
  ['money', { money: 'flat' }],
  ['nested', { nested: 'typed' }],
  ['lineage', { lineage: 'lower' }],
  [
    'recipient.mode',
    {
      catalog: 'kadoa_prod',
      recipient: { mode: 'databricks', sharingIdentifier: `aws:us-west-2:00000000-0000-0000-0000-${'0'.repeat(12)}` },
    },
  ],
  [
    'recipient.servedBy',
    { recipient: { mode: 'token', contact: 'data@acme.example', servedBy: 'databricks' }, catalog: 'kadoa_prod' },
  ],
])('%s never changes, and the update says so by name', async (path, change) => {
  const world = await lived()
  await expect(world.open().update(configOf(change))).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining(`${path} never changes`),
  })
})

test('what never changes is told in words where one of the two configurations leaves it unsaid', async () => {
  const unsaid = await lived()
  await expect(unsaid.open().update(configOf({ storage: { root: 's3://acme/root' } }))).rejects.toThrow(
    /storage.root never changes, it was left unsaid; leave it so, or provision another connector for "s3:\/\/acme\/root"$/,
  )
  const said = await lived({ storage: { root: 's3://acme/root' } })
  await expect(said.open().update(configOf())).rejects.toThrow(
    /storage.root never changes, it is "s3:\/\/acme\/root"; say it so, or provision another connector without it$/,
  )
})

test('a connector that is not there cannot be updated', async () => {
  const world = await lived()
  await world.open().deprovision()
  await expect(world.open().update(configOf())).rejects.toMatchObject({ code: 'invalid-argument' })
})

describe.each([
  ['takes a workflow out', {}, ONLY_SHOP],
  ['brings a workflow back', ONLY_SHOP, {}],
])('a process that is killed while it %s', (_, first: object, second: object) => {
  test.each([false, true])('is followed by one that goes on (answer lost: %s)', async (isAnswerLost) => {
    const before = await lived({}, BOTH)
    await before.open().update(configOf(first))
    const whole = killedAfter((await before.copy()).store, Number.POSITIVE_INFINITY)
    await (await before.copy()).open(whole).update(configOf(second))
    const expected = await (async () => {
      const done = await before.copy()
      await done.open().update(configOf(second))
      return done.see()
    })()
    for (let request = 1; request <= whole.requests.length; request += 4) {
      const world = await before.copy()
      await world
        .open(killedAfter(world.store, request - 1, isAnswerLost))
        .update(configOf(second))
        .catch(() => {})
      await world.open().update(configOf(second))
      const seen = await world.see()
      expect(Object.keys(seen), `killed at request ${request}`).toEqual(Object.keys(expected))
      expect(seen.WORKFLOWS, `killed at request ${request}`).toEqual(expected.WORKFLOWS)
    }
  })
})
