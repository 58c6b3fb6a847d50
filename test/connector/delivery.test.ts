import { describe, expect, test } from 'vitest'
import { parseDelivery } from '../../src/connector/index.ts'

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
