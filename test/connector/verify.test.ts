import { describe, expect, test } from 'vitest'
import {
  createRecipient,
  grantShare,
  loadShare,
  removeTable,
  setRecipient,
  setTable,
  ungrantShare,
} from '../../src/manifest/index.ts'
import { keysOf } from '../keys-of.ts'
import { configOf, emptyPlace } from './killed-connector.ts'
import { type Lived, lived } from './lifecycle.ts'
import { deliveryOf } from './world.ts'

const RUNS = [
  { runId: 'r1', day: 1 },
  { runId: 'n1', day: 2, workflowId: 'news' },
]

const failedChecks = async (world: Pick<Lived, 'open'>): Promise<string[]> =>
  (await world.open().verify()).flatMap(({ ok, check }) => (ok ? [] : [check]))

describe('verifying a connector', () => {
  test('passes for one that is as it should be, with every table read as the recipient', async () => {
    const world = await lived({}, RUNS)
    const findings = await world.open().verify()
    expect(findings.filter(({ ok }) => !ok)).toEqual([])
    const read = findings.filter(({ check }) => check === 'recipient').map(({ message }) => message)
    for (const table of Object.keys(await world.see())) expect(read).toContain(`a recipient reads ${table} as it is`)
  })

  test('passes for one that shows nothing yet', async () => {
    const place = emptyPlace()
    await place.open().provision(configOf())
    expect(await failedChecks(place)).toEqual([])
  })

  test.each<[string, string, (world: Lived) => Promise<unknown>]>([
    ['grant', 'the grant was taken back', ({ store }) => ungrantShare(store, GRANT)],
    [
      'strangers',
      'somebody else may read the share',
      async ({ store }) => {
        await createRecipient(store, { name: 'mallory' })
        await grantShare(store, { recipient: 'mallory', share: 'kadoa_acme' })
      },
    ],
    [
      'recipient',
      'the terms are others',
      ({ store }) => setRecipient(store, { name: 'kadoa_acme', allowedIps: ['10.0.0.1'] }),
    ],
    ['pin', 'a version is shown that is not there', ({ store }) => setTable(store, { ...V1, version: 99 })],
    ['tables', 'a table was taken out of the share', ({ store }) => removeTable(store, V1)],
    ['rows', 'a table shows an older version', ({ store }) => setTable(store, { ...V1, version: 0 })],
    ['recipient', 'a data file is gone', deleteDataFile],
    ['recipient', 'the latest table shows as many rows of another run', showFormerLatest],
  ])('finds by check %s that %s', async (check, _, harm) => {
    const world = await lived({}, RUNS)
    await harm(world)
    const findings = await world.open().verify()
    const failing = findings.filter(({ ok }) => !ok)
    expect(failing.map((finding) => finding.check)).toContain(check)
    for (const { message, remedy } of failing) expect([message, remedy]).not.toContain('')
    expect(world.events.at(-1)?.eventType).toBe('connector_verification_failed')
  })
})

const GRANT = { recipient: 'kadoa_acme', share: 'kadoa_acme' }
const V1 = { share: 'kadoa_acme', schema: 'kadoa', name: 'WF_SHOP__V1' }

async function showFormerLatest({ store, open }: Lived): Promise<void> {
  const name = 'WF_SHOP__LATEST'
  const { tables } = await loadShare(store, 'kadoa_acme')
  const { version } = tables.find((table) => table.name === name) ?? {}
  await open().publish(deliveryOf({ runId: 'r2', day: 3 }))
  await setTable(store, { ...V1, name, version: Number(version) })
}

async function deleteDataFile({ store }: Lived): Promise<void> {
  const files = await keysOf(store, 'tables/acme/kadoa/WF_SHOP__V1/')
  await store.delete(files.filter((key) => key.endsWith('.parquet')))
}
