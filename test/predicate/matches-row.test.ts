import { describe, expect, test } from 'vitest'
import { matchesRow, parseFilter } from '../../src/predicate/index.ts'
import {
  type DeltaType,
  type PhysicalStruct,
  type PhysicalValue,
  physicalAt,
  type StructType,
} from '../../src/schema/index.ts'
import { field, schemaOf } from '../schema/arbitrary.ts'

function matches(filter: unknown, type: DeltaType, value: PhysicalValue | null): boolean | null {
  return matchesRow(parseFilter(filter, schemaOf(type)))(() => value)
}

describe('SQL knows three answers', () => {
  const long: DeltaType = { type: 'long' }
  test.each<[unknown, boolean | null]>([
    [{ c: 1 }, null],
    [{ c: { ne: 1 } }, null],
    [{ c: { in: [1] } }, null],
    [{ not: { c: 1 } }, null],
    [{ c: null }, true],
    [{ c: { isNull: false } }, false],
    [{ and: [{ c: 1 }, { c: null }] }, null],
    [{ and: [{ c: 1 }, { c: { isNull: false } }] }, false],
    [{ or: [{ c: 1 }, { c: null }] }, true],
    [{ or: [{ c: 1 }, { c: { isNull: false } }] }, null],
  ])('%j of null is %s', (filter, answer) => {
    expect(matches(filter, long, null)).toBe(answer)
  })

  test.each<[unknown, boolean]>([
    [{ c: 5 }, true],
    [{ c: { gt: 4, lt: 6 } }, true],
    [{ c: { gt: 4, lt: 5 } }, false],
    [{ c: { in: [1, 5] } }, true],
    [{ c: { ne: 5 } }, false],
    [{ c: { lte: 5, gte: 5 } }, true],
    [{ not: { c: { gt: 5 } } }, true],
    [{}, true],
    [{ or: [] }, false],
  ])('%j of 5 is %s', (filter, answer) => {
    expect(matches(filter, long, 5)).toBe(answer)
  })
})

test.each<[DeltaType, unknown, PhysicalValue, boolean]>([
  [{ type: 'double' }, { c: { gt: 1e308 } }, Number.NaN, true],
  [{ type: 'double' }, { c: { eq: 'NaN' } }, Number.NaN, true],
  [{ type: 'double' }, { c: { in: ['NaN'] } }, Number.NaN, true],
  [{ type: 'double' }, { c: 0 }, -0, true],
  [{ type: 'double' }, { c: { in: [0] } }, -0, true],
  [{ type: 'float' }, { c: { gte: 0.1 } }, Math.fround(0.1), true],
  [{ type: 'long' }, { c: { gt: 9007199254740993n } }, 9007199254740994n, true],
  [{ type: 'decimal', precision: 10, scale: 2 }, { c: '1.5' }, 150, true],
  [{ type: 'date' }, { c: { lt: '2026-01-02' } }, 20454, true],
  [{ type: 'timestamp' }, { c: '2026-01-02T04:04:05+01:00' }, 1767323045000000, true],
  [{ type: 'string' }, { c: { gt: '\uffff' } }, '\u{10000}', true],
  [{ type: 'string' }, { c: { startsWith: 'ab' } }, 'abc', true],
  [{ type: 'string' }, { c: { startsWith: '' } }, '', true],
  [{ type: 'binary' }, { c: { in: ['AQL/'] } }, Uint8Array.of(1, 2, 255), true],
  [{ type: 'boolean' }, { c: { gt: false } }, true, true],
])('%o, %o, %s: %s', (type, filter, value, answer) => {
  expect(matches(filter, type, value)).toBe(answer)
})

test('a row is read by the path of the column', () => {
  const schema = {
    type: 'struct',
    fields: [
      { name: 's', type: schemaOf({ type: 'long' }), nullable: true, metadata: {} },
      { name: 'x', type: { type: 'long' }, nullable: true, metadata: {} },
    ],
  } as const
  const asked: string[][] = []
  matchesRow(parseFilter({ 's.c': 1, x: 1 }, schema))((path) => {
    asked.push([...path])
    return 1
  })
  expect(asked).toEqual([['s', 'c'], ['x']])
})

describe('a column inside a struct', () => {
  const inner: StructType = { type: 'struct', fields: [field('b', { type: 'long' })] }
  const tags: DeltaType = { type: 'array', elementType: { type: 'string' }, containsNull: true }
  const schema: StructType = { type: 'struct', fields: [field('a', inner), field('tags', tags)] }

  test.each<[unknown, PhysicalStruct, boolean | null]>([
    [{ 'a.b': { gt: 4 } }, { a: { b: 5 }, tags: null }, true],
    [{ 'A.B': { gt: 5 } }, { a: { b: 5 }, tags: null }, false],
    [{ 'a.b': 5 }, { a: { b: null }, tags: null }, null],
    [{ 'a.b': 5 }, { a: null, tags: null }, null],
    [{ 'a.b': null }, { a: null, tags: null }, true],
    [{ tags: null }, { a: null, tags: null }, true],
    [{ tags: null }, { a: null, tags: [] }, false],
    [{ tags: { isNull: false } }, { a: null, tags: [null] }, true],
  ])('%j of %o is %s', (filter, row, answer) => {
    expect(matchesRow(parseFilter(filter, schema))((path) => physicalAt(row, path))).toBe(answer)
  })
})
