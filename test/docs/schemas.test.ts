import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  activityEventSchema,
  connectorConfigSchema,
  connectorTemplate,
  deliverySchema,
  parseActivityEvent,
  parseConnectorConfig,
  parseDelivery,
  readConnectorConfig,
} from '../../src/connector/index.ts'
import { parseShareDocument, shareDocumentSchema } from '../../src/manifest/index.ts'

const repository = join(import.meta.dirname, '../..')

function published(name: string): Parameters<typeof z.fromJSONSchema>[0] {
  return JSON.parse(readFileSync(join(repository, 'docs/schemas', name), 'utf8'))
}

describe('the published JSON Schema', () => {
  test.each([
    ['shares.json', shareDocumentSchema()],
    ['connector.json', connectorConfigSchema()],
    ['run.json', deliverySchema()],
    ['event.json', activityEventSchema()],
  ])('%s is what the parser is made from', (name, schema) => {
    expect(published(name)).toEqual(JSON.parse(JSON.stringify(schema)))
  })
})

describe('the published JSON Schema of a document of shares', () => {
  test('takes and refuses what the parser does', () => {
    const byPublished = z.fromJSONSchema(published('shares.json'))
    const table = { name: 't', location: '/t', partition: { or: [{ c: 'DE' }, { c: { in: ['FR'] } }] } }
    const document = { manifestVersion: 1, shares: [{ name: 's', schemas: [{ name: 'x', tables: [table] }] }] }
    expect(byPublished.safeParse(document).success).toBe(true)
    expect(() => parseShareDocument(document)).not.toThrow()
    for (const wrong of [{ ...document, extra: 1 }, { manifestVersion: 2 }, { manifestVersion: 1, shares: [{}] }]) {
      expect(byPublished.safeParse(wrong).success).toBe(false)
      expect(() => parseShareDocument(wrong)).toThrow()
    }
  })
})

describe('the published JSON Schema of a connector', () => {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(published('connector.json'))
  const { config } = readConnectorConfig(connectorTemplate())

  test('takes and refuses what the parser does', () => {
    const small = { connectorId: 'c', teamId: 't', recipient: { mode: 'token', contact: 'x' } }
    const chosen = { ...small, activityLog: false, workflows: ['w'], checks: { minRowRatio: 0.9, onEmptyRun: 'block' } }
    const { config: onDatabricks } = readConnectorConfig(connectorTemplate('databricks'))
    for (const right of [config, small, chosen, onDatabricks]) {
      expect(validate(right)).toBe(true)
      expect(() => parseConnectorConfig(right)).not.toThrow()
    }
    const wrongs = [
      {},
      { ...small, connectorId: 'C' },
      { ...small, recipient: { mode: 'token' } },
      { ...small, money: 1 },
      { ...onDatabricks, databricks: { latest: 'swap' } },
    ]
    for (const wrong of [...wrongs, { ...small, checks: { onEmptyRun: 'hold' } }, { ...small, workflows: [] }]) {
      expect(validate(wrong)).toBe(false)
      expect(() => parseConnectorConfig(wrong)).toThrow()
    }
  })

  const onDatabricks = { mode: 'databricks', sharingIdentifier: 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016' }
  const hosted = { mode: 'token', contact: 'x', servedBy: 'databricks' }
  test.each([
    ['a catalog, for a metastore', { recipient: onDatabricks }, { catalog: 'main' }],
    ['a catalog, for a token that Databricks serves', { recipient: hosted }, { catalog: 'main' }],
    ['a warehouse, to register by SQL', { databricks: { registration: 'sql' } }, undefined],
    ['a warehouse, for other columns in place', { databricks: { latest: 'in-place' } }, undefined],
  ])('underlines where %s is missing', (_, wanting, more) => {
    const small = { connectorId: 'c', teamId: 't', recipient: { mode: 'token', contact: 'x' }, ...wanting }
    const warehouse = 'databricks' in wanting ? { databricks: { ...wanting.databricks, warehouseId: 'w' } } : {}
    expect(() => parseConnectorConfig(small)).toThrow('expected the ')
    expect(validate(small)).toBe(false)
    expect(validate.errors).toContainEqual(expect.objectContaining({ keyword: 'required' }))
    expect(validate({ ...small, ...more, ...warehouse })).toBe(true)
  })

  test('underlines keys that are not known, of which the parser only tells', () => {
    const misspelt = { ...config, checks: { ...config.checks, minRowsRatio: 0.9 } }
    expect(validate(misspelt)).toBe(false)
    expect(parseConnectorConfig(misspelt).notices).toEqual([expect.stringContaining('"checks.minRowsRatio"')])
  })
})

describe('the published JSON Schema of a run', () => {
  test('takes and refuses what the parser does', () => {
    const byPublished = z.fromJSONSchema(published('run.json'))
    const delivery = {
      workflow: { id: 'w', name: 'Lamps' },
      schema: { workflowId: 'w', fields: [{ name: 'price', dataType: 'MONEY', shape: null }] },
      run: { workflowId: 'w', runId: 'r', state: 'FINISHED', finishedAt: '2026-01-02T03:04:05Z', sentBy: 'newer API' },
    }
    expect(byPublished.safeParse(delivery).success).toBe(true)
    expect(() => parseDelivery(delivery)).not.toThrow()
    const { workflow, schema, run } = delivery
    for (const wrong of [{ workflow, schema }, { ...delivery, run: { ...run, finishedAt: [] } }, []]) {
      expect(byPublished.safeParse(wrong).success).toBe(false)
      expect(() => parseDelivery(wrong)).toThrow()
    }
  })
})

describe('the published JSON Schema of an event', () => {
  test('takes and refuses what the parser does', () => {
    const byPublished = z.fromJSONSchema(published('event.json'))
    const event = { title: 'UPDATED', dateTime: '2026-01-02T03:04:05Z', resource: { type: 'RUN', name: null } }
    for (const right of [event, { ...event, id: 'e-1', details: { a: [1] }, source: null, sentBy: 'newer API' }]) {
      expect(byPublished.safeParse(right).success).toBe(true)
      expect(() => parseActivityEvent(right)).not.toThrow()
    }
    for (const wrong of [{ title: 'UPDATED' }, { ...event, details: [] }, { ...event, resource: {} }, []]) {
      expect(byPublished.safeParse(wrong).success).toBe(false)
      expect(() => parseActivityEvent(wrong)).toThrow()
    }
  })
})
