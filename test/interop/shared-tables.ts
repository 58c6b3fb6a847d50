import { join, resolve } from 'node:path'
import { createTable, type Row, systemRuntime } from '../../src/index.ts'
import { commit, loadSnapshot } from '../../src/log/index.ts'
import type { ShownTable } from '../../src/manifest/index.ts'
import { openStore } from '../../src/store/index.ts'
import { committed, rewriteOf, schemaString } from '../log/table.ts'
import { nestedRows, nestedSchema } from './nested.ts'
import { columns, given, rows, schemaOf } from './sample.ts'
import { copyTable } from './sharing.ts'

const FIXTURES = 'fixtures/changes'
const GOLDEN = resolve(import.meta.dirname, '../../../shared/golden')

/** A kind of table that is shared with the Python client. */
export interface SharedTable {
  readonly name: string
  make(location: string): Promise<void>
  /** What of it is shown, unless all of the newest version and of those before. */
  readonly shown?: Partial<ShownTable>
  /** What the client finds where that is not what we read. */
  readonly found?: readonly Row[]
  /** Where a format cannot have it: what the client's reason says. */
  readonly refused?: { readonly parquet?: RegExp; readonly delta?: RegExp }
}

/** A value of each type that can be a partition value, and the hard ones: none, least and greatest, characters that paths escape. */
const partitions = {
  boolean: [true, false, null],
  byte: [1, -128, null],
  short: [1, -32768, null],
  integer: [1, -2147483648, null],
  long: [1, -9007199254740991, null],
  float: [0.5, -3.4028234663852886e38, null],
  double: [0.1, 5e-324, null],
  'decimal(9,2)': ['1.50', '-9999999.99', null],
  'decimal(38,10)': ['1.0000000001', '-9999999999999999999999999999.9999999999', null],
  date: ['2026-01-02', '1900-01-01', null],
  timestamp: ['2026-01-02T03:04:05.123456Z', '1969-12-31T23:59:59.999999Z', null],
  string: ['plain', 'Österreich / Wien=a b%20+&?#:😀', null],
}

const partitionColumns = Object.keys(partitions).map((type, index) => [`of_${index}`, type] as const)

/** Of the tables whose changes are read. */
const FEED = { 'delta.enableChangeDataFeed': 'true' }

const GENERATIONS = [1, 2, 3, 4]

export const sharedTables: readonly SharedTable[] = [
  ours(
    'every_type',
    { schema: schemaOf(columns), properties: FEED },
    rows.slice(0, 2).map(given),
    rows.slice(2).map(given),
  ),
  ours('nested', { schema: nestedSchema, properties: FEED }, nestedRows.slice(0, 40), nestedRows.slice(40, 80)),
  ours(
    'partitioned',
    {
      schema: schemaOf([['id', 'long'], ...partitionColumns]),
      partitionBy: partitionColumns.map(([name]) => name),
      properties: FEED,
    },
    [0, 1, 2].map((turn) => ({
      id: turn,
      ...Object.fromEntries(Object.values(partitions).map((values, index) => [`of_${index}`, values[turn] ?? null])),
    })),
  ),
  {
    ...ours(
      'local_times',
      {
        schema: schemaOf([
          ['id', 'long'],
          ['at', 'timestamp_ntz'],
          ['day', 'timestamp_ntz'],
        ]),
        partitionBy: ['day'],
      },
      [
        { id: 1, at: '2026-01-02T03:04:05.123456', day: '2026-01-02T00:00:00' },
        { id: 2, at: null, day: null },
      ],
    ),
    refused: { parquet: /timestampNtz/ },
  },
  ours('empty', { schema: schemaOf(columns) }),
  golden('canonicalized-paths-normal-a'),
  ours(
    'many_files',
    {
      schema: schemaOf([
        ['id', 'long'],
        ['part', 'integer'],
      ]),
      partitionBy: ['part'],
    },
    many(1000),
  ),
  ours(
    'some_files',
    {
      schema: schemaOf([
        ['id', 'long'],
        ['part', 'integer'],
      ]),
      partitionBy: ['part'],
    },
    many(20),
  ),
  golden('time-travel-schema-changes-b'),
  // Columns came, of which the first files know nothing; files were rewritten.
  fixture('spark-rewritten'),
  { ...fixture('spark-deletion-vectors'), refused: { parquet: /deletionVectors/ } },
  { ...fixture('spark-mapped-by-name'), refused: { parquet: /columnMapping/ } },
  { ...fixture('spark-mapped-by-id'), refused: { parquet: /columnMapping/ } },
  { ...golden('dv-with-columnmapping'), refused: { parquet: /columnMapping/ } },
  {
    ...ours(
      'mapped_by_us',
      {
        schema: schemaOf([
          ['id', 'long'],
          ['a b,;{}()\n\t=ü', 'string'],
          ['part it', 'string'],
        ]),
        partitionBy: ['part it'],
        properties: { ...FEED, 'delta.columnMapping.mode': 'name' },
      },
      [
        { id: 1, 'a b,;{}()\n\t=ü': 'x', 'part it': 'p/q' },
        { id: 2, 'a b,;{}()\n\t=ü': null, 'part it': null },
      ],
    ),
    refused: { parquet: /columnMapping/ },
  },
  // We read the text, as Spark does; to this client it is none, as the protocol has it.
  { name: 'empty_text', make: makeWithEmptyText, found: [{ id: 1, part: null }] },
  // The client does not say that it could widen, so that nothing is left to chance.
  { name: 'widened', make: makeWidened, refused: { parquet: /typeWidening/, delta: /typeWidening/ } },
  golden('v2-checkpoint-json'),
  ours('with_feed', { schema: schemaOf([['id', 'long']]), properties: FEED }, [{ id: 1 }], [{ id: 2 }]),
  generations('generations', {}),
  generations('pinned', { version: 2 }),
  generations('newest_only', { history: false }),
  {
    ...ours('in_part', { schema: schemaOf(columns), partitionBy: ['country'], properties: FEED }, rows.map(given)),
    shown: { partition: { country: 'DE' } },
  },
  {
    ...ours('Tablé-50%_(ü)+&=@~!$,;:', { schema: schemaOf([['id', 'long']]) }, [{ id: 7 }]),
    shown: { schema: '東京-schéma' },
  },
]

