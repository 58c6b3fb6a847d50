import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { loadShare } from '../../src/manifest/index.ts'
import { frame, inOneForm } from './client-readings.ts'
import { typedDeliveries } from './connector-sample.ts'
import { type ConnectorShare, publishedShare } from './connector-share.ts'
import { places } from './place.ts'
import { python } from './python.ts'

const frames = z.record(z.string(), frame)
const rowsByReader = z.record(z.string(), z.array(z.record(z.string(), z.unknown())))

const ROWS = [
  {
    sku: 'a-1',
    specs: {
      cost: { amount: '12450.0000', currencyCode: 'USD' },
      isNew: true,
      maker: { name: 'Müller', since: '1999-12-31' },
      seenAt: ['2026-01-01T00:30:00.123456Z', null, null],
      weight: 1.5,
    },
    sizes: [{ inStock: 2, label: 'S' }, null, { inStock: null, label: 'M' }],
    rest: '{"a":1}',
  },
  {
    sku: 'b-2',
    specs: { cost: null, isNew: null, maker: { name: null, since: null }, seenAt: null, weight: null },
    sizes: [],
    rest: null,
  },
  { sku: 'c-3', specs: null, sizes: null, rest: null },
]

describe.each(Object.entries(places))('typed columns of a connector in %s', (_, open) => {
  let share: ConnectorShare
  beforeAll(async () => {
    share = await publishedShare(open, { config: { nested: 'typed' }, deliveries: typedDeliveries })
  })
  afterAll(() => share?.close())

  test.each([
    ['Parquet', false],
    ['Delta', true],
  ])('are structs and arrays for the official Python client, by %s', async (_, use_delta_format) => {
    const { profile } = share
    const { WF_SHOP__V1, WF_SHOP__LATEST } = frames.parse(
      await python('connector', 'load', { profile, use_delta_format }),
    )
    for (const found of [WF_SHOP__V1, WF_SHOP__LATEST]) {
      expect(found?.rows.toSorted(bySku).map(({ sku, specs, sizes, rest }) => ({ sku, specs, sizes, rest }))).toEqual(
        ROWS,
      )
    }
  })

  test('are read alike by delta-rs, Polars and, in a directory, DuckDB, where the tables lie', async () => {
    const { root, record, place, profile } = share
    const { tables } = await loadShare(root, record.share.name)
    const shared = frames.parse(await python('connector', 'load', { profile, use_delta_format: true }))
    for (const { name, location } of tables.filter(({ name }) => name.startsWith('WF_'))) {
      const read = rowsByReader.parse(await python('tables', 'read', { path: location, storage: place.storage }))
      expect(Object.keys(read).length).toBeGreaterThan(1)
      for (const [reader, rows] of Object.entries(read)) {
        expect(inOneForm(rows, 'delta'), `${name} by ${reader}`).toEqual(inOneForm(shared[name]?.rows ?? [], 'delta'))
      }
    }
  })
})

function bySku(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): number {
  return String(a.sku).localeCompare(String(b.sku))
}
