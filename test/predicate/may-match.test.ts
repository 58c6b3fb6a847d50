import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileView, matchesRow, mayMatch, type Predicate, parseFilter } from '../../src/predicate/index.ts'
import {
  type DeltaType,
  formatPartitionValue,
  formatStats,
  isPhysicalValue,
  leafColumns,
  type PhysicalValue,
  parsePartitionValue,
  parseStats,
  physicalAt,
} from '../../src/schema/index.ts'
import { FLAT_TYPES, field, physicalOf, samples, schemaOf } from '../schema/arbitrary.ts'
import { collectFileStats, collectStats } from '../schema/collect-stats.ts'

const NOTHING_PARTITIONED = new Map<string, PhysicalValue | null>()

function may(filter: unknown, type: DeltaType, stats: string, options = { exact: true }): boolean {
  const schema = schemaOf(type)
  return mayMatch(parseFilter(filter, schema), fileView(parseStats(schema, stats, options), NOTHING_PARTITIONED))
}

describe('a file from 10 to 20, without nulls', () => {
  const stats = '{"numRecords":5,"minValues":{"c":10},"maxValues":{"c":20},"nullCount":{"c":0}}'
  test.each([
    [{ c: { gt: 20 } }, false],
    [{ c: { gte: 20 } }, true],
    [{ c: { lt: 10 } }, false],
    [{ c: { lte: 10 } }, true],
    [{ c: 9 }, false],
    [{ c: 15 }, true],
    [{ c: { in: [1, 2, 30] } }, false],
    [{ c: { in: [1, 15] } }, true],
    [{ c: { in: [] } }, false],
    [{ c: null }, false],
    [{ c: { isNull: false } }, true],
    [{ c: { ne: 15 } }, true],
    [{ not: { c: { lte: 20 } } }, false],
    [{ not: { not: { c: { gt: 20 } } } }, false],
    [{ not: { or: [{ c: { gt: 0 } }, { c: 15 }] } }, false],
    [{ and: [{ c: { gt: 12 } }, { c: { lt: 5 } }] }, false],
    [{ or: [{ c: { gt: 20 } }, { c: 12 }] }, true],
    [{ or: [] }, false],
    [{}, true],
  ])('%j may match: %s', (filter, expected) => {
    expect(may(filter, { type: 'long' }, stats)).toBe(expected)
  })
})

describe('what is not known keeps the file', () => {
  test.each([
    [{ c: 5 }, '{}', true],
    [{ c: { isNull: true } }, '{"numRecords":5}', true],
    [{ c: { isNull: true } }, '{"nullCount":{"c":0}}', false],
    [{ c: { isNull: false } }, '{"numRecords":5,"nullCount":{"c":5}}', false],
    [{ c: { isNull: false } }, '{"nullCount":{"c":5}}', true],
    [{ c: { ne: 5 } }, '{"numRecords":2,"minValues":{"c":5},"maxValues":{"c":5},"nullCount":{"c":0}}', false],
    [{ c: { ne: 5 } }, '{"numRecords":2,"minValues":{"c":5},"maxValues":{"c":6},"nullCount":{"c":0}}', true],
    [{ c: { gt: 5 } }, '{"numRecords":2,"maxValues":{"c":5}}', false],
    [{ c: { lt: 5 } }, '{"numRecords":2,"maxValues":{"c":5}}', true],
  ])('%j with %s: %s', (filter, stats, expected) => {
    expect(may(filter, { type: 'long' }, stats)).toBe(expected)
  })

  test('a null count says only "none" or "all", so it holds under a deletion vector too', () => {
    const view = (nulls: number) => `{"numRecords":5,"nullCount":{"c":${nulls}},"tightBounds":false}`
    expect(may({ c: null }, { type: 'long' }, view(0))).toBe(false)
    expect(may({ c: { isNull: false } }, { type: 'long' }, view(5))).toBe(false)
    expect(may({ c: null }, { type: 'long' }, view(3))).toBe(true)
    expect(may({ c: { isNull: false } }, { type: 'long' }, view(3))).toBe(true)
  })
})

describe('NaN is greater than every maximum', () => {
  const stats = '{"numRecords":5,"minValues":{"c":1},"maxValues":{"c":2},"nullCount":{"c":0}}'
  test('unless the writer is known to count it', () => {
    expect(may({ c: { gt: 2 } }, { type: 'double' }, stats, { exact: false })).toBe(true)
    expect(may({ c: { gt: 2 } }, { type: 'double' }, stats)).toBe(false)
    expect(may({ c: Number.NaN }, { type: 'double' }, stats, { exact: false })).toBe(true)
    expect(may({ c: Number.NaN }, { type: 'double' }, stats)).toBe(false)
  })

  test('and does not stand in the way of the other comparisons', () => {
    for (const filter of [{ c: { lt: 1 } }, { c: 5 }, { c: { in: [0, 3] } }, { not: { c: { gte: 1 } } }]) {
      expect(may(filter, { type: 'double' }, stats, { exact: false })).toBe(false)
    }
  })
})

test('a prefix is looked for between cut bounds', () => {
  const file = (min: string, max: string) =>
    JSON.stringify({ numRecords: 9, minValues: { c: min }, maxValues: { c: max }, nullCount: { c: 0 } })
  const type: DeltaType = { type: 'string' }
  expect(may({ c: { startsWith: 'b' } }, type, file('a', 'c'))).toBe(true)
  expect(may({ c: { startsWith: 'd' } }, type, file('a', 'c'))).toBe(false)
  expect(may({ c: { startsWith: 'a' } }, type, file('b', 'c'))).toBe(false)
  expect(may({ c: { startsWith: 'abc' } }, type, file('abcd', 'zzz'))).toBe(true)
  expect(may({ not: { c: { startsWith: 'ab' } } }, type, file('abc', 'abd'))).toBe(false)
  expect(may({ not: { c: { startsWith: 'ab' } } }, type, file('abc', 'ac'))).toBe(true)
})