/** A table of ours: version 0 without rows, then a commit for each part. */
function ours(
  name: string,
  definition: Parameters<typeof createTable>[1],
  ...parts: readonly (readonly Row[])[]
): SharedTable {
  return {
    name,
    async make(location) {
      const table = await createTable(location, definition)
      for (const part of parts) await table.append([...part])
      await table.settled()
    },
  }
}

/** Version n holds the ids up to n. */
function generations(name: string, shown: Partial<ShownTable>): SharedTable {
  return { ...ours(name, { schema: schemaOf([['id', 'long']]) }, ...GENERATIONS.map((id) => [{ id }])), shown }
}

/** An empty text as partition value, as other writers leave it in the log: we refuse to write one. */
async function makeWithEmptyText(location: string): Promise<void> {
  const table = await createTable(location, {
    schema: schemaOf([
      ['id', 'long'],
      ['part', 'string'],
    ]),
    partitionBy: ['part'],
  })
  const staged = await table.stage([{ id: 1, part: 'x' }])
  await table.commit([{ ...staged, files: staged.files.map((file) => file.replace('"part":"x"', '"part":""')) }])
  await table.settled()
}

/** Its one file is of the narrower type. */
async function makeWidened(location: string): Promise<void> {
  const properties = { 'delta.enableTypeWidening': 'true' }
  const table = await createTable(location, { schema: schemaOf([['id', 'integer']]), properties })
  await table.append([{ id: 1 }])
  await table.settled()
  const store = await openStore(location)
  const snapshot = await loadSnapshot(store)
  const typeChanges = { 'delta.typeChanges': [{ fromType: 'integer', toType: 'long' }] }
  const metaData = {
    ...snapshot.metadata,
    schemaString: schemaString({ name: 'id', type: 'long', metadata: typeChanges }),
  }
  committed(await commit(store, rewriteOf(snapshot, { metaData }), { runtime: systemRuntime }))
}

function many(count: number): Row[] {
  return Array.from({ length: count }, (_, id) => ({ id, part: id }))
}

/** A table of Spark's with a change data feed. */
function fixture(name: string): SharedTable {
  return { name, make: (location) => copyTable(join(FIXTURES, name, 'table'), location) }
}

function golden(name: string): SharedTable {
  return { name, make: (location) => copyTable(join(GOLDEN, name, 'delta'), location) }
}
