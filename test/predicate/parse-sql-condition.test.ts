import { describe, expect, test } from 'vitest'
import { matchesRow, parseSqlCondition, parseSqlHint } from '../../src/predicate/index.ts'
import { type DeltaType, type PhysicalStruct, physicalAt, type StructType } from '../../src/schema/index.ts'

function field(name: string, type: DeltaType, metadata = {}) {
  return { name, type, nullable: true, metadata } as const
}

const schema: StructType = {
  type: 'struct',
  fields: [
    field('date', { type: 'date' }),
    field('id', { type: 'integer' }),
    field('inner', { type: 'struct', fields: [field('x y', { type: 'long' })] }),
    field('tags', { type: 'array', elementType: { type: 'string' }, containsNull: true }),
    field('name', { type: 'string' }),
    field('my col', { type: 'string' }),
    field('price', { type: 'decimal', precision: 10, scale: 2 }),
    field('big', { type: 'decimal', precision: 38, scale: 2 }),
    field('ratio', { type: 'float' }),
    field('ok', { type: 'boolean' }),
    field('at', { type: 'timestamp' }),
    field('code', { type: 'string' }, { __CHAR_VARCHAR_TYPE_STRING: 'char(5)' }),
    field('sorted', { type: 'string' }, { __COLLATIONS: { sorted: 'ICU.DE' } }),
    field('tiny', { type: 'byte' }),
    field('far', { type: 'double' }),
    field(
      'padded',
      { type: 'struct', fields: [field('code', { type: 'string' })] },
      {
        __CHAR_VARCHAR_TYPE_STRING: 'struct<code:char(5)>',
      },
    ),
    field('deep', {
      type: 'struct',
      fields: [
        field('sorted', { type: 'string' }, { __COLLATIONS: { sorted: 'ICU.DE' } }),
        field('plain', { type: 'string' }),
      ],
    }),
  ],
}

function hint(text: string): unknown {
  const predicate = parseSqlHint(text, schema)
  if (predicate === null) return null
  if (predicate.op === 'not') return ['not', predicate.child.op]
  return 'value' in predicate ? [predicate.column.path[0], predicate.op, predicate.value] : predicate.op
}

describe('a hint that is understood', () => {
  test.each<[string, unknown]>([
    ["date >= '2021-01-01'", ['date', 'gte', 18628]],
    ['id = 5', ['id', 'eq', 5]],
    ["id='5'", ['id', 'eq', 5]],
    ['id < 5000000000', ['id', 'lt', 5000000000]],
    ['  ID  <>  -5 ', ['id', 'ne', -5]],
    ['id != 5', ['id', 'ne', 5]],
    [`name = "O'Brien"`, ['name', 'eq', "O'Brien"]],
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
    ['id = 5 AND name IS NULL', 'and'],
    ["name = 'a' OR name = 'b'", 'or'],
    ['id IN (1, 2)', 'in'],
    ['5 < id', ['id', 'gt', 5]],
    ['5 >= id', ['id', 'lte', 5]],
    ["date = DATE '2021-01-01'", ['date', 'eq', 18628]],
    ["at >= timestamp'2021-01-01 00:00:00Z'", ['at', 'gte', 1609459200000000]],
    ['inner.`X Y` = 1', ['inner', 'eq', 1]],
    ['tags IS NULL', 'isNull'],
    ['ok', ['ok', 'eq', true]],
    ['ratio > 16777216', ['ratio', 'gt', 16777216]],
    ["ratio = '0.5'", ['ratio', 'eq', 0.5]],
    ["far = '0.1'", ['far', 'eq', 0.1]],
    ['tiny < 1000', ['tiny', 'lt', 1000]],
    ["tiny < '127'", ['tiny', 'lt', 127]],
    ["date IN ('2021-01-01')", 'in'],
    ["deep.plain = 'x'", ['deep', 'eq', 'x']],
    ['name is  not null', ['not', 'isNull']],
  ])('%s', (text, expected) => {
    expect(hint(text)).toEqual(expected)
  })
})