test('a partition value is exact, null too', () => {
  const schema = schemaOf({ type: 'string' })
  const view = (value: string | null) => fileView(parseStats(schema, undefined), new Map([['c', value]]))
  const keeps = (filter: unknown, value: string | null) => mayMatch(parseFilter(filter, schema), view(value))
  expect(keeps({ c: 'DE' }, 'DE')).toBe(true)
  expect(keeps({ c: 'DE' }, 'FR')).toBe(false)
  expect(keeps({ c: { ne: 'DE' } }, 'DE')).toBe(false)
  expect(keeps({ c: { ne: 'DE' } }, null)).toBe(false)
  expect(keeps({ not: { c: 'DE' } }, null)).toBe(false)
  expect(keeps({ c: null }, null)).toBe(true)
  expect(keeps({ c: null }, 'DE')).toBe(false)
})

/** Values that meet each other: few of them, and near the literals. */
function predicateOn(type: DeltaType, values: fc.Arbitrary<PhysicalValue>): fc.Arbitrary<Predicate> {
  const column = { path: ['c'], type }
  const leaves: fc.Arbitrary<Predicate>[] = [
    fc.constant<Predicate>({ op: 'isNull', column }),
    fc.record({
      op: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte'),
      column: fc.constant(column),
      value: values,
    }),
    fc.record({ op: fc.constant('in'), column: fc.constant(column), values: fc.array(values, { maxLength: 3 }) }),
  ]
  if (type.type === 'string') {
    const prefix = values.chain((value) => fc.nat({ max: 3 }).map((n) => [...String(value)].slice(0, n).join('')))
    leaves.push(fc.record({ op: fc.constant('startsWith'), column: fc.constant(column), prefix }))
  }
  return fc.letrec<{ tree: Predicate }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      ...leaves,
      fc.record({ op: fc.constantFrom('and', 'or'), children: fc.array(tie('tree'), { maxLength: 3 }) }),
      fc.record({ op: fc.constant('not'), child: tie('tree') }),
    ),
  })).tree
}

const scenario = fc.constantFrom(...FLAT_TYPES).chain((type) =>
  fc.array(physicalOf(type), { minLength: 1, maxLength: 4 }).chain((pool) => {
    const value = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...pool) }, physicalOf(type))
    return fc.record({
      type: fc.constant(type),
      values: fc.array(fc.option(fc.constantFrom(...pool), { freq: 4 }), { maxLength: 6 }),
      predicate: predicateOn(type, value),
      exact: fc.boolean(),
    })
  }),
)

test('a file is never skipped that has a row which matches', () => {
  fc.assert(
    fc.property(scenario, ({ type, values, predicate, exact }) => {
      const schema = schemaOf(type)
      const text = formatStats(schema, { numRecords: values.length, columns: [collectStats(type, values)] })
      const view = fileView(parseStats(schema, text, { exact }), NOTHING_PARTITIONED)
      const matches = matchesRow(predicate)
      if (values.some((value) => matches(() => value) === true)) expect(mayMatch(predicate, view)).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

test('columns inside structs skip as well: a file that has a value, or a null, is never skipped for it', () => {
  fc.assert(
    fc.property(samples({ maxLength: 5 }), fc.boolean(), ({ schema, physical }, exact) => {
      const text = formatStats(schema, collectFileStats(schema, physical), { indexedColumns: -1 })
      const view = fileView(parseStats(schema, text, { exact }), NOTHING_PARTITIONED)
      for (const column of leafColumns(schema)) {
        const values = physical.map((row) => physicalAt(row, column.path))
        expect(mayMatch({ op: 'isNull', column }, view)).toBe(values.includes(null))
        for (const value of values) {
          if (value === null || !isPhysicalValue(value)) continue
          expect(mayMatch({ op: 'eq', column, value }, view)).toBe(true)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('a filter on a column inside a struct skips a file whose bounds exclude it', () => {
  const schema = schemaOf({ type: 'struct', fields: [field('x', { type: 'long' })] })
  const stats = collectFileStats(schema, [{ c: { x: 5 } }, { c: null }, { c: { x: 9 } }])
  const view = fileView(parseStats(schema, formatStats(schema, stats), { exact: true }), NOTHING_PARTITIONED)
  const kept = (filter: unknown): boolean => mayMatch(parseFilter(filter, schema), view)
  expect(kept({ 'c.x': { gt: 9 } })).toBe(false)
  expect(kept({ 'c.x': { gte: 9 } })).toBe(true)
  expect(kept({ 'C.X': { lt: 5 } })).toBe(false)
  expect(kept({ 'c.x': null })).toBe(true)
})

test('a partition is kept exactly when its value matches', () => {
  fc.assert(
    fc.property(
      scenario.filter(({ type }) => type.type !== 'binary'),
      ({ type, values: [value = null], predicate }) => {
        const stored = parsePartitionValue(type, formatPartitionValue(type, value))
        const view = fileView(parseStats(schemaOf(type), undefined), new Map([['c', stored]]))
        const oneLeaf = !['and', 'or', 'not'].includes(predicate.op)
        const matches = matchesRow(predicate)(() => stored) === true
        if (oneLeaf) expect(mayMatch(predicate, view)).toBe(matches)
        else if (matches) expect(mayMatch(predicate, view)).toBe(true)
      },
    ),
    { numRuns: 1000 },
  )
})
