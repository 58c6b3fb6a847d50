import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatHints,
  type JsonHint,
  matchesRow,
  type Predicate,
  parseFilter,
  parseJsonHint,
  parseSqlHint,
} from '../../src/predicate/index.ts'
import { type DeltaType, type PhysicalValue, parseSchema, type StructType } from '../../src/schema/index.ts'

const field = (name: string, type: string, metadata = {}) => ({ name, type, nullable: true, metadata })
const schema: StructType = parseSchema(
  JSON.stringify({
    type: 'struct',
    fields: [
      field('n', 'long'),
      field('i', 'integer'),
      field('s', 'string'),
      field('d', 'double'),
      field('f', 'float'),
      field('day', 'date'),
      field('at', 'timestamp'),
      field('yes', 'boolean'),
      field('price', 'decimal(10,2)'),
      field('code', 'string', { __CHAR_VARCHAR_TYPE_STRING: 'char(5)' }),
    ],
  }),
)

const hintsOf = (filter: object, partitionColumns: string[] = []) =>
  formatHints(parseFilter(filter, schema), schema, partitionColumns)

/** A hint in short: `(n >= 5 and n < 8)`. */
function short(hint: JsonHint | undefined): string {
  if (hint === undefined) return ''
  if (hint.op === 'and' || hint.op === 'or') {
    return `(${hint.children.map(short).join(` ${hint.op} `)})`
  }
  const [column, literal] = hint.children
  return `${column.name}:${column.valueType} ${hint.op} ${literal.value}`
}

describe('a filter is told to a server', () => {
  test.each([
    [{ n: 5 }, 'n:long equal 5'],
    [{ n: { gte: 5, lt: 8 } }, '(n:long greaterThanOrEqual 5 and n:long lessThan 8)'],
    [{ i: { in: [1, 2] } }, '(i:int equal 1 or i:int equal 2)'],
    [{ day: { gt: '2026-01-02' } }, 'day:date greaterThan 2026-01-02'],
    [{ yes: true }, 'yes:bool equal true'],
    [{ s: { startsWith: 'ab' } }, 's:string greaterThanOrEqual ab'],
    [{ not: { n: { gte: 5 } } }, 'n:long lessThan 5'],
    [
      { not: { and: [{ n: 1 }, { i: { gt: 2 } }] } },
      '((n:long lessThan 1 or n:long greaterThan 1) or i:int lessThanOrEqual 2)',
    ],
    [{ d: { lt: 1.5 } }, 'd:double lessThan 1.5'],
    [
      { at: '2026-01-02T03:04:05.000600Z' },
      '(at:timestamp greaterThanOrEqual 2026-01-02T03:04:05.000000Z and at:timestamp lessThanOrEqual 2026-01-02T03:04:05.001000Z)',
    ],
  ])('%j as %s', (filter, expected) => {
    expect(short(hintsOf(filter).json)).toBe(expected)
  })

  test('with inclusive bounds where numbers are too large for a double', () => {
    expect(short(hintsOf({ n: { gt: 9007199254740993n } }).json)).toBe('n:long greaterThanOrEqual 9007199254740993')
  })

  test.each([
    ['nulls', { n: null }],
    ['values that are there', { n: { isNull: false } }],
    ['lower bounds of doubles', { d: { gt: 1 } }],
    ['zero, which has a sign', { d: 0 }],
    ['floats', { f: 1 }],
    ['texts that UTF-16 orders in another way', { s: { lt: '\u{1f600}' } }],
    ['padded texts', { code: 'a' }],
    ['too many values', { n: { in: Array.from({ length: 51 }, (_, n) => n) } }],
    ['one of which is not certain', { or: [{ n: 1 }, { f: 1 }] }],
    ['decimals', { price: '1.50' }],
  ])('not of %s', (_, filter) => {
    expect(hintsOf(filter).json).toBeUndefined()
  })

  test('not of partitions by timestamp, whose zone nobody knows', () => {
    expect(hintsOf({ at: { gt: '2026-01-02T00:00:00Z' } }, ['at']).json).toBeUndefined()
  })

  test('as far as it can be said, of what must hold all together', () => {
    expect(short(hintsOf({ n: 1, f: 2, s: null, i: 3 }).json)).toBe('(n:long equal 1 and i:int equal 3)')
  })

  test('in SQL, of decimals, with bounds that stay bounds where they are rounded', () => {
    expect(hintsOf({ price: { gt: '-1.5', lte: '20' }, n: 1 }).sql).toEqual(['price >= -1.50', 'price <= 20.00'])
    for (const text of hintsOf({ price: { gt: '-1.5' } }).sql) expect(parseSqlHint(text, schema)).not.toBeNull()
  })
})

const VALUES: Readonly<Record<string, readonly PhysicalValue[]>> = {
  n: [-1, 0, 1, 2 ** 53, 9007199254740993n],
  i: [-1, 0, 1, 2],
  s: ['', 'a', 'ab', 'b', '\u{1f600}', '\uffff'],
  d: [Number.NaN, -0, 0, 1.5, Number.POSITIVE_INFINITY],
  f: [0, 1, Math.fround(0.1), Number.NaN],
  day: [0, 1, 20_000],
  at: [0, 600, 1000, 1_767_323_045_000_600, -1],
  yes: [true, false],
  price: [0, 150, -150],
  code: ['a', 'b'],
}

const OPS = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'] as const
const leaf: fc.Arbitrary<Predicate> = fc
  .constantFrom(...schema.fields)
  .chain(({ name, type }): fc.Arbitrary<Predicate> => {
    const column: { path: string[]; type: DeltaType } = { path: [name], type }
    const value = fc.constantFrom(...(VALUES[name] ?? []))
    return fc.oneof(
      fc.record({ op: fc.constantFrom(...OPS), column: fc.constant(column), value }),
      fc.record({
        op: fc.constant('in' as const),
        column: fc.constant(column),
        values: fc.array(value, { maxLength: 3 }),
      }),
      fc.constant({ op: 'isNull' as const, column }),
    )
  })
const { filter } = fc.letrec<{ filter: Predicate }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      children: fc.array(tie('filter'), { maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), child: tie('filter') }),
  ),
}))
const row = fc.record(
  Object.fromEntries(Object.entries(VALUES).map(([name, values]) => [name, fc.constantFrom(null, ...values)])),
)

test('no row that matches a filter is lost by its hints', () => {
  let told = 0
  fc.assert(
    fc.property(filter, row, (predicate, values) => {
      const hints = formatHints(predicate, schema, [])
      const conditions = hints.sql.map((text) => parseSqlHint(text, schema))
      if (hints.json !== undefined) conditions.push(parseJsonHint(hints.json, schema))
      told += conditions.length
      // What our own server understands of it, evaluated exactly.
      expect(conditions).not.toContain(null)
      const get = ([name = '']: readonly string[]) => values[name] ?? null
      if (matchesRow(predicate)(get) !== true) return
      for (const condition of conditions) if (condition !== null) expect(matchesRow(condition)(get)).toBe(true)
    }),
    { numRuns: 3000 },
  )
  expect(told).toBeGreaterThan(500)
})