describe('a hint that is not understood, so every file is kept', () => {
  test.each([
    '',
    'id',
    'id =',
    '= 5',
    "name LIKE 'a%'",
    'id = 1.5',
    "id = 'x'",
    'id = 1e3',
    "date = '2021-1-1'",
    'date = 2021-01-01',
    "at > '2021-01-01 00:00:00'",
    'name = 5',
    "name = 'a\\'b'",
    "name = 'O''Brien'",
    'name = "a""b"',
    "name = 'a' 'b'",
    'price = 1.005',
    "big = '1.5'",
    'big = 1e2',
    'ratio = NaN',
    'ratio = 1.0f',
    'gone = 5',
    'id = name',
    'id = NULL',
    'id IN (1, NULL)',
    '`inner.x y` = 1',
    'inner IS NULL',
    'tags = 1',
    'id',
    "'a'",
    'lower(name) = 1',
    'name LIKE 1',
    'id + 1 > 2',
    'id > 1L',
    'id > 1 -- one',
    'id = 1 name = 2',
    '(id = 1',
    'id NOT 1',
    "at > date '2021-01-01'",
    "date > timestamp '2021-01-01 00:00:00Z'",
    'ratio > 16777217',
    '='.repeat(5000),
    `${'('.repeat(1000)}id = 1${')'.repeat(1000)}`,
    `${'not '.repeat(2000)}id = 1 or`,
    "code = 'DE'",
    "sorted < 'x'",
    "padded.code = 'DE'",
    "deep.sorted < 'x'",
    // Spark casts the text to the column's type or to a wider one, or in a list the column to text, as its mode says.
    "ratio = '0.1'",
    "tiny < '128'",
    "id < '5000000000'",
    "id IN ('1', '2')",
    "far IN ('1')",
    "ok IN ('TRUE')",
    "price IN ('1.5')",
    "at IN ('2021-01-01T00:00:00Z')",
    `name = '${'x'.repeat(20_000)}'`,
  ])('%s', (text) => {
    expect(hint(text)).toBeNull()
  })

  test('and no text takes long to be given up', () => {
    expect(hint(`${'`a'.repeat(3000)} = '${"''".repeat(1500)}`)).toBeNull()
    expect(hint(`id${' '.repeat(9000)}x`)).toBeNull()
  })
})

describe('a condition', () => {
  const rows: readonly PhysicalStruct[] = [
    { id: 1, name: 'a', ok: true },
    { id: 5, name: null, ok: false },
    { id: null, name: 'b', ok: null },
  ]

  test.each<[string, readonly (boolean | null)[]]>([
    ['id > 0', [true, true, null]],
    ['id > 0 AND ok', [true, false, null]],
    ['ok OR id = 5 AND name IS NULL', [true, true, null]],
    ['(ok OR id = 5) AND name IS NULL', [false, true, false]],
    ['NOT id = 1 AND NOT ok', [false, true, null]],
    ['! (id = 1 OR ok)', [false, true, null]],
    ['not not id = 1', [true, false, null]],
    ['id BETWEEN 1 AND 4', [true, false, null]],
    ["id NOT BETWEEN 1 AND 4 OR name = 'b'", [false, true, true]],
    ["name IN ('a', 'b')", [true, null, true]],
    ["name NOT IN ('a')", [false, null, true]],
    ['id <=> 5', [false, true, false]],
    ['id <=> NULL', [false, false, true]],
    ['NOT id <=> 5', [true, false, true]],
    ['id IS NOT NULL AND TRUE', [true, true, false]],
    ['FALSE', [false, false, false]],
  ])('%s is that of SQL, null where it says unknown', (text, expected) => {
    const test = matchesRow(parseSqlCondition(text, schema))
    expect(rows.map((row) => test((path) => physicalAt(row, path)))).toEqual(expected)
  })

  test.each([
    ['id > lower(name)', 'character 6: expected a column or a constant, no function, found "lower(name)"'],
    ['id >', 'character 5: expected a column or a constant, found the end'],
    ['id = name', 'it has a comparison of the columns id and name'],
    ["id = 'x'", 'it has a comparison of id, which is integer, with "x"'],
    ['gone > 1', 'it has gone, which is no column without parts'],
    ["code = 'DE'", 'it has code, whose text is padded or has a collation, in a comparison'],
  ])('%s is refused saying why', (text, reason) => {
    expect(() => parseSqlCondition(text, schema)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining(reason) }),
    )
  })
})
