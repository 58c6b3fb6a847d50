import {
  everyRow,
  FIELDS,
  first,
  head,
  lines,
  nested,
  type Poison,
  parquet,
  SECRET,
  skus,
  withLine,
} from './delivery.ts'

/** What stands in a column. */
export const values: readonly Poison[] = [
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
    name: 'a column of another type',
    head: head(),
    rows: lines(everyRow({ stock: 'many' })),
    outcome: { warned: 'maxCastFailureRatio' },
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
    name: 'text of which characters were lost',
    head: head(),
    rows: lines(first({ name: 'Stra\ufffdenlampe' })),
    outcome: { warned: 'onGarbledText' },
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
            ...{ name: 'x', price: `{"amount":1,"_raw":"${SECRET}"}`, stock: 1, since: null, seenAt: null },
            details: `{"a":[{"_b":"${SECRET}"}]}`,
            _id: SECRET,
          })),
        ),
    },
    outcome: { published: 10 },
  },
]
