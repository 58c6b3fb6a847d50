import { type Delivery, parseRun, parseSchemaDescriptor, parseWorkflow } from '../../src/connector/index.ts'

const TIME = 'timestamp[us, tz=UTC]'

/** After the fields, in every table of a workflow. `!` marks what is never null. */
const LINEAGE = {
  KADOA_RUN_ID: 'string!',
  KADOA_JOB_ID: 'string',
  KADOA_RUN_STARTED_AT: TIME,
  KADOA_RUN_FINISHED_AT: `${TIME}!`,
  KADOA_ROW_INDEX: 'int64!',
  KADOA_ROW_KEY: 'string',
}

const MONEY = 'struct<amount: decimal128(20, 4), currencyCode: string>'

/** The first version of the shop. */
export const SHOP_FIELDS = {
  sku: 'string',
  price: 'double',
  inStock: 'bool',
  listedOn: 'date32[day]',
  seenAt: TIME,
  cost: MONEY,
  photo: 'string',
  page: 'string',
  specs: 'string',
  sizes: 'string',
  category: 'string',
}
const SECOND_COLUMNS = { sku: 'string', rating: 'double', cost: MONEY }

/** What a recipient is promised: the tables of the share, their columns in order, each with its type in Arrow's words. */
export const COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ACTIVITY_LOG: {
    EVENT_ID: 'string!',
    EVENT_TIME: `${TIME}!`,
    TITLE: 'string!',
    EVENT_TYPE: 'string',
    REQUEST_SOURCE: 'string',
    USER_ID: 'string',
    USER_EMAIL: 'string',
    RESOURCE_TYPE: 'string',
    WORKFLOW_ID: 'string',
    RESOURCE_ID: 'string',
    RESOURCE_NAME: 'string',
    DETAILS: 'string',
    INGESTED_AT: TIME,
  },
  WF_NEWS__LATEST: { headline: 'string', ...LINEAGE },
  WF_NEWS__V1: { headline: 'string', ...LINEAGE },
  WF_SHOP__LATEST: { ...SECOND_COLUMNS, ...LINEAGE },
  WF_SHOP__V1: { ...SHOP_FIELDS, ...LINEAGE },
  WF_SHOP__V2: { ...SECOND_COLUMNS, ...LINEAGE },
  WORKFLOWS: {
    WORKFLOW_ID: 'string!',
    NAME: 'string',
    DESCRIPTION: 'string',
    ENTITY: 'string',
    TAGS: 'list<element: string not null>',
    SOURCE_URL: 'string',
    STATE: 'string',
    LATEST_SCHEMA_VERSION: 'int32',
    LATEST_TABLE: 'string',
    LATEST_RUN_ID: 'string',
    LATEST_RUN_FINISHED_AT: TIME,
    LATEST_ROW_COUNT: 'int64',
    PUBLISHED_AT: TIME,
    IS_DELETED: 'bool',
  },
  WORKFLOW_RUNS: {
    WORKFLOW_ID: 'string!',
    RUN_ID: 'string!',
    JOB_ID: 'string',
    SCHEMA_VERSION: 'int32!',
    STARTED_AT: TIME,
    FINISHED_AT: `${TIME}!`,
    ROW_COUNT: 'int64!',
    BYTES: 'int64',
    TABLE_NAME: 'string!',
    TABLE_VERSION: 'int64',
    LATEST_TABLE_VERSION: 'int64',
    STATUS: 'string!',
    IS_BACKFILL: 'bool',
    CAST_FAILURES: 'int64',
    CAST_FAILURE_DETAILS: 'string',
    DATA_QUALITY_ISSUES: 'int32',
    PUBLISHED_AT: `${TIME}!`,
  },
  WORKFLOW_SCHEMA_FIELDS: {
    WORKFLOW_ID: 'string!',
    SCHEMA_VERSION: 'int32!',
    ORDINAL: 'int32!',
    FIELD_NAME: 'string!',
    COLUMN_NAME: 'string!',
    KADOA_TYPE: 'string!',
    FIELD_TYPE: 'string',
    DELTA_TYPE: 'string!',
    CAST_POLICY: 'string!',
    IS_KEY: 'bool',
    IS_REQUIRED: 'bool',
    IS_UNIQUE: 'bool',
    DESCRIPTION: 'string',
    CATEGORIES: 'string',
  },
  WORKFLOW_SCHEMA_VERSIONS: {
    WORKFLOW_ID: 'string!',
    SCHEMA_VERSION: 'int32!',
    TABLE_NAME: 'string!',
    SCHEMA_ID: 'string',
    DESCRIPTOR_HASH: 'string!',
    LAYOUT_HASH: 'string!',
    FIELD_COUNT: 'int32',
    STATUS: 'string!',
    IS_LATEST: 'bool',
    CHANGE_SUMMARY: 'string',
    FIRST_RUN_ID: 'string',
    FIRST_PUBLISHED_AT: TIME,
    LAST_PUBLISHED_AT: TIME,
    TOTAL_ROWS: 'int64',
  },
}

