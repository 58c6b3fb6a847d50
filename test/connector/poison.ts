import { encodeParquet } from '../../src/parquet/index.ts'
import type { Row } from '../../src/schema/index.ts'

/**
 * What a careless or broken source hands over, and what must become of it. Each case is a delivery that differs from a
 * good one in one thing; the good one was published before. No case, whatever becomes of it, may show {@link SECRET}.
 */
export interface Poison {
  readonly name: string
  /** What `run.json` holds. */
  readonly head: object
  readonly rows: PoisonRows
  /** The checks of the connector where they are not those that hold unless said. */
  readonly checks?: object
  readonly outcome: Outcome
}

export type PoisonRows =
  | { readonly jsonLines: Uint8Array }
  | { readonly parquet: () => Promise<Uint8Array> }
  /** Handed over by a program; not each need be a row. */
  | { readonly objects: readonly unknown[] }

/**
 * Refused: no check is asked, for the delivery cannot be read. Blocked and warned: by the check of this name, and what
 * is blocked leaves everything as it was. Published: with so many rows and without a word.
 */
export type Outcome =
  | { readonly refused: 'invalid-argument' | 'invalid-data'; readonly because: string }
  | { readonly blocked: string }
  | { readonly warned: string }
  | { readonly published: number; readonly columns?: readonly string[] }

/** Stands in private places only. */
export const SECRET = 'S3CR3T'

export const NOW = Date.UTC(2026, 0, 3)

const FIELDS = [
  { name: 'sku', dataType: 'STRING', isKey: true, isRequired: true },
  { name: 'name', dataType: 'STRING' },
  { name: 'price', dataType: 'MONEY' },
  { name: 'stock', dataType: 'NUMBER' },
  { name: 'since', dataType: 'DATE' },
  { name: 'seenAt', dataType: 'DATETIME' },
  { name: 'details', dataType: 'OBJECT' },
]

/** A run as it should be; what is given takes the place of what is good. */
function head({ workflow = {}, schema = {}, run = {} }: { workflow?: object; schema?: object; run?: object } = {}) {
  return {
    workflow: { id: 'lamps', name: 'Lamps', ...workflow },
    schema: { workflowId: 'lamps', fields: FIELDS, ...schema },
    run: {
      workflowId: 'lamps',
      runId: 'run-2',
      state: 'FINISHED',
      startedAt: '2026-01-02T03:00:00Z',
      finishedAt: '2026-01-02T04:00:00Z',
      ...run,
    },
  }
}

/** Ten good rows; `change` makes one bad. */
function rows(change: (row: object, index: number) => object = (row) => row): object[] {
  return Array.from({ length: 10 }, (_, index) =>
    change(
      {
        sku: `L-${index}`,
        name: 'Straßenlampe',
        price: { amount: 2490 + index, currencyCode: 'EUR' },
        stock: index,
        since: '2025-12-31',
        seenAt: '2026-01-02T03:30:00+01:00',
        details: { watts: 5, tags: ['a'] },
      },
      index,
    ),
  )
}

const first = (more: object) => rows((row, index) => (index === 0 ? { ...row, ...more } : row))
const everyRow = (more: object) => rows((row) => ({ ...row, ...more }))

const utf8 = (text: string) => new TextEncoder().encode(text)
const text = (given: readonly object[]) => given.map((row) => `${JSON.stringify(row)}\n`).join('')
const lines = (given: readonly object[]) => ({ jsonLines: utf8(text(given)) })
const raw = (given: string) => ({ jsonLines: utf8(given) })
/** Good rows, then a line as it is. */
const withLine = (line: string) => raw(`${text(rows())}${line}\n`)

/** The delivery that is published before each of the others. */
export const good = {
  head: head({ run: { runId: 'run-1', startedAt: '2026-01-01T03:00:00Z', finishedAt: '2026-01-01T04:00:00Z' } }),
  rows: lines(rows()),
  count: 10,
}

