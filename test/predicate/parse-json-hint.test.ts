import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesRow, parseFilter, parseJsonHint } from '../../src/predicate/index.ts'
import type { DeltaType, StructType } from '../../src/schema/index.ts'

function field(name: string, type: DeltaType) {
  return { name, type, nullable: true, metadata: {} } as const
}

const schema: StructType = {
  type: 'struct',
  fields: [
    field('id', { type: 'integer' }),
    field('n', { type: 'long' }),
    field('hireDate', { type: 'date' }),
    field('name', { type: 'string' }),
    field('f', { type: 'float' }),
    field('d', { type: 'double' }),
    field('ok', { type: 'boolean' }),
    field('at', { type: 'timestamp' }),
    field('price', { type: 'decimal', precision: 10, scale: 2 }),
  ],
}

function column(name: string, valueType?: string) {
  return { op: 'column', name, valueType }
}
function literal(value: unknown, valueType?: string) {
  return { op: 'literal', value, valueType }
}
function compare(op: string, name: string, value: unknown, valueType?: string) {
  return { op, children: [column(name, valueType), literal(value, valueType)] }
}
const NOT_UNDERSTOOD = { op: 'like', children: [] }

/** As the filter object that means the same. */
function means(hint: unknown, filter: unknown): void {
  const expected = parseFilter(filter, schema)
  expect(parseJsonHint(hint, schema)).toEqual(expected)
  expect(parseJsonHint(JSON.stringify(hint), schema)).toEqual(expected)
}

describe('the protocol', () => {
  test('its own example', () => {
    means(
      {
        op: 'and',
        children: [compare('equal', 'hireDate', '2021-04-29', 'date'), compare('lessThan', 'id', '25', 'int')],
      },
      { hireDate: '2021-04-29', id: { lt: 25 } },
    )
  })

  test.each<[string, unknown, unknown]>([
    [
      'every comparison',
      compare('greaterThanOrEqual', 'n', '9007199254740993', 'long'),
      { n: { gte: 9007199254740993n } },
    ],
    [
      'a literal on the left',
      { op: 'lessThan', children: [literal('5', 'int'), column('id', 'int')] },
      { id: { gt: 5 } },
    ],
    [
      'null tests',
      { op: 'not', children: [{ op: 'isNull', children: [column('name', 'string')] }] },
      { name: { isNull: false } },
    ],
    ['booleans', compare('equal', 'ok', 'true', 'bool'), { ok: true }],
    ['doubles', compare('greaterThan', 'd', '1.5', 'double'), { d: { gt: 1.5 } }],
    ['floats', compare('equal', 'f', '0.1', 'float'), { f: 0.1 }],
    [
      'instants',
      compare('lessThan', 'at', '2021-04-29T23:33:57.955Z', 'timestamp'),
      { at: { lt: '2021-04-29T23:33:57.955Z' } },
    ],
    ['text', compare('equal', 'name', '', 'string'), { name: '' }],
    ['decimals', compare('equal', 'price', '1.50', 'decimal(10,2)'), { price: '1.5' }],
    ['a wider type', compare('equal', 'id', '5', 'long'), { id: 5 }],
  ])('%s', (_, hint, filter) => means(hint, filter))
})

describe('what users write instead', () => {
  test.each<[string, unknown, unknown]>([
    ['symbols', compare('=', 'id', '5', 'int'), { id: 5 }],
    ['other words', compare('less_than_or_equal_to', 'id', '5', 'INTEGER'), { id: { lte: 5 } }],
    ['numbers that are not quoted', compare('>', 'd', 1.5), { d: { gt: 1.5 } }],
    ['no value types', compare('equal', 'hireDate', '2021-04-29'), { hireDate: '2021-04-29' }],
    ['a wrapped hint', { jsonPredicateHints: JSON.stringify(compare('equal', 'id', '5', 'int')) }, { id: 5 }],
    ['names in another case', compare('equal', 'HIREDATE', '2021-04-29', 'date'), { hireDate: '2021-04-29' }],
    ['in', { op: 'in', children: [column('id'), literal('1'), literal('2')] }, { id: { in: [1, 2] } }],
    [
      'a list at the top',
      [compare('equal', 'id', '5', 'int'), compare('equal', 'ok', true, 'boolean')],
      { id: 5, ok: true },
    ],
  ])('%s', (_, hint, filter) => means(hint, filter))
})

