import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bufferAccess, openParquet, type RowRange } from '../../../src/parquet/index.ts'
import { matchesRow, type Predicate } from '../../../src/predicate/index.ts'
import { type DeltaType, type PhysicalTree, type PhysicalValue, physicalAt } from '../../../src/schema/index.ts'

/** Two row groups of 700 and 500 rows in an order, in pages of 25 rows with an index (fixtures/parquet/foreign/make.py). */
const bytes = readFileSync(new URL('../../../fixtures/parquet/foreign/arrow-paged.parquet', import.meta.url))
const reads: [number, number][] = []
const buffer = bufferAccess(bytes, 'paged.parquet')
const file = await openParquet({
  ...buffer,
  read: (start, end, signal) => {
    reads.push([start, end])
    return buffer.read(start, end, signal)
  },
})
const { schema } = file
const batches = await Promise.all([0, 1].map((rowGroup) => file.readColumns({ schema, rowGroup })))

/** The rows of each row group that the filter leaves. */
const kept = (where: Predicate): Promise<(readonly RowRange[])[]> =>
  Promise.all([0, 1].map((rowGroup) => file.rowsThatMayMatch({ schema, rowGroup, where })))

const compare = (
  name: string,
  type: DeltaType,
  op: 'eq' | 'lt' | 'gte' | 'gt' | 'ne',
  value: PhysicalValue,
): Predicate => {
  return { op, column: { path: name.split('.'), type }, value }
}

const rowsIn = (ranges: readonly (readonly RowRange[])[]): number =>
  ranges.flat().reduce((total, { start, end }) => total + end - start, 0)

describe('rows that may match', () => {
  const maybe = { path: ['maybe'], type: { type: 'integer' } } as const

  test.each<[string, Predicate, RowRange[][]]>([
    ['one value', compare('id', { type: 'long' }, 'eq', -580), [[{ start: 0, end: 25 }], []]],
    ['a text', compare('text', { type: 'string' }, 'eq', 'lé1150'), [[], [{ start: 400, end: 500 }]]],
    [
      'a range',
      compare('amount', { type: 'decimal', precision: 25, scale: 2 }, 'lt', -570),
      [[{ start: 0, end: 50 }], []],
    ],
    ['a member of a struct', compare('point.x', { type: 'integer' }, 'gte', 1190), [[], [{ start: 450, end: 500 }]]],
    [
      'an unsigned integer',
      compare('unsigned', { type: 'long' }, 'gt', 3_590_000_000),
      [[], [{ start: 450, end: 500 }]],
    ],
    [
      'NaN, beyond every maximum',
      compare('price', { type: 'double' }, 'gt', 1e9),
      [[{ start: 0, end: 700 }], [{ start: 0, end: 500 }]],
    ],
    ['a number below every other', compare('price', { type: 'double' }, 'lt', -98), [[{ start: 0, end: 25 }], []]],
    [
      'no null',
      { op: 'not', child: { op: 'isNull', column: maybe } },
      [[{ start: 0, end: 500 }], [{ start: 0, end: 400 }]],
    ],
    [
      'two columns, whose pages need not be the same',
      {
        op: 'and',
        children: [
          compare('id', { type: 'long' }, 'lt', -400),
          compare('day', { type: 'date' }, 'gte', 9),
          { op: 'isNull', column: maybe },
        ],
      },
      [[], []],
    ],
  ])('by %s', async (_, where, expected) => {
    expect(await kept(where)).toEqual(expected)
  })

  test('are all where nothing is known, and none where the file lacks the column', async () => {
    const tags = {
      path: ['tags'],
      type: { type: 'array', elementType: { type: 'string' }, containsNull: true },
    } as const
    expect(rowsIn(await kept({ op: 'isNull', column: tags }))).toBe(1200)
    const later = { name: 'later', type: { type: 'long' }, nullable: true, metadata: {} } as const
    const wider = { type: 'struct', fields: [later] } as const
    const where = compare('later', { type: 'long' }, 'eq', 1)
    expect(await file.rowsThatMayMatch({ schema: wider, rowGroup: 0, where })).toEqual([])
    const constants = new Map([['later', 1]])
    const all = [{ start: 0, end: 700 }]
    expect(await file.rowsThatMayMatch({ schema: wider, rowGroup: 0, where, constants })).toEqual(all)
  })

  test('hold every row that matches, whatever the filter', async () => {
    const columns = schema.fields.filter(({ type }) => !['struct', 'array'].includes(type.type))
    const leaf = fc.constantFrom(...columns).chain(({ name, type }) => {
      const values = batches.flatMap(({ columns: read }) => read.get(name) ?? [])
      const literals = values.filter((value): value is PhysicalValue => value !== null && typeof value !== 'object')
      const op = fc.constantFrom('eq', 'ne', 'lt', 'gte', 'gt') as fc.Arbitrary<'eq'>
      const comparison = fc.record({
        op,
        column: fc.constant({ path: [name], type }),
        value: fc.constantFrom(...literals),
      })
      const nullness = fc.constant<Predicate>({ op: 'isNull', column: { path: [name], type } })
      return fc.oneof({ weight: 5, arbitrary: comparison as fc.Arbitrary<Predicate> }, nullness)
    })
    const not = (child: Predicate): Predicate => ({ op: 'not', child })
    const tree = fc.oneof(
      leaf,
      leaf.map(not),
      fc.record({
        op: fc.constantFrom('and', 'or') as fc.Arbitrary<'and'>,
        children: fc.array(leaf, { maxLength: 3 }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(tree, async (where) => {
        const matches = matchesRow(where)
        for (const [rowGroup, ranges] of (await kept(where)).entries()) {
          const batch = batches[rowGroup]
          for (let row = 0; row < (batch?.length ?? 0); row++) {
            const get = (path: readonly string[]): PhysicalTree | null =>
              physicalAt(batch?.columns.get(path[0] ?? '')?.[row] ?? null, path, 1)
            if (matches(get) !== true) continue
            if (!ranges.some(({ start, end }) => start <= row && row < end)) throw new Error(`row ${row} is left out`)
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('some rows of a row group', () => {
  test('are those of the whole row group, in every column', async () => {
    const point = fc.integer({ min: 0, max: 500 })
    const ranges = fc.array(fc.tuple(point, point), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(ranges, async (pairs) => {
        const rows = pairs.map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))
        const isIn = (row: number): boolean => rows.some(({ start, end }) => start <= row && row < end)
        const { length, columns } = await file.readColumns({ schema, rowGroup: 1, rows })
        for (const [name, values] of batches[1]?.columns ?? []) {
          const expected = values.filter((_, row) => isIn(row))
          expect(columns.get(name), name).toEqual(expected)
          expect(length).toBe(expected.length)
        }
      }),
      { numRuns: 25 },
    )
  })
})
