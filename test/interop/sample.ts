import { formatJson, type JsonValue } from '../../src/json.ts'
import { parseSchema, type StructType } from '../../src/schema/index.ts'

/** A column: its name and the Delta type, as the log spells it. */
export type Column = readonly [name: string, type: JsonValue]

/** A row in the form in which rows are compared with the peers; `frames.py` says how it spells each type. */
export type ComparableRow = Readonly<Record<string, JsonValue>>

/** Every primitive that a reader of version 1 knows. */
export const columns: readonly Column[] = [
  ['id', 'long'],
  ['text', 'string'],
  ['integer', 'integer'],
  ['short', 'short'],
  ['byte', 'byte'],
  ['float', 'float'],
  ['double', 'double'],
  ['flag', 'boolean'],
  ['bytes', 'binary'],
  ['day', 'date'],
  ['moment', 'timestamp'],
  ['small', 'decimal(9,2)'],
  ['medium', 'decimal(18,4)'],
  ['large', 'decimal(38,10)'],
  ['country', 'string'],
]

export const rows: readonly ComparableRow[] = [
  {
    id: 1,
    text: 'plain',
    integer: 1,
    short: 1,
    byte: 1,
    float: 0.5,
    double: 0.1,
    flag: true,
    bytes: 'AAEC/w==',
    day: '2026-01-02',
    moment: '2026-01-02T03:04:05.123456Z',
    small: '1.15',
    medium: '12345678901234.5678',
    large: '1.0000000001',
    country: 'DE',
  },
  {
    id: 9007199254740993n,
    text: 'Zürich, 東京, 😀 and "quotes"\nover two lines',
    integer: 2147483647,
    short: 32767,
    byte: 127,
    float: 3.4028234663852886e38,
    double: 1.7976931348623157e308,
    flag: false,
    bytes: '',
    day: '9999-12-31',
    moment: '2262-01-01T00:00:00.000001Z',
    small: '9999999.99',
    medium: '99999999999999.9999',
    large: '9999999999999999999999999999.9999999999',
    country: 'Österreich / Wien=a b%',
  },
  {
    id: -9223372036854775808n,
    text: '',
    integer: -2147483648,
    short: -32768,
    byte: -128,
    float: -3.4028234663852886e38,
    double: 5e-324,
    flag: false,
    bytes: 'gA==',
    day: '1900-01-01',
    moment: '1969-12-31T23:59:59.999999Z',
    small: '-9999999.99',
    medium: '-99999999999999.9999',
    large: '-9999999999999999999999999999.9999999999',
    country: 'DE',
  },
  { ...nothing(), id: 4, country: 'DE' },
  { ...nothing(), id: 5, text: 'of no country' },
]

function nothing(): ComparableRow {
  return Object.fromEntries(columns.map(([name]) => [name, null]))
}

export function schemaOf(of: readonly Column[]): StructType {
  return parseSchema({
    type: 'struct',
    fields: of.map(([name, type]) => ({ name, type, nullable: true, metadata: {} })),
  })
}

/** A comparable row as a user hands it in. */
export function given(row: ComparableRow): Record<string, unknown> {
  return Object.fromEntries(
    columns.map(([name, type]) => {
      const value = row[name] ?? null
      return [name, type === 'binary' && typeof value === 'string' ? Buffer.from(value, 'base64') : value]
    }),
  )
}

/** A row that we read, in the form in which rows are compared. */
export function comparableRow(row: object): ComparableRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, comparable(value)]))
}

export function comparable(value: unknown): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return value
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'object':
      if (value === null) return null
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
      if (Array.isArray(value)) return value.map(comparable)
      if (value instanceof Map) return Array.from(value, ([key, item]) => comparableRow({ key, value: item }))
      return comparableRow(value)
    default:
      throw new Error(`a row never holds a value of the type ${typeof value}`)
  }
}

/** Rows in the order of their `id`, which the peers do not promise. */
export function inOrder<R extends Readonly<Record<string, unknown>>>(unordered: readonly R[]): R[] {
  const id = (row: R): bigint => BigInt(String(row.id))
  return unordered.toSorted((a, b) => (id(a) < id(b) ? -1 : 1))
}

/** Rows in an order that follows from their values alone, for tables without a key. */
export function inAnyOrder<R extends object>(unordered: readonly R[]): R[] {
  const key = (row: R): string => formatJson(sortedMembers(comparableRow(row)))
  return unordered
    .map((row) => [key(row), row] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([, row]) => row)
}

/** The members of objects by name, at every depth. */
function sortedMembers(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortedMembers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sortedMembers(member)]),
  )
}
