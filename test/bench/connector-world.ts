import {
  type Connector,
  connector,
  type Delivery,
  parseConnectorConfig,
  parseRun,
  parseSchemaDescriptor,
  parseWorkflow,
} from '../../src/connector/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { productLines } from './product-rows.ts'

const CONNECTOR_ID = 'bench'

export function openConnector(store: ObjectStore): Connector {
  return connector({ id: CONNECTOR_ID, store, deliver: async () => {} })
}

/** Sets a connector up, with tables of nothing yet. */
export async function provisionBench(store: ObjectStore): Promise<Connector> {
  const { config } = parseConnectorConfig({
    connectorId: CONNECTOR_ID,
    teamId: 'team',
    recipient: { mode: 'token', contact: 'data@example.com' },
  })
  const opened = openConnector(store)
  await opened.provision(config)
  return opened
}

const field = (name: string, dataType: string, more = {}) => ({ name, dataType, ...more })

/** The columns of {@link productRun}: of every type that values come in, with a key. */
const FIELDS = [
  field('id', 'STRING', { isKey: true }),
  field('url', 'LINK'),
  field('title', 'STRING'),
  field('category', 'STRING'),
  field('brand', 'STRING'),
  field('price', 'MONEY'),
  field('inStock', 'BOOLEAN'),
  field('rating', 'NUMBER'),
  field('reviewCount', 'NUMBER'),
  field('scrapedAt', 'DATETIME'),
  field('description', 'STRING'),
  field('attributes', 'OBJECT'),
]

const FIRST_DAY = Date.UTC(2026, 0, 1)
const DAY = 86_400_000

/** A run of a workflow that extracts products, finished on a day of the year 2026. */
export function productRun(workflowId: string, day: number, rows: number): Delivery {
  const finishedAt = FIRST_DAY + day * DAY
  return {
    workflow: parseWorkflow({ id: workflowId, name: `Products of ${workflowId}` }),
    schema: parseSchemaDescriptor({ workflowId, fields: FIELDS }),
    run: parseRun({ workflowId, runId: `${workflowId}-${day}`, state: 'FINISHED', finishedAt }),
    rows: extractedRows(rows),
  }
}

/** Lines that rows are made of, over and over. */
const DISTINCT = 20_000

/** Rows made when they are asked for, parsed afresh, ids all different; one of the keys is private. */
async function* extractedRows(count: number): AsyncGenerator<object> {
  const lines = [...productLines(Math.min(count, DISTINCT))]
  for (let i = 0; i < count; i++) {
    const { price, currency, ...row } = JSON.parse(lines[i % lines.length] ?? '{}')
    row.id = `${row.id.slice(0, 24)}${i.toString(16).padStart(12, '0')}`
    row.price = { amount: Math.round(price * 100), currencyCode: currency }
    row.attributes = { brand: row.brand, tags: [row.category, 'new'] }
    row._source = row.url
    yield row
  }
}
