import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { loadShare } from '../../src/manifest/index.ts'
import { frame, inOneForm } from './client-readings.ts'
import { COLUMNS, deliveries, SHOP_FIELDS } from './connector-sample.ts'
import { type ConnectorShare, publishedShare } from './connector-share.ts'
import { places } from './place.ts'
import { python } from './python.ts'

/** What pandas makes of each type. Of whole numbers with nulls it makes floats, of anything else with nulls objects. */
const IN_PANDAS: Readonly<Record<string, RegExp>> = {
  string: /^object$/,
  double: /^float64$/,
  int32: /^(int32|float64)$/,
  int64: /^(int64|float64)$/,
  bool: /^(bool|object)$/,
  'date32[day]': /^object$/,
  'timestamp[us, tz=UTC]': /^datetime64\[(us|ns), UTC\]$/,
}

/** Structs and lists are objects of Python's. */
const NESTED = /^object$/
const MONEY = 'struct<amount:decimal(20,4),currencyCode:string>'
/** A row of the shop without values, as the client gives it. */
const NO_VALUES = Object.fromEntries(Object.keys(SHOP_FIELDS).map((name) => [name, null]))

const rowsByReader = z.record(z.string(), z.array(z.record(z.string(), z.unknown())))
const frames = z.record(z.string(), frame.extend({ types: z.array(z.string()) }))
const descriptions = z.record(
  z.string(),
  z.object({
    readerVersion: z.number(),
    features: z.array(z.string()),
    columns: z.array(z.tuple([z.string(), z.string()])),
    required: z.array(z.string()),
  }),
)