const FIRST_FIELDS = [
  { name: 'sku', dataType: 'STRING', isKey: true },
  { name: 'price', dataType: 'NUMBER' },
  { name: 'inStock', dataType: 'BOOLEAN' },
  { name: 'listedOn', dataType: 'DATE' },
  { name: 'seenAt', dataType: 'DATETIME' },
  { name: 'cost', dataType: 'MONEY', description: 'What the shop pays' },
  { name: 'photo', dataType: 'IMAGE' },
  { name: 'page', dataType: 'LINK' },
  { name: 'specs', dataType: 'OBJECT', shape: { weight: 'NUMBER' } },
  { name: 'sizes', dataType: 'ARRAY' },
  { name: 'category', fieldType: 'CLASSIFICATION', categories: [{ title: 'Shoes' }, { title: 'Hats' }] },
  { name: '_note', dataType: 'STRING' },
]
const NOTHING = Object.fromEntries(FIRST_FIELDS.map(({ name }) => [name, null]))
const SECOND_FIELDS = [
  { name: 'sku', dataType: 'STRING', isKey: true },
  { name: 'rating', dataType: 'NUMBER' },
  { name: 'cost', dataType: 'MONEY' },
]

/** Three runs of a workflow whose fields change with the third, and one of another; the first brings events along. */
export const deliveries: readonly Delivery[] = [
  {
    ...headOf({ workflowId: 'shop', runId: 'r1', day: 1, fields: FIRST_FIELDS }),
    rows: [
      {
        sku: 'a-1',
        price: 12.5,
        inStock: true,
        listedOn: '2025-12-24',
        seenAt: '2026-01-01T01:30:00.123456+01:00',
        cost: { amount: 12450, currencyCode: 'USD' },
        photo: 'https://shop.example/a-1.png',
        page: 'https://shop.example/a-1',
        specs: { weight: 1.5, colours: ['rot', 'grün'], _internal: 1 },
        sizes: [38, 39],
        category: 'Shoes',
        _note: 'not for customers',
      },
      { sku: 'b-2', price: 'twelve', inStock: null, cost: 99 },
    ],
    events: [
      {
        id: 'event-1',
        title: 'FINISHED',
        dateTime: '2026-01-01T02:00:00.5Z',
        source: { requestSource: 'API', userId: 'u-1', userEmail: 'ada@example.com' },
        resource: { type: 'RUN', workflowId: 'shop', resourceId: 'r1', name: 'The shop' },
        details: { pages: 3, _cost: 1 },
      },
    ],
  },
  {
    ...headOf({ workflowId: 'shop', runId: 'r2', day: 2, fields: FIRST_FIELDS }),
    rows: [
      { ...NOTHING, sku: 'a-1', price: 13, inStock: false },
      { ...NOTHING, price: 0 },
    ],
  },
  {
    ...headOf({ workflowId: 'news', runId: 'n1', day: 2, fields: [{ name: 'headline', dataType: 'STRING' }] }),
    rows: [{ headline: 'Zürich, 東京, 😀' }],
  },
  {
    ...headOf({ workflowId: 'shop', runId: 'r3', day: 3, fields: SECOND_FIELDS }),
    rows: [
      { sku: 'a-1', rating: 4.5, cost: { amount: 1.5, currencyCode: 'KWD' } },
      { sku: 'c-3', rating: null },
    ],
  },
]

/** A run of a shop whose fields are structs and arrays. */
export const typedDeliveries: readonly Delivery[] = [
  {
    ...headOf({
      workflowId: 'shop',
      runId: 't1',
      day: 1,
      fields: [
        { name: 'sku', dataType: 'STRING', isKey: true },
        {
          name: 'specs',
          dataType: 'OBJECT',
          shape: {
            weight: 'NUMBER',
            isNew: 'BOOLEAN',
            cost: 'MONEY',
            maker: { name: 'STRING', since: 'DATE' },
            seenAt: ['DATETIME'],
          },
        },
        { name: 'sizes', dataType: 'ARRAY', shape: [{ label: 'STRING', inStock: 'NUMBER' }] },
        { name: 'rest', dataType: 'OBJECT', shape: { a: 1 } },
      ],
    }),
    rows: [
      {
        sku: 'a-1',
        specs: {
          weight: 1.5,
          isNew: true,
          cost: { amount: 12450, currencyCode: 'USD' },
          maker: { name: 'Müller', since: '1999-12-31', _id: 1 },
          seenAt: ['2026-01-01T01:30:00.123456+01:00', null, 'soon'],
          colour: 'red',
        },
        sizes: [{ label: 'S', inStock: 2 }, null, { label: 'M', inStock: 'many' }],
        rest: { a: 1 },
      },
      { sku: 'b-2', specs: { maker: {} }, sizes: [] },
      { sku: 'c-3' },
    ],
  },
]

interface Head {
  readonly workflowId: string
  readonly runId: string
  /** Of January 2026. */
  readonly day: number
  readonly fields: readonly object[]
}

function headOf({ workflowId, runId, day, fields }: Head) {
  return {
    workflow: parseWorkflow({
      id: workflowId,
      name: `The ${workflowId}`,
      tags: ['daily', 'public'],
      url: `https://${workflowId}.example`,
      state: 'ACTIVE',
    }),
    schema: parseSchemaDescriptor({ workflowId, fields }),
    run: parseRun({
      workflowId,
      runId,
      state: 'FINISHED',
      startedAt: Date.UTC(2026, 0, day, 1),
      finishedAt: Date.UTC(2026, 0, day, 2),
    }),
  }
}
