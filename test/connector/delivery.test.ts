import { describe, expect, test } from 'vitest'
import { type Delivery, parseDelivery } from '../../src/connector/index.ts'
import { keysOf } from '../keys-of.ts'
import { provisioned } from './world.ts'

const workflow = { id: 'w', name: 'Lamps' }
const schema = { workflowId: 'w', version: 2, fields: [{ name: 'price', dataType: 'NUMBER' }] }
const run = { workflowId: 'w', jobId: 'j', state: 'FINISHED', finishedAt: '2026-01-02T03:04:05Z' }

describe('run.json', () => {
  test('is a workflow, the schema and a run, as the API has them', () => {
    expect(parseDelivery({ workflow, schema, run, sentBy: 'a newer caller' })).toEqual({
      workflow,
      schema: expect.objectContaining({ version: 2 }),
      run: { workflowId: 'w', runId: 'j', jobId: 'j', startedAt: null, finishedAt: '2026-01-02T03:04:05.000000Z' },
    })
    expect(parseDelivery({ workflow, schema, run, isBackfill: true }).isBackfill).toBe(true)
  })

  test.each<[string, unknown]>([
    ['the delivery cannot be taken: expected an object, found null', null],
    ['the delivery cannot be taken: isBackfill', { workflow, schema, run, isBackfill: 'yes' }],
    ['the workflow cannot be taken', { schema, run }],
    ['the schema descriptor cannot be taken: fields[0].name', { workflow, schema: { ...schema, fields: [{}] }, run }],
    ['the run cannot be taken: finishedAt', { workflow, schema, run: { ...run, finishedAt: 'soon' } }],
    [
      'schema.workflowId: expected "w" as in workflow.id, found "x"',
      { workflow, schema: { ...schema, workflowId: 'x' }, run },
    ],
    [
      'run.workflowId: expected "w" as in workflow.id, found "x"',
      { workflow, schema, run: { ...run, workflowId: 'x' } },
    ],
    ['schema.fields: expected a field that is published', { workflow, schema: { ...schema, fields: [] }, run }],
    [
      'schema.fields: expected a field that is published',
      { workflow, schema: { ...schema, fields: [{ name: 'cost', dataType: 'NUMBER', isPrivate: true }] }, run },
    ],
    ['run.schemaVersion: expected 2', { workflow, schema, run: { ...run, schemaVersion: 3 } }],
    ['run.schema: expected the fields', { workflow, schema, run: { ...run, schema: { ...schema, fields: [] } } }],
  ])('is refused by its part and path: %s', (problem, given) => {
    expect(() => parseDelivery(given)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(problem) }),
    )
  })
})

describe('a delivery that is still as JSON came', () => {
  const fields = [
    { name: 'sku', dataType: 'STRING', fieldType: 'SCHEMA', isKey: true },
    { name: '_cost', dataType: 'NUMBER', fieldType: 'SCHEMA', isKey: false },
  ]
  const delivered = (runId: string, finishedAt: string | number): Delivery => ({
    ...JSON.parse(
      JSON.stringify({
        workflow: { id: 'shop', name: 'The shop' },
        schema: { workflowId: 'shop', fields },
        run: { workflowId: 'shop', runId, state: 'FINISHED', finishedAt },
      }),
    ),
    rows: [{ sku: runId, _cost: 7 }],
  })

  test('is taken as if it had been parsed: private fields stay private, and the newest run is the newest', async () => {
    const world = await provisioned()
    const connector = world.open()
    await connector.publish(delivered('newer', '2026-01-05T01:00:00-06:00'))
    await connector.publish(delivered('older', Date.UTC(2026, 0, 5, 6, 59)))
    await connector.backfill([delivered('oldest', '2025-12-01T00:00:00Z')])
    const { WF_SHOP__V1, WF_SHOP__LATEST } = await world.see()
    expect(WF_SHOP__V1?.map(({ sku }) => sku).sort()).toEqual(['newer', 'older', 'oldest'])
    expect(WF_SHOP__V1?.filter((row) => '_cost' in row)).toEqual([])
    expect(WF_SHOP__LATEST).toMatchObject([{ sku: 'newer', KADOA_RUN_FINISHED_AT: '2026-01-05T07:00:00.000000Z' }])
  })

  test('is refused where it cannot be parsed, and nothing is kept of it', async () => {
    const { store, open } = await provisioned()
    const before = await keysOf(store)
    const { run, ...others } = delivered('r1', '2026-01-05')
    const review = { ...others, run: { ...run, state: 'VALIDATING' } }
    await expect(open().publish(review)).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(open().publish(JSON.parse('{}'))).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(await keysOf(store)).toEqual(before)
  })
})