function without(name: string): (row: object) => object {
  return (row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== name))
}

function renamed(from: string, to: string): (row: object) => object {
  return (row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key === from ? to : key, value]))
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

async function parquet(given: readonly Row[], end?: number): Promise<Uint8Array> {
  return (await encodeParquet(given)).subarray(0, end)
}

const skus = rows().map((_, index) => ({ sku: `L-${index}` }))
const wide = Array.from({ length: 2000 }, (_, index) => ({ name: `f${index}`, dataType: 'NUMBER' }))

/** Rows. */
const counts: readonly Poison[] = [
  {
    name: 'nine of ten rows are gone',
    head: head(),
    rows: lines(rows().slice(0, 1)),
    outcome: { blocked: 'minRowRatio' },
  },
  {
    name: 'nine of ten rows are gone, which only warns here',
    head: head(),
    rows: lines(rows().slice(0, 1)),
    checks: { minRowRatio: { ratio: 0.5, action: 'warn' } },
    outcome: { warned: 'minRowRatio' },
  },
  { name: 'half of the rows are there', head: head(), rows: lines(rows().slice(0, 5)), outcome: { published: 5 } },
  { name: 'no rows', head: head(), rows: lines([]), outcome: { warned: 'onEmptyRun' } },
  {
    name: 'no rows, which blocks here',
    head: head(),
    rows: lines([]),
    checks: { onEmptyRun: 'block' },
    outcome: { blocked: 'onEmptyRun' },
  },
  {
    name: 'fewer rows than the run announced: cut off between two lines',
    head: head({ run: { expectedRecords: 10 } }),
    rows: lines(rows().slice(0, 9)),
    outcome: { blocked: 'expectedRecords' },
  },
  {
    name: 'more rows than the run announced',
    head: head({ run: { expectedRecords: 9 } }),
    rows: lines(rows()),
    outcome: { blocked: 'expectedRecords' },
  },
  {
    name: 'rows announced that did not come at all',
    head: head({ run: { expectedRecords: 10 } }),
    rows: lines([]),
    outcome: { blocked: 'expectedRecords' },
  },
]

/** Columns. */
const columns: readonly Poison[] = [
  {
    name: 'a column is called otherwise',
    head: head(),
    rows: lines(rows(renamed('stock', 'stockCount'))),
    outcome: { warned: 'maxMissingColumnRatio' },
  },
  {
    name: 'a column is called otherwise, which blocks here',
    head: head(),
    rows: lines(rows(renamed('stock', 'stockCount'))),
    checks: { maxMissingColumnRatio: 0 },
    outcome: { blocked: 'maxMissingColumnRatio' },
  },
  {
    name: 'a column is gone from a Parquet file',
    head: head(),
    rows: { parquet: () => parquet(rows(without('stock')).map((row) => ({ ...row }))) },
    outcome: { warned: 'maxMissingColumnRatio' },
  },
  {
    name: "rows of another workflow's table",
    head: head(),
    rows: lines(rows().map((_, index) => ({ sku: `J-${index}`, title: 'Engineer', salary: 5, place: 'Ulm' }))),
    outcome: { blocked: 'maxMissingColumnRatio' },
  },
  {
    name: 'a key that is no field',
    head: head(),
    rows: lines(first({ colour: 'red' })),
    outcome: { warned: 'onExtraField' },
  },
  {
    name: 'a key that every object inherits',
    head: head(),
    rows: lines(first({ constructor: 'x' })),
    outcome: { warned: 'onExtraField' },
  },
  {
    name: 'keys made of data: another one in every row',
    head: head(),
    rows: lines(rows((row, index) => ({ ...row, [`k${index}`.repeat(99)]: 1 }))),
    outcome: { warned: 'onExtraField' },
  },
  {
    name: 'the key __proto__',
    head: head(),
    rows: withLine('{"sku":"p","__proto__":{"name":"x"}}'),
    outcome: { published: 11 },
  },
  {
    name: 'a required value is missing',
    head: head(),
    rows: lines(first({ sku: null })),
    outcome: { warned: 'onMissingRequired' },
  },
  {
    name: '2,000 columns',
    head: head({ schema: { fields: [...FIELDS, ...wide] } }),
    rows: lines(everyRow(Object.fromEntries(wide.map(({ name }) => [name, 1])))),
    outcome: { published: 10 },
  },
  {
    name: 'fields whose names differ by case only',
    head: head({ schema: { fields: [...FIELDS, { name: 'Stock', dataType: 'NUMBER' }] } }),
    rows: lines(everyRow({ Stock: 1 })),
    outcome: { published: 10, columns: ['stock', 'Stock_2'] },
  },
  {
    name: 'a field with the name of a lineage column',
    head: head({ schema: { fields: [...FIELDS, { name: 'kadoa_run_id', dataType: 'STRING' }] } }),
    rows: lines(everyRow({ kadoa_run_id: 'forged' })),
    outcome: { published: 10, columns: ['kadoa_run_id_2', 'KADOA_RUN_ID'] },
  },
  {
    name: 'a type that is not known yet',
    head: head({ schema: { fields: [...FIELDS, { name: 'shape', dataType: 'POLYGON' }] } }),
    rows: lines(everyRow({ shape: [[1, 2]] })),
    outcome: { published: 10, columns: ['shape'] },
  },
]

