import type { DeltaType, StructType } from '../../src/schema/index.ts'
import { type Column, type ComparableRow, comparable, comparableRow, schemaOf } from './sample.ts'

/** Structs, arrays and maps within each other, and each kind of primitive within one of them. */
export const nestedColumns: readonly Column[] = [
  ['id', 'long'],
  [
    'person',
    struct({
      name: 'string',
      since: 'date',
      address: struct({ city: 'string', place: struct({ latitude: 'double', longitude: 'double' }) }),
    }),
  ],
  ['tags', array('string')],
  ['grid', array(array('integer'))],
  ['lines', array(struct({ sku: 'string', price: 'decimal(9,2)', paid: 'boolean', notes: array('string') }))],
  ['attributes', map('string', struct({ text: 'string', seen: 'timestamp', digest: 'binary' }))],
  ['calls', map('long', array('string'))],
  ['history', array(map('string', 'integer'))],
]

/** What the columns hold, by turns; undefined where the row has no such column. */
const values: Readonly<Record<string, readonly unknown[]>> = {
  person: [
    { name: 'Ada', since: '1815-12-10', address: { city: 'London', place: { latitude: 51.5, longitude: -0.125 } } },
    { name: 'Žofie 東京 😀', address: { city: 'Zürich', place: null } },
    { name: '', since: null, address: { place: {} } },
    { address: {} },
    { name: null, address: null },
    {},
    null,
    undefined,
  ],
  tags: [['a', 'b', 'a'], [], [null], ['', null, 'ü😀'], null, undefined, ['one alone']],
  grid: [[[1, 2], [3]], [[], null, [null, 2147483647]], [[]], [null, null], [], null, undefined, [[-2147483648]]],
  lines: [
    [{ sku: 'A-1', price: '9999999.99', paid: true, notes: ['first', null] }, { sku: 'B' }],
    [{}, null, { notes: [] }, { notes: null, paid: false }],
    [],
    null,
    [null],
    [{ sku: 'Öl "extra"\n', price: '-0.01', notes: ['', '東'] }],
    undefined,
  ],
  attributes: [
    new Map([['color', { text: 'blue', seen: '2026-01-02T03:04:05.123456Z', digest: Uint8Array.of(0, 255) }]]),
    new Map<string, unknown>([
      ['', { text: '' }],
      ['größe 😀', null],
      ['none', {}],
    ]),
    new Map(),
    null,
    undefined,
    new Map([['early', { seen: '1969-12-31T23:59:59.999999Z', digest: new Uint8Array() }]]),
  ],
  calls: [
    new Map<number | bigint, unknown>([
      [9007199254740993n, ['a', null]],
      [-1, []],
      [0, null],
    ]),
    new Map(),
    null,
    undefined,
    new Map([[-9223372036854775808n, ['least']]]),
  ],
  history: [
    [new Map([['x', 1]]), new Map<string, unknown>([['y', null]]), new Map(), null],
    [],
    null,
    [new Map()],
    undefined,
    [null, new Map([['z', -5]])],
  ],
}

/** Rows as a user hands them in: enough for every value of a column to meet every value of its neighbours. */
export const nestedRows: readonly Readonly<Record<string, unknown>>[] = Array.from({ length: 210 }, (_, i) => {
  const turns = Object.entries(values).map(([name, some]) => [name, some[i % some.length]] as const)
  return { id: i + 1, ...Object.fromEntries(turns.filter(([, value]) => value !== undefined)) }
})

export const nestedSchema: StructType = schemaOf(nestedColumns)

/** The same rows in the form in which rows are compared, with null for every field that was left out. */
export const nestedFound: readonly ComparableRow[] = nestedRows.map((row) =>
  comparableRow(completeFields(nestedSchema, row)),
)

function completeFields(type: StructType, value: object): Record<string, unknown> {
  const members = new Map<string, unknown>(Object.entries(value))
  return Object.fromEntries(type.fields.map((field) => [field.name, complete(field.type, members.get(field.name))]))
}

function complete(type: DeltaType, value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (type.type === 'struct' && typeof value === 'object') return completeFields(type, value)
  if (type.type === 'array' && Array.isArray(value)) return value.map((each) => complete(type.elementType, each))
  if (type.type === 'map' && value instanceof Map) {
    return new Map([...value].map(([key, each]) => [key, complete(type.valueType, each)]))
  }
  return comparable(value)
}

function struct(fields: Readonly<Record<string, Column[1]>>): Column[1] {
  const nullable = Object.entries(fields).map(([name, type]) => ({ name, type, nullable: true, metadata: {} }))
  return { type: 'struct', fields: nullable }
}

function array(elementType: Column[1]): Column[1] {
  return { type: 'array', elementType, containsNull: true }
}

function map(keyType: string, valueType: Column[1]): Column[1] {
  return { type: 'map', keyType, valueType, valueContainsNull: true }
}