describe.each(Object.entries(places))('the share of a connector in %s', (_, open) => {
  let share: ConnectorShare
  beforeAll(async () => {
    share = await publishedShare(open, { deliveries })
  })
  afterAll(() => share?.close())

  describe.each([
    ['Parquet', false],
    ['Delta', true],
  ])('as the official Python client loads it by %s', (_, use_delta_format) => {
    let found: z.infer<typeof frames>

    beforeAll(async () => {
      found = frames.parse(await python('connector', 'load', { profile: share.profile, use_delta_format }))
    })

    test('has the tables and columns that are promised, in their order and of their types', () => {
      expect(Object.keys(found).toSorted()).toEqual(Object.keys(COLUMNS))
      for (const [name, promised] of Object.entries(COLUMNS)) {
        const { columns = [], types = [] } = found[name] ?? {}
        expect(columns, name).toEqual(Object.keys(promised))
        for (const [index, [column, type]] of Object.entries(promised).entries()) {
          const expected = IN_PANDAS[type.replace('!', '')] ?? NESTED
          expect(types[index], `${name}.${column}`).toMatch(expected)
        }
      }
    })

    test('has every type of value, and nulls, in the table of a version', () => {
      expect(found.WF_SHOP__V1?.rows.toSorted(inLineage)).toEqual([
        {
          sku: 'a-1',
          price: 12.5,
          inStock: true,
          listedOn: '2025-12-24',
          seenAt: '2026-01-01T00:30:00.123456Z',
          cost: { amount: '12450.0000', currencyCode: 'USD' },
          photo: 'https://shop.example/a-1.png',
          page: 'https://shop.example/a-1',
          specs: '{"weight":1.5,"colours":["rot","grün"]}',
          sizes: '[38,39]',
          category: 'Shoes',
          ...lineage('r1', 1, 0),
        },
        {
          ...NO_VALUES,
          sku: 'b-2',
          cost: { amount: '99.0000', currencyCode: null },
          ...lineage('r1', 1, 1),
        },
        { ...NO_VALUES, sku: 'a-1', price: 13, inStock: false, ...lineage('r2', 2, 0) },
        { ...NO_VALUES, price: 0, ...lineage('r2', 2, 1), KADOA_ROW_KEY: null },
      ])
    })

    test('has the rows of the newest run in its latest table, in the columns of the newest version', () => {
      const rows = [
        { sku: 'a-1', rating: 4.5, cost: { amount: '1.5000', currencyCode: 'KWD' }, ...lineage('r3', 3, 0) },
        { sku: 'c-3', rating: null, cost: null, ...lineage('r3', 3, 1) },
      ]
      expect(found.WF_SHOP__LATEST?.rows.toSorted(inLineage)).toEqual(rows)
      expect(found.WF_SHOP__V2?.rows.toSorted(inLineage)).toEqual(rows)
      expect(found.WF_NEWS__LATEST?.rows).toMatchObject([{ headline: 'Zürich, 東京, 😀', KADOA_ROW_KEY: null }])
    })

    test('gives a row one key in every run and version', () => {
      const rows = ['WF_SHOP__V1', 'WF_SHOP__V2'].flatMap((table) => found[table]?.rows ?? [])
      const keys = rows.filter(({ sku }) => sku === 'a-1').map((row) => row.KADOA_ROW_KEY)
      expect(keys).toHaveLength(3)
      expect(new Set(keys).size).toBe(1)
    })

    test('tells of its workflows, versions, fields and runs', () => {
      expect(found.WORKFLOWS?.rows.toSorted(by('WORKFLOW_ID'))).toMatchObject([
        { WORKFLOW_ID: 'news', LATEST_TABLE: 'WF_NEWS__LATEST', LATEST_RUN_ID: 'n1', LATEST_ROW_COUNT: 1 },
        {
          WORKFLOW_ID: 'shop',
          NAME: 'The shop',
          DESCRIPTION: null,
          TAGS: ['daily', 'public'],
          SOURCE_URL: 'https://shop.example',
          STATE: 'ACTIVE',
          LATEST_SCHEMA_VERSION: 2,
          LATEST_TABLE: 'WF_SHOP__LATEST',
          LATEST_RUN_ID: 'r3',
          LATEST_RUN_FINISHED_AT: '2026-01-03T02:00:00.000000Z',
          LATEST_ROW_COUNT: 2,
          IS_DELETED: false,
        },
      ])
      expect(found.WORKFLOW_SCHEMA_VERSIONS?.rows.toSorted(by('TABLE_NAME'))).toMatchObject([
        { TABLE_NAME: 'WF_NEWS__V1', STATUS: 'PUBLISHED', IS_LATEST: true, FIELD_COUNT: 1, TOTAL_ROWS: 1 },
        { TABLE_NAME: 'WF_SHOP__V1', STATUS: 'SUPERSEDED', IS_LATEST: false, FIELD_COUNT: 11, TOTAL_ROWS: 4 },
        { TABLE_NAME: 'WF_SHOP__V2', STATUS: 'PUBLISHED', IS_LATEST: true, FIELD_COUNT: 3, TOTAL_ROWS: 2 },
      ])
      const cost = found.WORKFLOW_SCHEMA_FIELDS?.rows.filter(({ FIELD_NAME }) => FIELD_NAME === 'cost')
      expect(cost?.toSorted(by('SCHEMA_VERSION'))).toMatchObject([
        { SCHEMA_VERSION: 1, ORDINAL: 6, KADOA_TYPE: 'MONEY', DELTA_TYPE: MONEY, CAST_POLICY: 'MONEY_MINOR_UNITS' },
        { SCHEMA_VERSION: 2, ORDINAL: 3, KADOA_TYPE: 'MONEY', DELTA_TYPE: MONEY, CAST_POLICY: 'MONEY_MINOR_UNITS' },
      ])
      expect(found.WORKFLOW_RUNS?.rows.toSorted(by('RUN_ID'))).toMatchObject([
        { RUN_ID: 'n1', TABLE_NAME: 'WF_NEWS__V1', ROW_COUNT: 1, STATUS: 'PUBLISHED', CAST_FAILURES: 0 },
        {
          RUN_ID: 'r1',
          SCHEMA_VERSION: 1,
          ROW_COUNT: 2,
          TABLE_NAME: 'WF_SHOP__V1',
          IS_BACKFILL: false,
          CAST_FAILURES: 1,
          CAST_FAILURE_DETAILS: '{"price":{"count":1,"samples":["the text \\"twelve\\""]}}',
          DATA_QUALITY_ISSUES: null,
        },
        { RUN_ID: 'r2', TABLE_NAME: 'WF_SHOP__V1', ROW_COUNT: 2, CAST_FAILURE_DETAILS: null },
        { RUN_ID: 'r3', TABLE_NAME: 'WF_SHOP__V2', ROW_COUNT: 2, STARTED_AT: '2026-01-03T01:00:00.000000Z' },
      ])
    })

    test('tells what happened, without what is private', () => {
      expect(found.ACTIVITY_LOG?.rows).toMatchObject([
        {
          EVENT_ID: 'event-1',
          EVENT_TIME: '2026-01-01T02:00:00.500000Z',
          TITLE: 'FINISHED',
          REQUEST_SOURCE: 'API',
          USER_ID: 'u-1',
          USER_EMAIL: null,
          WORKFLOW_ID: 'shop',
          DETAILS: '{"pages":3}',
        },
      ])
    })
  })

  test('has tables that any reader of Delta reads, with the types that are promised', async () => {
    const { root, record, place } = share
    const { tables } = await loadShare(root, record.share.name)
    const paths = Object.fromEntries(tables.map(({ name, location }) => [name, location]))
    const described = descriptions.parse(await python('connector', 'inspect', { paths, storage: place.storage }))
    expect(Object.keys(described).toSorted()).toEqual(Object.keys(COLUMNS))
    for (const [name, promised] of Object.entries(COLUMNS)) {
      expect(described[name], name).toEqual({
        readerVersion: 1,
        features: [],
        columns: Object.entries(promised).map(([column, type]) => [column, type.replace('!', '')]),
        required: Object.keys(promised).filter((column) => promised[column]?.endsWith('!')),
      })
    }
  })

  test('has tables in which delta-rs, Polars and DuckDB find what the recipient finds', async () => {
    const { root, record, place, profile } = share
    const { tables } = await loadShare(root, record.share.name)
    const shared = frames.parse(await python('connector', 'load', { profile, use_delta_format: true }))
    for (const { name, location } of tables) {
      const read = rowsByReader.parse(await python('tables', 'read', { path: location, storage: place.storage }))
      for (const [reader, rows] of Object.entries(read)) {
        expect(inOneForm(rows, 'delta'), `${name} by ${reader}`).toEqual(inOneForm(shared[name]?.rows ?? [], 'delta'))
      }
    }
  })
})

type Found = Readonly<Record<string, unknown>>

function lineage(runId: string, day: number, index: number): Found {
  return {
    KADOA_RUN_ID: runId,
    KADOA_JOB_ID: null,
    KADOA_RUN_STARTED_AT: `2026-01-0${day}T01:00:00.000000Z`,
    KADOA_RUN_FINISHED_AT: `2026-01-0${day}T02:00:00.000000Z`,
    KADOA_ROW_INDEX: index,
    KADOA_ROW_KEY: expect.stringMatching(/^[0-9a-f]{64}$/),
  }
}

function inLineage(a: Found, b: Found): number {
  return by('KADOA_RUN_ID')(a, b) || by('KADOA_ROW_INDEX')(a, b)
}

function by(column: string) {
  return (a: Found, b: Found): number => String(a[column]).localeCompare(String(b[column]))
}
