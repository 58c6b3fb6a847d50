import { expect, test } from 'vitest'
import {
  addTable,
  createRecipient,
  grantShare,
  loadShare,
  recipientsOf,
  removeTable,
  setTable,
  ungrantShare,
} from '../../src/manifest/index.ts'
import { prefixStore } from '../../src/store/index.ts'
import { openTable } from '../../src/table/index.ts'
import { collect } from '../collect.ts'
import { runsIn } from './recipient.ts'
import { entry, kinds, published, SHARE, V1 } from './reconcile-world.ts'
import type { World } from './world.ts'

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
