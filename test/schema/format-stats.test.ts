import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  comparePhysical,
  type DeltaType,
  type FormatStatsOptions,
  formatStats,
  isPhysicalValue,
  leafColumns,
  type PhysicalValue,
  parseColumnPaths,
  parseStats,
  physicalAt,
  type StructType,
} from '../../src/schema/index.ts'
import { FLAT_TYPES, field, physicalOf, samples, schemaOf } from './arbitrary.ts'
import { collectFileStats, collectStats } from './collect-stats.ts'

function statsOf(type: DeltaType, min: PhysicalValue, max: PhysicalValue): string {
  return formatStats(schemaOf(type), { numRecords: 2, columns: [{ path: ['c'], nullCount: 0, min, max }] })
}

describe('bounds are written', () => {
  test.each<[DeltaType, PhysicalValue, PhysicalValue, string, string]>([
    [{ type: 'long' }, -5, 9007199254740993n, '-5', '9007199254740993'],
    [{ type: 'double' }, -0, 1.5, '-0.0', '1.5'],
    [{ type: 'float' }, Math.fround(0.1), 2, '0.10000000149011612', '2'],
    [{ type: 'decimal', precision: 10, scale: 2 }, -5, 99990, '-0.05', '999.90'],
    [{ type: 'decimal', precision: 38, scale: 0 }, 1, 10n ** 37n, '1', `1${'0'.repeat(37)}`],
    [{ type: 'date' }, -1, 19523, '"1969-12-31"', '"2023-06-15"'],
    [{ type: 'timestamp' }, -1, 1686832200000999, '"1969-12-31T23:59:59.999Z"', '"2023-06-15T12:30:00.000Z"'],
    [{ type: 'timestamp_ntz' }, 0, 1999, '"1970-01-01T00:00:00.000"', '"1970-01-01T00:00:00.001"'],
    [{ type: 'string' }, 'a'.repeat(40), 'b'.repeat(40), `"${'a'.repeat(32)}"`, `"${'b'.repeat(32)}\u007f"`],
  ])('%o from %s to %s', (type, min, max, minText, maxText) => {
    expect(statsOf(type, min, max)).toBe(
      `{"numRecords":2,"minValues":{"c":${minText}},"maxValues":{"c":${maxText}},"nullCount":{"c":0}}`,
    )
  })

  test('but never as something that JSON, or a reader, cannot say', () => {
    const nothing = '{"numRecords":2,"minValues":{},"maxValues":{},"nullCount":{"c":0}}'
    expect(statsOf({ type: 'double' }, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toBe(nothing)
    expect(statsOf({ type: 'float' }, Number.NaN, Number.NaN)).toBe(nothing)
    expect(statsOf({ type: 'boolean' }, false, true)).toBe(nothing)
    expect(statsOf({ type: 'binary' }, new Uint8Array(1), new Uint8Array(1))).toBe(nothing)
    expect(statsOf({ type: 'timestamp' }, -(2n ** 62n), 2n ** 62n)).toBe(nothing)
    expect(statsOf({ type: 'date' }, -10_000_000, 10_000_000)).toBe(nothing)
  })
})

test('a column of nulls has a count and no bounds', () => {
  const stats = { numRecords: 3, columns: [{ path: ['c'], nullCount: 3 }] }
  expect(formatStats(schemaOf({ type: 'long' }), stats)).toBe(
    '{"numRecords":3,"minValues":{},"maxValues":{},"nullCount":{"c":3}}',
  )
})

describe('which columns get statistics', () => {
  const names = Array.from({ length: 40 }, (_, i) => `c${i}`)
  const schema: StructType = {
    type: 'struct',
    fields: names.map((name) => ({ name, type: { type: 'long' }, nullable: true, metadata: {} })),
  }
  const stats = { numRecords: 1, columns: names.map((name) => ({ path: [name], nullCount: 0, min: 1, max: 1 })) }
  const columns = (options: Parameters<typeof formatStats>[2]): string[] =>
    Object.keys(JSON.parse(formatStats(schema, stats, options)).nullCount)

  test('the first 32, unless a number says otherwise', () => {
    expect(columns({})).toEqual(names.slice(0, 32))
    expect(columns({ indexedColumns: 3 })).toEqual(['c0', 'c1', 'c2'])
    expect(columns({ indexedColumns: 0 })).toEqual([])
    expect(columns({ indexedColumns: -1 })).toEqual(names)
  })

  test('or exactly the named ones', () => {
    expect(columns({ columns: [['c39'], ['c2']], indexedColumns: 1 })).toEqual(['c2', 'c39'])
  })
})

test('leaves of a struct nest as the schema does', () => {
  const leaf = (name: string) => ({ name, type: { type: 'long' }, nullable: true, metadata: {} }) as const
  const inner: StructType = { type: 'struct', fields: [leaf('a'), leaf('b')] }
  const schema: StructType = { type: 'struct', fields: [{ name: 's', type: inner, nullable: true, metadata: {} }] }
  const columns = [
    { path: ['s', 'a'], nullCount: 1, min: 1, max: 2 },
    { path: ['s', 'b'], nullCount: 2 },
  ]
  expect(formatStats(schema, { numRecords: 2, columns })).toBe(
    '{"numRecords":2,"minValues":{"s":{"a":1}},"maxValues":{"s":{"a":2}},"nullCount":{"s":{"a":1,"b":2}}}',
  )
})

describe('columns inside structs', () => {
  const leaf: DeltaType = { type: 'long' }
  const tags: DeltaType = {
    type: 'array',
    elementType: { type: 'struct', fields: [field('x', leaf)] },
    containsNull: true,
  }
  const inner: StructType = { type: 'struct', fields: [field('a', leaf), field('tags', tags), field('odd.name', leaf)] }
  const schema: StructType = { type: 'struct', fields: [field('first', tags), field('S', inner), field('last', leaf)] }
  const stats = collectFileStats(schema, [
    { first: null, S: { a: 5, tags: [], 'odd.name': 1 }, last: 1 },
    { first: [], S: null, last: 2 },
  ])
  const nullCount = (options: FormatStatsOptions): unknown => JSON.parse(formatStats(schema, stats, options)).nullCount

  test('have statistics of their own; arrays and maps have a null count, at their field', () => {
    expect(formatStats(schema, stats)).toBe(
      '{"numRecords":2,"minValues":{"S":{"a":5,"odd.name":1},"last":1},"maxValues":{"S":{"a":5,"odd.name":1},"last":2},' +
        '"nullCount":{"first":1,"S":{"a":1,"tags":1,"odd.name":1},"last":0}}',
    )
  })

  test('count one by one towards the number of columns that have statistics', () => {
    expect(nullCount({ indexedColumns: 3 })).toEqual({ first: 1, S: { a: 1, tags: 1 } })
  })

  test('are named by dotted paths, ignoring case; a struct stands for all inside it', () => {
    expect(nullCount({ columns: parseColumnPaths('s.A, s.`odd.name`') })).toEqual({ S: { a: 1, 'odd.name': 1 } })
    expect(nullCount({ columns: parseColumnPaths('s,last') })).toEqual({ S: { a: 1, tags: 1, 'odd.name': 1 }, last: 0 })
    expect(nullCount({ columns: parseColumnPaths('a,first.x') })).toEqual({})
  })
})

test('written and read back, bounds hold for every leaf of nested rows, and the counts are right', () => {
  fc.assert(
    fc.property(samples({ maxLength: 6 }), ({ schema, physical }) => {
      const file = collectFileStats(schema, physical)
      const stats = parseStats(schema, formatStats(schema, file, { indexedColumns: -1 }), { exact: true })
      for (const { path, type } of leafColumns(schema)) {
        const values = physical.map((row) => physicalAt(row, path))
        expect(stats.nullCount(path)).toBe(values.filter((value) => value === null).length)
        for (const value of values) {
          if (value === null || !isPhysicalValue(value) || Number.isNaN(value)) continue
          expect(comparePhysical(type, stats.min(path) ?? value, value)).toBeLessThanOrEqual(0)
          expect(comparePhysical(type, stats.max(path) ?? value, value)).toBeGreaterThanOrEqual(0)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('a column called __proto__ has statistics like any other', () => {
  const schema: StructType = {
    type: 'struct',
    fields: [{ name: '__proto__', type: { type: 'long' }, nullable: true, metadata: {} }],
  }
  const text = formatStats(schema, { numRecords: 1, columns: [{ path: ['__proto__'], nullCount: 0, min: 7, max: 7 }] })
  expect(parseStats(schema, text).min(['__proto__'])).toBe(7)
})

const columns = fc
  .constantFrom(...FLAT_TYPES)
  .chain((type) =>
    fc.tuple(fc.constant(type), fc.array(fc.option(physicalOf(type), { freq: 4 }), { maxLength: 12 }), fc.boolean()),
  )

test('written and read back, the bounds hold for every value, and the counts are right', () => {
  fc.assert(
    fc.property(columns, ([type, values, exact]) => {
      const schema = schemaOf(type)
      const text = formatStats(schema, { numRecords: values.length, columns: [collectStats(type, values)] })
      const stats = parseStats(schema, text, { exact })
      const min = stats.min(['c'])
      const max = stats.max(['c'])
      expect(stats.numRecords).toBe(values.length)
      expect(stats.nullCount(['c'])).toBe(values.filter((value) => value === null).length)
      for (const value of values) {
        if (value === null) continue
        if (min !== undefined) expect(comparePhysical(type, min, value)).toBeLessThanOrEqual(0)
        if (max !== undefined && !Number.isNaN(value))
          expect(comparePhysical(type, max, value)).toBeGreaterThanOrEqual(0)
        if (Number.isNaN(value)) expect(stats.mayHoldNaN(['c'])).toBe(true)
      }
    }),
    { numRuns: 1000 },
  )
})