/** Keys of rows. */
const keys: readonly Poison[] = [
  {
    name: 'two rows with one key',
    head: head(),
    rows: lines(first({ sku: 'L-1' })),
    outcome: { warned: 'onDuplicateKey' },
  },
  {
    name: 'every row twice, which blocks here',
    head: head(),
    rows: lines([...rows(), ...rows()]),
    checks: { onDuplicateKey: 'block' },
    outcome: { blocked: 'onDuplicateKey' },
  },
  { name: 'an empty key', head: head(), rows: lines(first({ sku: '' })), outcome: { warned: 'onMissingKey' } },
]

/** Values. */
const values: readonly Poison[] = [
  ...[
    ['a number became words', { stock: 'many' }],
    ['a number beyond every double', { stock: '1e400' }],
    ['NaN as text', { stock: 'NaN' }],
    ['a number in the way of another country', { stock: '1.234,5' }],
    ['money as text', { price: '24,90 €' }],
    ['money in more digits than there is room for', { price: { amount: 1e18, currencyCode: 'EUR' } }],
    ['a day of the year 0', { since: '0000-01-01' }],
    ['a day of the year 10000', { since: '10000-01-01' }],
    ['a day that no calendar has', { since: '2026-02-30' }],
    ['a time as seconds since 1970', { seenAt: 1_767_312_000 }],
    ['a private key in what does not fit', { stock: { _token: SECRET, a: [{ _b: SECRET }] } }],
    ['a megabyte of text where a number belongs', { stock: 'x'.repeat(2 ** 20) }],
  ].map(([name, bad]) => ({
    name: String(name),
    head: head(),
    rows: lines(first(Object(bad))),
    outcome: { warned: 'maxCastFailureRatio' },
  })),
  {
    name: 'a number token beyond every double',
    head: head(),
    rows: withLine('{"sku":"x","stock":1e400}'),
    outcome: { warned: 'maxCastFailureRatio' },
  },
  {
    name: 'a column of another type, which blocks here',
    head: head(),
    rows: lines(everyRow({ stock: 'many' })),
    checks: { maxCastFailureRatio: 0.1 },
    outcome: { blocked: 'maxCastFailureRatio' },
  },
  {
    name: 'what a program may have and JSON has not',
    head: head(),
    rows: { objects: first({ details: { at: new Date(0) }, stock: Number.NaN }) },
    outcome: { warned: 'maxCastFailureRatio' },
  },
  {
    name: 'values that nest too deep, from a program',
    head: head(),
    rows: { objects: first({ details: nested(501) }) },
    outcome: { warned: 'maxCastFailureRatio' },
  },
  {
    name: 'a whole number that a double cannot hold',
    head: head(),
    rows: lines(first({ stock: '9007199254740993' })),
    outcome: { warned: 'onPrecisionLoss' },
  },
  {
    name: 'text that was read in the wrong character set',
    head: head(),
    rows: lines(first({ name: 'StraÃŸenlampe' })),
    outcome: { warned: 'onGarbledText' },
  },
  {
    name: 'text of which characters were lost, which blocks here',
    head: head(),
    rows: lines(first({ name: 'Stra\ufffdenlampe' })),
    checks: { onGarbledText: 'block' },
    outcome: { blocked: 'onGarbledText' },
  },
  {
    name: 'half a surrogate pair',
    head: head(),
    rows: lines(first({ name: 'Lampe \ud83d' })),
    outcome: { warned: 'onIllFormedText' },
  },
  {
    name: 'private keys at every depth',
    head: head({ schema: { fields: [...FIELDS, { name: 'mail', dataType: 'STRING', isPrivate: true }] } }),
    rows: lines(
      everyRow({
        _id: SECRET,
        mail: SECRET,
        name: { _a: SECRET, b: 1 },
        price: { amount: 1, currencyCode: 'EUR', _raw: SECRET },
        details: { a: [{ _b: SECRET, c: { _d: [SECRET] } }], _e: { f: SECRET } },
      }),
    ),
    outcome: { published: 10 },
  },
  {
    name: 'private keys in the JSON text of a Parquet file',
    head: head(),
    rows: {
      parquet: () =>
        parquet(
          skus.map((row) => ({
            ...row,
            ...{ name: 'x', price: '{"amount":1,"_raw":"S3CR3T"}', stock: 1, since: null, seenAt: null },
            details: `{"a":[{"_b":"${SECRET}"}]}`,
            _id: SECRET,
          })),
        ),
    },
    outcome: { published: 10 },
  },
]

