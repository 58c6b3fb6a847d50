import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connector, parseDelivery } from '../../src/connector/index.ts'
import { type ConnectorShare, publishedShare } from './connector-share.ts'
import { places } from './place.ts'
import { python } from './python.ts'

/** So many that tools which guess types look at some of them. */
const ROWS = 20_000
const RARE = 7777

const delivery = {
  ...parseDelivery({
    workflow: { id: 'shop', name: 'Shop' },
    schema: { workflowId: 'shop', fields: [{ name: 'price', dataType: 'MONEY' }] },
    run: { workflowId: 'shop', runId: 'run-1', state: 'FINISHED', finishedAt: Date.UTC(2026, 0, 5) },
  }),
  rows: Array.from({ length: ROWS }, (_, i) => ({ price: { amount: 1, currencyCode: i === RARE ? 'EUR' : null } })),
}

describe.each(Object.entries(places))('the document for the recipient of a connector in %s', (_, open) => {
  let share: ConnectorShare
  beforeAll(async () => {
    share = await publishedShare(open, { deliveries: [delivery] })
  })
  afterAll(() => share?.close())

  test('has snippets that read a table as they are, also a member of a struct that few rows have', async () => {
    const { root, profile } = share
    const document = await connector({ id: 'acme', store: root }).handoff()
    const run = (tool: string, then: string) => {
      const [code = ''] = document.split(`### ${tool}\n`)[1]?.match(/(?<=```\n).*?(?=```)/s) ?? []
      return python('connector', 'run', { code: code.replace('config.share', profile), then })
    }
    expect(await run('pandas', 'len(frame)')).toBe(ROWS)
    expect(await run('DuckDB', 'duckdb.sql("SELECT max(price.currencyCode) FROM shared").fetchone()[0]')).toBe('EUR')
  })
})