describe('not understood, so every file is kept', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['no JSON', '{"op":'],
    ['no tree', 5],
    ['an unknown operator', NOT_UNDERSTOOD],
    ['an unknown column', compare('equal', 'gone', '5', 'int')],
    ['two columns', { op: 'equal', children: [column('id', 'int'), column('n', 'long')] }],
    ['a third child', { op: 'equal', children: [column('id'), literal('5'), literal('6')] }],
    ['a literal of another type', compare('equal', 'id', 'abc', 'int')],
    ['a comparison as text', compare('lessThan', 'id', '5', 'string')],
    ['a narrowing cast', compare('equal', 'n', '5', 'int')],
    ['a narrowing cast of a fraction', compare('equal', 'd', '0.1', 'float')],
    ['an instant as a day', compare('equal', 'at', '2021-04-29', 'date')],
    ['a wall clock for an instant', compare('equal', 'at', '2021-04-29 00:00:00', 'timestamp')],
    ['null', compare('equal', 'id', null, 'int')],
    ['an empty and', { op: 'and', children: [] }],
    ['a not of two', { op: 'not', children: [compare('=', 'id', 1), compare('=', 'id', 2)] }],
    [
      'a tree without end',
      Array.from({ length: 200 }).reduce((child) => ({ op: 'not', children: [child] }), compare('=', 'id', 1)),
    ],
  ])('%s', (_, hint) => {
    expect(parseJsonHint(hint, schema)).toBeNull()
  })
})

describe('a part that is not understood', () => {
  const id = compare('equal', 'id', '5', 'int')
  test('is dropped where that only widens the answer', () => {
    expect(parseJsonHint({ op: 'and', children: [id, NOT_UNDERSTOOD] }, schema)).toMatchObject({
      op: 'and',
      children: [{ op: 'eq' }],
    })
    expect(
      parseJsonHint({ op: 'not', children: [{ op: 'or', children: [id, NOT_UNDERSTOOD] }] }, schema),
    ).toMatchObject({ op: 'not' })
  })

  test('gives the whole up where it would narrow it', () => {
    expect(parseJsonHint({ op: 'or', children: [id, NOT_UNDERSTOOD] }, schema)).toBeNull()
    expect(parseJsonHint({ op: 'not', children: [{ op: 'and', children: [id, NOT_UNDERSTOOD] }] }, schema)).toBeNull()
  })
})

interface Node {
  readonly op: string
  readonly children: readonly unknown[]
}

/** Trees in which some comparisons can be hidden from the parser, by an operator it does not know. */
const tree = fc.letrec<{ tree: Node }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc
      .record({ op: fc.constantFrom('equal', 'lessThan', 'greaterThan'), value: fc.integer({ min: 0, max: 3 }) })
      .map(({ op, value }): Node => compare(op, 'id', String(value), 'int')),
    fc.record({ op: fc.constantFrom('and', 'or'), children: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    tie('tree').map((child): Node => ({ op: 'not', children: [child] })),
  ),
})).tree

test('whatever part is not understood, no row is lost that the whole would keep', () => {
  fc.assert(
    fc.property(
      tree,
      fc.option(fc.integer({ min: 0, max: 3 })),
      fc.infiniteStream(fc.boolean()),
      (whole, id, coins) => {
        const hide = (node: Node): unknown => {
          if (node.op === 'equal' || node.op === 'lessThan' || node.op === 'greaterThan') {
            return coins.next().value === true ? node : { ...node, op: 'like' }
          }
          return { ...node, children: node.children.map((child) => hide(child as Node)) }
        }
        const full = parseJsonHint(whole, schema)
        const partial = parseJsonHint(hide(whole), schema)
        if (full === null) throw new Error('the whole is understood')
        if (partial !== null && matchesRow(full)(() => id) === true) expect(matchesRow(partial)(() => id)).toBe(true)
      },
    ),
    { numRuns: 1000 },
  )
})