/** Files. */
const files: readonly Poison[] = [
  ...(
    [
      ['is cut off within a row', text(rows()).slice(0, -20), 'is not valid JSON: line 10'],
      ['holds a row that is an array', `${text(rows())}[1]`, 'row 11 (line 11): expected an object'],
      ['holds a row that is null', `${text(rows())}null`, 'row 11 (line 11): expected an object'],
      ['holds a row that is a text', `${text(rows())}"x"`, 'row 11 (line 11): expected an object'],
      ['is one array of rows', JSON.stringify(rows()), 'row 1 (line 1): expected an object'],
      ['is a page of HTML', '<!doctype html>\n<p>Bad Gateway', 'is not valid JSON: line 1, character 1'],
      ['names a key twice', `${text(rows())}{"sku":"a","sku":"b"}`, 'row 11 (line 11): expected each key'],
      ['nests too deep', `{"details":${JSON.stringify(nested(501))}}`, 'at most 500 levels'],
      ['holds NaN as a token', '{"stock":NaN}', 'is not valid JSON: line 1'],
    ] as const
  ).map(([what, given, because]): Poison => {
    return {
      name: `JSON Lines that ${what}`,
      head: head(),
      rows: raw(given),
      outcome: { refused: 'invalid-data', because },
    }
  }),
  ...(
    [
      ['in UTF-16', Uint8Array.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), 'is UTF-16 text'],
      ['in Latin-1', Uint8Array.from([...utf8('{"sku":"Stra'), 0xdf, ...utf8('e"}')]), 'is not UTF-8: byte 12'],
      ['compressed', Uint8Array.from([0x1f, 0x8b, 8, 0]), 'is compressed with gzip'],
      ['that are Parquet', utf8('PAR1…'), 'is a Parquet file'],
    ] as const
  ).map(([what, jsonLines, because]): Poison => {
    return {
      name: `JSON Lines ${what}`,
      head: head(),
      rows: { jsonLines },
      outcome: { refused: 'invalid-data', because },
    }
  }),
  { name: 'a byte order mark', head: head(), rows: raw(`\ufeff${text(rows())}`), outcome: { published: 10 } },
  {
    name: 'CRLF and empty lines',
    head: head(),
    rows: raw(text(rows()).replaceAll('\n', '\r\n \r\n\r\n')),
    outcome: { published: 10 },
  },
  {
    name: 'a Parquet file that is cut off',
    head: head(),
    rows: { parquet: () => parquet(skus, -9) },
    outcome: { refused: 'invalid-data', because: 'Parquet' },
  },
  {
    name: 'a Parquet file of no bytes',
    head: head(),
    rows: { parquet: () => parquet(skus, 0) },
    outcome: { refused: 'invalid-data', because: 'Parquet' },
  },
  {
    name: 'rows of a program that are no objects',
    head: head(),
    rows: { objects: [...rows(), new Date(0)] },
    outcome: { refused: 'invalid-argument', because: 'row 11 of run run-2 cannot be published: expected an object' },
  },
]

