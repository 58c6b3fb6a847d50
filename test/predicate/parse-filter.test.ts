import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/json.ts'
import { parseFilter, predicateColumns } from '../../src/predicate/index.ts'
import type { DeltaType, StructType } from '../../src/schema/index.ts'

function field(name: string, type: DeltaType) {
  return { name, type, nullable: true, metadata: {} } as const
}

const schema: StructType = {
  type: 'struct',
  fields: [
    field('price', { type: 'decimal', precision: 10, scale: 2 }),
    field('country', { type: 'string' }),
    field('seenAt', { type: 'timestamp' }),
    field('id', { type: 'long' }),
    field('a', { type: 'struct', fields: [field('b', { type: 'double' })] }),
    field('and', { type: 'boolean' }),
    field('tags', { type: 'array', elementType: { type: 'string' }, containsNull: true }),
  ],
}
const price = { path: ['price'], type: { type: 'decimal', precision: 10, scale: 2 } }
const country = { path: ['country'], type: { type: 'string' } }

test('the columns of an object must all hold', () => {
  expect(parseFilter({ price: { gte: 10, lt: '20.5' }, country: { in: ['DE', 'FR'] } }, schema)).toEqual({
    op: 'and',
    children: [
      { op: 'gte', column: price, value: 1000 },
      { op: 'lt', column: price, value: 2050 },
      { op: 'in', column: country, values: ['DE', 'FR'] },
    ],
  })
})

test('a bare value means equality, a bare null means null', () => {
  expect(parseFilter({ country: 'DE' }, schema)).toEqual({ op: 'eq', column: country, value: 'DE' })
  expect(parseFilter({ country: null }, schema)).toEqual({ op: 'isNull', column: country })
  expect(parseFilter({ seenAt: new Date(0) }, schema)).toMatchObject({ op: 'eq', value: 0 })
  expect(parseFilter({ country: { isNull: false } }, schema)).toEqual({
    op: 'not',
    child: { op: 'isNull', column: country },
  })
})

test('and, or and not combine, and do not hide a column of that name', () => {
  expect(parseFilter({ or: [{ country: 'DE' }, { not: { id: 5 } }] }, schema)).toMatchObject({
    op: 'or',
    children: [{ op: 'eq' }, { op: 'not', child: { op: 'eq', value: 5 } }],
  })
  expect(parseFilter({ and: true }, schema)).toMatchObject({ op: 'eq', column: { path: ['and'] } })
})

test('literals are exact when the filter came as exact JSON', () => {
  const filter = parseJson('{"id":9007199254740993,"price":{"lt":12345678.90}}')
  expect(parseFilter(filter, schema)).toMatchObject({ children: [{ value: 9007199254740993n }, { value: 1234567890 }] })
})

test('names are paths, and found in another case too', () => {
  expect(parseFilter({ 'a.b': 1 }, schema)).toMatchObject({ column: { path: ['a', 'b'], type: { type: 'double' } } })
  expect(parseFilter({ COUNTRY: 'DE' }, schema)).toMatchObject({ column: { path: ['country'] } })
})

describe('a filter that is none is refused, with its place', () => {
  test.each<[unknown, string]>([
    [null, 'filter: expected an object of columns and conditions, found null'],
    ['price > 10', 'filter: expected an object of columns and conditions, found the text "price > 10"'],
    [[{ id: 1 }], 'filter: expected an object of columns and conditions, found an array of 1'],
    [
      { prize: 1 },
      'filter.prize: expected one of the columns price, country, seenAt, id, a.b, and, tags, found the column "prize"',
    ],
    [{ a: 1 }, 'filter.a: expected one of the columns'],
    [
      { price: { above: 1 } },
      'filter.price.above: expected one of the operators eq, ne, lt, lte, gt, gte, in, isNull, startsWith, found "above"',
    ],
    [
      { price: 'cheap' },
      'filter.price: expected decimal(10,2), at most 8 digits before and 2 after the point, found the text "cheap"',
    ],
    [{ price: { gt: 1.005 } }, 'filter.price.gt: expected decimal(10,2)'],
    [{ id: '5' }, 'filter.id: expected long'],
    [{ id: { in: [1, '2'] } }, 'filter.id.in.1: expected long'],
    [{ id: { in: 5 } }, 'filter.id.in: expected an array of values, found the number 5'],
    [{ id: [1, 2] }, 'filter.id: expected a value or an object of operators (a list goes under "in")'],
    [{ id: {} }, 'filter.id: expected at least one of eq'],
    [{ id: { eq: null } }, 'filter.id.eq: expected a value of long (for null say {"isNull": true}), found null'],
    [{ id: { in: [null] } }, 'filter.id.in.0: expected a value of long'],
    [{ id: { isNull: 'yes' } }, 'filter.id.isNull: expected true or false'],
    [{ id: { startsWith: '1' } }, 'filter.id.startsWith: expected a string column, found long'],
    [{ country: { startsWith: 1 } }, 'filter.country.startsWith: expected a text'],
    [{ or: [{ id: 1 }, 5] }, 'filter.or.1: expected an object of columns and conditions'],
    [{ a: { b: 'x' } }, 'filter.a: expected one of the columns price, country, seenAt, id, a.b, and, tags, found'],
    [{ 'a.c': 1 }, 'filter.a.c: expected one of the columns'],
    [{ tags: 'x' }, 'filter.tags: expected isNull, the only condition on a column of array<string>, found another'],
    [{ tags: { in: ['x'] } }, 'filter.tags.in.0: expected isNull'],
    [{ not: { nope: 1 } }, 'filter.not.nope: expected one of the columns'],
  ])('%j', (filter, message) => {
    expect(() => parseFilter(filter, schema)).toThrow(message)
    expect(() => parseFilter(filter, schema)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })

  test('many columns are not all listed', () => {
    const wide: StructType = {
      type: 'struct',
      fields: Array.from({ length: 50 }, (_, i) => field(`c${i}`, { type: 'long' })),
    }
    expect(() => parseFilter({ x: 1 }, wide)).toThrow('c19, 30 more, found')
  })
})

test('the columns of a filter are each named once', () => {
  const filter = { or: [{ id: 1 }, { and: [{ id: 2 }, { not: { country: null } }] }, { 'a.b': { in: [1] } }] }
  expect(predicateColumns(parseFilter(filter, schema))).toEqual([['id'], ['country'], ['a', 'b']])
})
