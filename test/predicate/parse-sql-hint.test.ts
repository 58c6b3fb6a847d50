import { describe, expect, test } from 'vitest'
import { parseSqlHint } from '../../src/predicate/index.ts'
import type { DeltaType, StructType } from '../../src/schema/index.ts'

function field(name: string, type: DeltaType, metadata = {}) {
  return { name, type, nullable: true, metadata } as const
}

const schema: StructType = {
  type: 'struct',
  fields: [
    field('date', { type: 'date' }),
    field('id', { type: 'integer' }),
    field('name', { type: 'string' }),
    field('my col', { type: 'string' }),
    field('price', { type: 'decimal', precision: 10, scale: 2 }),
    field('big', { type: 'decimal', precision: 38, scale: 2 }),
    field('ratio', { type: 'float' }),
    field('ok', { type: 'boolean' }),
    field('at', { type: 'timestamp' }),
    field('code', { type: 'string' }, { __CHAR_VARCHAR_TYPE_STRING: 'char(5)' }),
    field('sorted', { type: 'string' }, { __COLLATIONS: { sorted: 'ICU.DE' } }),
  ],
}

function hint(text: string): unknown {
  const predicate = parseSqlHint(text, schema)
  if (predicate === null) return null
  if (predicate.op === 'not') return ['not', predicate.child.op]
  return 'value' in predicate ? [predicate.column.path[0], predicate.op, predicate.value] : predicate.op
}

describe('understood', () => {
  test.each<[string, unknown]>([
    ["date >= '2021-01-01'", ['date', 'gte', 18628]],
    ['id = 5', ['id', 'eq', 5]],
    ["id='5'", ['id', 'eq', 5]],
    ['id < 5000000000', ['id', 'lt', 5000000000]],
    ['  ID  <>  -5 ', ['id', 'ne', -5]],
    ['id != 5', ['id', 'ne', 5]],
    ["name = 'O''Brien'", ['name', 'eq', "O'Brien"]],
    ['name > "x"', ['name', 'gt', 'x']],
    ["name = ''", ['name', 'eq', '']],
    ["`my col` == 'x'", ['my col', 'eq', 'x']],
    ['price <= 12.50', ['price', 'lte', 1250]],
    ["price = '1.5'", ['price', 'eq', 150]],
    ['big = 1.5', ['big', 'eq', 150]],
    ['ratio > 0.1', ['ratio', 'gt', 0.1]],
    ["ratio < 'Infinity'", ['ratio', 'lt', Number.POSITIVE_INFINITY]],
    ['ok = TRUE', ['ok', 'eq', true]],
    ["at > '2021-01-01T00:00:00Z'", ['at', 'gt', 1609459200000000]],
    ['name IS NULL', 'isNull'],
    ['name is  not null', ['not', 'isNull']],
  ])('%s', (text, expected) => {
    expect(hint(text)).toEqual(expected)
  })
})

describe('not understood, so every file is kept', () => {
  test.each([
    '',
    'id',
    'id =',
    '= 5',
    'id = 5 AND name IS NULL',
    "name LIKE 'a%'",
    'id IN (1, 2)',
    'id = 1.5',
    "id = 'x'",
    'id = 1e3',
    "date = '2021-1-1'",
    'date = 2021-01-01',
    "at > '2021-01-01 00:00:00'",
    'name = 5',
    "name = 'a\\'b'",
    "name = 'a' OR name = 'b'",
    'price = 1.005',
    "big = '1.5'",
    'big = 1e2',
    'ratio = NaN',
    'ratio = 1.0f',
    'gone = 5',
    'id = name',
    "code = 'DE'",
    "sorted < 'x'",
    `name = '${'x'.repeat(20_000)}'`,
  ])('%s', (text) => {
    expect(hint(text)).toBeNull()
  })

  test('and no text takes long to be given up', () => {
    expect(hint(`${'`a'.repeat(3000)} = '${"''".repeat(1500)}`)).toBeNull()
    expect(hint(`id${' '.repeat(9000)}x`)).toBeNull()
  })
})
