import { describe, expect, test } from 'vitest'
import { parseRun, parseWorkflow } from '../../src/connector/index.ts'
import { prefixStore } from '../../src/store/index.ts'
import { findTraces } from '../../src/table/index.ts'
import { keysOf } from '../keys-of.ts'
import { type DatabricksPlace, databricksConfig, databricksPlace } from './databricks-world.ts'
import { deliveryOf, type Given } from './world.ts'

async function provisioned(change: object = {}): Promise<DatabricksPlace> {
  const place = databricksPlace()
  await place.open().provision(databricksConfig(change))
  return place
}

async function latestOf(given: Partial<Given>, change: object = {}) {
  const place = await provisioned(change)
  await place.open().publish(deliveryOf({ runId: 'r1', day: 1, ...given }))
  return { place, rows: (await place.see()).WF_SHOP__LATEST ?? [] }
}

/** What whoever knows such data gets wrong in Kadoa's first, each with the tests that hold it. */
describe('an amount of money', () => {
  const fields = [{ name: 'price', dataType: 'MONEY' }]

  test.each([
    ['USD', 12450, '12450.0000'],
    ['JPY', 500, '500.0000'],
    ['KWD', 1234, '1234.0000'],
  ])('is in the smallest unit and stays so, whatever the exponent of %s', async (currencyCode, amount, expected) => {
    const { rows } = await latestOf({ fields, rows: [{ price: { amount, currencyCode } }] })
    expect(rows).toMatchObject([{ price: { amount: expected, currencyCode } }])
  })
})

describe('a run', () => {
  test('that is held for review is not published, and nothing of it is kept', async () => {
    const place = await provisioned()
    const before = await keysOf(place.store)
    const { run, ...delivery } = deliveryOf({ runId: 'r1', day: 1 })
    const publish = async () => place.open().publish({ ...delivery, run: parseRun({ ...run, state: 'VALIDATING' }) })
    await expect(publish()).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(await keysOf(place.store)).toEqual(before)
  })

  test('is of its own job, which is neither the newest nor the published one of its workflow', async () => {
    const place = await provisioned()
    const { run, ...delivery } = deliveryOf({ runId: 'r1', day: 1 })
    const workflow = parseWorkflow({ id: 'shop', name: 'The shop', jobId: 'job-9', publishedJobId: 'job-8' })
    await place.open().publish({ ...delivery, workflow, run: { ...run, jobId: 'job-7' } })
    const { WORKFLOW_RUNS, WF_SHOP__V1 } = await place.see()
    expect(WORKFLOW_RUNS).toMatchObject([{ RUN_ID: 'r1', JOB_ID: 'job-7' }])
    expect(new Set(WF_SHOP__V1?.map((row) => row.KADOA_JOB_ID))).toEqual(new Set(['job-7']))
  })
})

describe('rows of which a part of the key is empty', () => {
  test.each(['latest_run', 'current_by_key'])('are different ones, never merged: %s', async (latestMode) => {
    const fields = [
      { name: 'shop', dataType: 'STRING', isKey: true },
      { name: 'sku', dataType: 'STRING', isKey: true },
    ]
    const whole = { shop: 'a', sku: '1' }
    const rows = [whole, { shop: 'a', sku: '' }, { shop: 'a', sku: '' }, { shop: 'a' }, { shop: 'a', sku: null }]
    const { place, rows: first } = await latestOf({ fields, rows }, { latestMode })
    expect(first.filter(({ KADOA_ROW_KEY }) => KADOA_ROW_KEY === null)).toHaveLength(4)
    await place.open().publish(deliveryOf({ runId: 'r2', day: 2, fields, rows }))
    const { WF_SHOP__LATEST = [] } = await place.see()
    const keyed = WF_SHOP__LATEST.filter(({ KADOA_ROW_KEY }) => KADOA_ROW_KEY !== null)
    expect(keyed).toMatchObject([{ ...whole, KADOA_RUN_ID: 'r2' }])
    expect(WF_SHOP__LATEST.length - keyed.length).toBe(latestMode === 'latest_run' ? 4 : 8)
  })
})

describe('a key with an underscore in front', () => {
  test('is in no row, event, text of JSON or statistic that recipients get, at whatever depth it was', async () => {
    const secret = 'private-4711'
    const shape = { type: 'object', properties: { name: { type: 'string' }, _name: { type: 'string' } } }
    const fields = [
      { name: 'title', dataType: 'STRING' },
      { name: '_hidden', dataType: 'STRING' },
      { name: 'seller', dataType: 'OBJECT' },
      { name: 'offers', dataType: 'ARRAY' },
      { name: 'shaped', dataType: 'OBJECT', shape },
    ]
    const value = { name: 'open', _name: secret, deep: [{ _id: secret, kept: 1 }] }
    const row = {
      title: 'open',
      _hidden: secret,
      __id__: secret,
      seller: value,
      offers: [value, [value]],
      shaped: value,
    }
    const event = {
      title: 'UPDATED',
      dateTime: '2026-01-02T03:04:05Z',
      source: { requestSource: 'UI' },
      resource: { type: 'WORKFLOW', workflowId: 'shop' },
      details: { kept: 1, _by: secret, list: [{ _by: secret }] },
    }
    const place = await provisioned()
    await place.open().publish(deliveryOf({ runId: 'r1', day: 1, fields, rows: [row], events: [event] }))
    const seen = await place.see()
    expect(seen.WF_SHOP__LATEST).toMatchObject([{ title: 'open', seller: '{"name":"open","deep":[{"kept":1}]}' }])
    expect(seen.ACTIVITY_LOG).toMatchObject([{ DETAILS: '{"kept":1,"list":[{}]}' }])
    expect(JSON.stringify(seen)).not.toMatch(/private-4711|"_|\\"_/)
    // Below the roots of tables there is nothing else: neither in data files nor in what the log tells of them.
    const tables = prefixStore(place.store, 'tables')
    expect(await findTraces(tables, ['open'])).toContainEqual(expect.objectContaining({ where: 'log' }))
    expect(await findTraces(tables, [secret])).toEqual([])
  })
})
