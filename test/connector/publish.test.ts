import { describe, expect, test } from 'vitest'
import { type Delivery, parseWorkflow } from '../../src/connector/index.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { localStore } from '../../src/store/local.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned } from './world.ts'

const FIELDS = [
  { name: 'sku', dataType: 'STRING', isKey: true },
  { name: 'price', dataType: 'MONEY' },
]
const MONEY = [{ sku: 'a', price: { amount: 1250, currencyCode: 'EUR' } }]

describe.each([
  ['in memory', () => memoryStore()],
  ['on a disk', () => localStore(temporaryDirectory())],
])('%s', (_, makeStore) => {
  test('a recipient reads the first run in its table, the latest table and the metadata', async () => {
    const { open, see, warnings } = await provisioned({ store: makeStore() })
    expect(await open().publish(deliveryOf({ runId: 'r1', day: 1 }))).toEqual({
      outcome: 'published',
      workflowId: 'shop',
      runId: 'r1',
      table: 'WF_SHOP__V1',
      schemaVersion: 1,
      rows: 3,
      generation: 1,
      warnings: [],
    })
    const seen = await see()
    expectWholeGeneration(seen)
    expect(Object.keys(seen)).toEqual([
      'ACTIVITY_LOG',
      'WF_SHOP__LATEST',
      'WF_SHOP__V1',
      'WORKFLOWS',
      'WORKFLOW_RUNS',
      'WORKFLOW_SCHEMA_FIELDS',
      'WORKFLOW_SCHEMA_VERSIONS',
    ])
    expect(seen.WF_SHOP__V1?.[1]).toMatchObject({ sku: 'shop-1', price: 1.5, KADOA_RUN_ID: 'r1', KADOA_ROW_INDEX: 1 })
    expect(warnings).toEqual([])
  })

  test('runs of two workflows follow one another, each generation whole', async () => {
    const { open, see } = await provisioned({ store: makeStore() })
    const handle = open()
    for (const [index, workflowId] of ['shop', 'news', 'shop', 'news'].entries()) {
      await handle.publish(deliveryOf({ workflowId, runId: `r${index}`, day: index + 1, rows: 2 + index }))
      expectWholeGeneration(await see())
    }
    expect(runsIn(await see())).toEqual(['r0', 'r1', 'r2', 'r3'])
  })
})

test('a run that is delivered again is skipped, by any handle, and moves no generation', async () => {
  const { open, see } = await provisioned()
  const first = await open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  expect(await open().publish(deliveryOf({ runId: 'r1', day: 1 }))).toEqual({ ...first, outcome: 'skipped' })
  expectWholeGeneration(await see())
})

test('a changed schema gets a table of its own, and the older one stays', async () => {
  const { open, see } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r1', day: 1, rows: 2 }))
  const changed = deliveryOf({ runId: 'r2', day: 2, fields: FIELDS, rows: MONEY })
  expect(await open().publish(changed)).toMatchObject({ table: 'WF_SHOP__V2' })
  const seen = await see()
  expectWholeGeneration(seen)
  expect(seen.WF_SHOP__V1).toHaveLength(2)
  expect(seen.WF_SHOP__LATEST).toMatchObject([{ sku: 'a', price: { amount: '1250.0000', currencyCode: 'EUR' } }])
})

test('another description of a field makes no other version', async () => {
  const { open, see } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r1', day: 1, fields: [{ name: 'sku', dataType: 'STRING' }] }))
  const fields = [{ name: 'sku', dataType: 'STRING', description: 'Number of the article' }]
  expect(await open().publish(deliveryOf({ runId: 'r2', day: 2, fields }))).toMatchObject({ schemaVersion: 1 })
  expectWholeGeneration(await see())
})

test('a run that comes after a newer one joins its version and leaves the latest table as it is', async () => {
  const { open, see } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r2', day: 2 }))
  expect(await open().publish(deliveryOf({ runId: 'r1', day: 1 }))).toMatchObject({ outcome: 'published' })
  const seen = await see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r1', 'r2'])
  expect(seen.WORKFLOWS).toMatchObject([{ LATEST_RUN_ID: 'r2' }])
})

test('a run without rows is published with a warning, and empties the latest table', async () => {
  const { open, see } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  const { warnings } = await open().publish(deliveryOf({ runId: 'r2', day: 2, rows: 0 }))
  expect(warnings).toMatchObject([{ check: 'onEmptyRun', action: 'warn' }])
  const seen = await see()
  expectWholeGeneration(seen)
  expect(seen.WF_SHOP__LATEST).toEqual([])
})

test('a run keeps the job that made it, whichever jobs its workflow names as its own', async () => {
  const { open, see } = await provisioned()
  const { run, ...delivery } = deliveryOf({ runId: 'r1', day: 1 })
  const workflow = parseWorkflow({ id: 'shop', name: 'The shop', jobId: 'job-9', publishedJobId: 'job-8' })
  await open().publish({ ...delivery, workflow, run: { ...run, jobId: 'job-7' } })
  const { WORKFLOW_RUNS } = await see()
  expect(WORKFLOW_RUNS).toMatchObject([{ RUN_ID: 'r1', JOB_ID: 'job-7' }])
})

test('a run that is held back leaves the generation before, and passes when it is delivered whole', async () => {
  const { open, see } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r1', day: 1, rows: 10 }))
  const before = await see()
  const short = deliveryOf({ runId: 'r2', day: 2, rows: 1 })
  await expect(open().publish(short)).rejects.toMatchObject({
    code: 'invalid-argument',
    details: { blame: 'kadoa', problems: [{ check: 'minRowRatio', action: 'block' }] },
  })
  expect(await see()).toEqual(before)
  await open().publish(deliveryOf({ runId: 'r2', day: 2, rows: 11 }))
  expectWholeGeneration(await see())
  expect(runsIn(await see())).toEqual(['r1', 'r2'])
})

test('deliveries of one run at the same time publish it once', async () => {
  const { open, see } = await provisioned({ runtime: systemRuntime })
  const outcomes = await Promise.all(
    Array.from({ length: 4 }, () => open().publish(deliveryOf({ runId: 'r1', day: 1 }))),
  )
  expect(outcomes.filter(({ outcome }) => outcome === 'published').length).toBeGreaterThan(0)
  const seen = await see()
  expectWholeGeneration(seen)
  expect(seen.WF_SHOP__V1).toHaveLength(3)
})

test('runs at the same time are all published, whoever shows them', async () => {
  const { open, see } = await provisioned({ runtime: systemRuntime })
  const runs = ['shop', 'news', 'shop', 'news', 'jobs'].map((workflowId, index) => ({
    workflowId,
    runId: `r${index}`,
    day: index + 1,
  }))
  await Promise.all(runs.map((run) => open().publish(deliveryOf(run))))
  const seen = await see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(runs.map(({ runId }) => runId))
})

test('a workflow that is not selected is refused', async () => {
  const { open } = await provisioned({ config: { workflows: ['news'] } })
  await expect(open().publish(deliveryOf({ runId: 'r1', day: 1 }))).rejects.toMatchObject({ code: 'invalid-argument' })
})

test.each([undefined, null, 5, 'rows', { length: 3 }])('rows that are none, as %j, are refused', async (rows) => {
  const { open, see } = await provisioned()
  const given: object = { ...deliveryOf({ runId: 'r1', day: 1 }), rows }
  await expect(open().publish(given as Delivery)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('rows: expected objects to go through'),
  })
  expect(await open().reconcile()).toEqual([])
  expect(await see()).toEqual({})
})