/** What `run.json` says. */
const heads: readonly Poison[] = [
  ...(
    [
      ['held for review', { run: { state: 'VALIDATING' } }, 'its state is VALIDATING'],
      ['failed', { run: { state: 'FAILED' } }, 'its state is FAILED'],
      ['without a time at which it finished', { run: { finishedAt: null } }, 'finishedAt: expected when it finished'],
      ['with a time that is none', { run: { finishedAt: '02/01/2026' } }, 'finishedAt: expected an ISO 8601 time'],
      ['without an id', { run: { runId: '' } }, 'runId: Too small'],
      ['of another workflow', { run: { workflowId: 'chairs' } }, 'run.workflowId: expected "lamps"'],
      [
        'with the schema of another workflow',
        { schema: { workflowId: 'chairs' } },
        'schema.workflowId: expected "lamps"',
      ],
      ['under another workflow', { workflow: { id: 'chairs' } }, 'expected "chairs" as in workflow.id, found "lamps"'],
      ['of another version of the schema', { schema: { version: 2 }, run: { schemaVersion: 3 } }, 'run.schemaVersion'],
      ['that announces less than no rows', { run: { expectedRecords: -1 } }, 'expectedRecords'],
      [
        'with a field that no table can have',
        { schema: { fields: [{ name: 'a b', dataType: 'LINK' }] } },
        'fields[0].name',
      ],
      [
        'with two fields of one name',
        { schema: { fields: [FIELDS[0], FIELDS[0]] } },
        'fields[1].name: a second field is called "sku"',
      ],
    ] as const
  ).map(([what, given, because]): Poison => {
    return {
      name: `a run ${what}`,
      head: head(given),
      rows: lines(rows()),
      outcome: { refused: 'invalid-argument', because },
    }
  }),
  {
    name: 'a clock that is set to 2099',
    head: head({ run: { finishedAt: '2099-01-01T00:00:00Z' } }),
    rows: lines(rows()),
    outcome: { blocked: 'clock' },
  },
  {
    name: 'a run that is older than what is published',
    head: head({ run: { finishedAt: '2025-12-31T00:00:00Z' } }),
    rows: lines(rows()),
    outcome: { warned: 'onStaleRun' },
  },
  {
    name: 'a run that is older than what is published, which blocks here',
    head: head({ run: { finishedAt: '2025-12-31T00:00:00Z' } }),
    rows: lines(rows()),
    checks: { onStaleRun: 'block' },
    outcome: { blocked: 'onStaleRun' },
  },
  {
    name: 'a run of the history',
    head: { ...head({ run: { finishedAt: '2025-12-31T00:00:00Z' } }), isBackfill: true },
    rows: lines(rows()),
    checks: { onStaleRun: 'block' },
    outcome: { published: 10 },
  },
]

export const poison: readonly Poison[] = [...counts, ...columns, ...keys, ...values, ...files, ...heads]
