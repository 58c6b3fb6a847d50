import { describe, expect, test } from 'vitest'
import { findTraces } from '../../src/table/index.ts'
import { configOf } from './killed-connector.ts'
import { type Lived, lived } from './lifecycle.ts'
import { deliveryOf, type Given } from './world.ts'

const FIELDS = [{ name: 'sku', dataType: 'STRING', isKey: true }]
const runOf = (day: number, ...skus: readonly string[]): Given => ({
  runId: `r${day}`,
  day,
  fields: FIELDS,
  rows: skus.map((sku) => ({ sku })),
})
const LOWER = { lineage: 'lower', activityLog: false }
const NAMES = [
  'kadoa_run_id',
  'kadoa_job_id',
  'kadoa_run_started_at',
  'kadoa_run_finished_at',
  'kadoa_row_index',
  'kadoa_row_key',
]

const latest = async (world: Lived): Promise<unknown[]> => {
  const rows = (await world.see()).WF_SHOP__LATEST ?? []
  return rows.map(({ sku, kadoa_run_id: run, kadoa_row_index: place }) => [sku, run, place])
}

/** All that the connector promises its recipient, as it says itself. */
async function expectSound(world: Lived): Promise<void> {
  expect((await world.open().verify()).filter(({ ok }) => !ok)).toEqual([])
  expect(await world.open().reconcile()).toEqual([])
}

describe('the lineage in small letters', () => {
  test('is what recipients see in the tables of workflows', async () => {
    const world = await lived(LOWER, [runOf(1, 'a', 'b'), runOf(2, 'c')])
    const seen = await world.see()
    for (const name of ['WF_SHOP__V1', 'WF_SHOP__LATEST']) {
      expect(Object.keys(seen[name]?.[0] ?? {})).toEqual(['sku', ...NAMES])
    }
    expect(await latest(world)).toEqual([['c', 'r2', 0]])
    expect(seen.WORKFLOW_RUNS?.map(({ RUN_ID, ROW_COUNT }) => [RUN_ID, ROW_COUNT])).toEqual([
      ['r1', 2],
      ['r2', 1],
    ])
    await expectSound(world)
  })

  test('leaves fields of that name their number, and tells of keys that are there twice', async () => {
    const world = await lived(LOWER)
    const fields = [...FIELDS, { name: 'KADOA_RUN_ID', dataType: 'STRING' }]
    const rows = [
      { sku: 'a', KADOA_RUN_ID: 'x' },
      { sku: 'a', KADOA_RUN_ID: 'y' },
    ]
    const { warnings } = await world.open().publish(deliveryOf({ runId: 'r1', day: 1, fields, rows }))
    expect(warnings.map(({ check }) => check)).toEqual(['onDuplicateKey'])
    expect((await world.see()).WF_SHOP__V1).toMatchObject([
      { KADOA_RUN_ID_2: 'x', kadoa_run_id: 'r1', kadoa_row_index: 0 },
      { KADOA_RUN_ID_2: 'y', kadoa_run_id: 'r1', kadoa_row_index: 1 },
    ])
  })

  test.each([
    ['latest_run', [['b', 'r2', 0]]],
    [
      'all_runs_of_latest_version',
      [
        ['a', 'r1', 0],
        ['b', 'r1', 1],
        ['b', 'r2', 0],
      ],
    ],
    [
      'current_by_key',
      [
        ['a', 'r1', 0],
        ['b', 'r2', 0],
      ],
    ],
  ])('is known to latestMode %s, and to an update to it', async (latestMode, expected) => {
    const runs = [runOf(1, 'a', 'b'), runOf(2, 'b')]
    const from = await lived({ ...LOWER, latestMode }, runs)
    expect((await latest(from)).sort()).toEqual(expected)
    const to = await lived(
      { ...LOWER, latestMode: latestMode === 'latest_run' ? 'current_by_key' : 'latest_run' },
      runs,
    )
    await to.open().update(configOf({ ...LOWER, latestMode }))
    expect((await latest(to)).sort()).toEqual(expected)
    await expectSound(to)
  })

  test('is known to who takes a run back, and to who erases rows', async () => {
    const world = await lived(LOWER, [runOf(1, 'alpha', 'beta'), runOf(2, 'alpha', 'gamma'), runOf(3, 'delta')])
    expect(await world.open().retract({ workflowId: 'shop', runId: 'r3' })).toMatchObject({ rows: 1 })
    expect(await latest(world)).toEqual([
      ['alpha', 'r2', 0],
      ['gamma', 'r2', 1],
    ])
    const [{ kadoa_row_key: rowKey } = {}] = (await world.see()).WF_SHOP__LATEST ?? []
    await world.runtime.sleep(8 * 86_400_000)
    await world.open().maintain()
    await world.open().erase({ rowKeys: [String(rowKey)], proof: [String(rowKey)] })
    const { proof } = await world.open().erase({ keys: [{ sku: 'gamma' }] })
    expect(proof.isProven).toBe(true)
    expect(await findTraces(world.store, [String(rowKey), 'alpha', 'gamma'])).toEqual([])
    expect((await world.see()).WF_SHOP__V1?.map(({ sku }) => sku)).toEqual(['beta'])
    await expectSound(world)
  })

  test('is known to who writes small files together', async () => {
    const runs = Array.from({ length: 17 }, (_, index) => ({ ...runOf(1, `sku-${index}`), runId: `r${index}` }))
    const world = await lived(LOWER, runs)
    const { tables } = await world.open().maintain()
    expect(tables.find(({ name }) => name === 'WF_SHOP__V1')).toMatchObject({ filesRemoved: 17, filesAdded: 1 })
    expect((await world.see()).WF_SHOP__V1).toHaveLength(17)
    await expectSound(world)
  })

  test('stands in what the recipient is given to begin with', async () => {
    const handoff = await (await lived(LOWER)).open().handoff()
    expect(handoff).toContain('`kadoa_run_id`')
    expect(handoff).not.toMatch(/KADOA_R/)
  })
})
