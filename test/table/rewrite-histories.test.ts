import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openTable, type Row, type Table } from '../../src/index.ts'
import { collect } from '../collect.ts'
import { field, rowsOf, tableWith } from './table-with.ts'

/** A table as a plain list of rows, which does what a table should, in the simplest way. */
type Model = readonly Row[]

interface Step {
  readonly name: string
  readonly do: (table: Table) => Promise<unknown>
  readonly expect: (model: Model) => Model
}

const FIELDS = [field('id', 'long'), field('p', 'string'), field('n', 'integer'), field('at', 'timestamp')]
const AT = ['2026-01-02T03:04:05.000006Z', null]

const row: fc.Arbitrary<Row> = fc.record({
  id: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 12 }) }, fc.constant(null)),
  p: fc.constantFrom('a', 'b/c', null),
  n: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(null)),
  at: fc.constantFrom(...AT),
})
const rows = fc.array(row, { maxLength: 6 })

/** A filter, and what it says of a row. */
interface Condition {
  readonly where: object
  readonly passes: (row: Row) => boolean
}

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.constantFrom('a', 'b/c').map((p): Condition => ({ where: { p }, passes: (row) => row.p === p })),
  fc.constant<Condition>({ where: { p: null }, passes: (row) => row.p === null }),
  fc
    .integer({ min: -3, max: 3 })
    .map((n): Condition => ({ where: { n: { gte: n } }, passes: (row) => row.n !== null && Number(row.n) >= n })),
  fc.integer({ min: 0, max: 12 }).map(
    (id): Condition => ({
      where: { not: { id: { lt: id } } },
      passes: (row) => row.id !== null && Number(row.id) >= id,
    }),
  ),
  fc.integer({ min: 0, max: 12 }).map(
    (id): Condition => ({
      where: { or: [{ id }, { n: null }] },
      passes: (row) => row.id === id || row.n === null,
    }),
  ),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  rows.map(
    (given): Step => ({
      name: `append ${given.length}`,
      do: (table) => table.append(given),
      expect: (model) => [...model, ...given],
    }),
  ),
  rows.map((given): Step => ({ name: 'overwrite', do: (table) => table.overwrite(given), expect: () => given })),
  fc.tuple(rows, condition).map(([given, { where, passes }]): Step => {
    const fitting = given.filter(passes)
    return {
      name: `overwrite ${JSON.stringify(where)}`,
      do: (table) => table.overwrite(fitting, { where }),
      expect: (model) => [...model.filter((each) => !passes(each)), ...fitting],
    }
  }),
  condition.map(
    ({ where, passes }): Step => ({
      name: `delete ${JSON.stringify(where)}`,
      do: (table) => table.delete({ where }),
      expect: (model) => model.filter((each) => !passes(each)),
    }),
  ),
  fc.tuple(condition, fc.constantFrom({ n: 1 }, { p: 'a' }, { n: null, p: null })).map(
    ([{ where, passes }, set]): Step => ({
      name: `update ${JSON.stringify({ where, set })}`,
      do: (table) => table.update({ where, set }),
      expect: (model) => model.map((each) => (passes(each) ? { ...each, ...set } : each)),
    }),
  ),
  fc
    .tuple(rows, fc.constantFrom('update', 'ignore'), fc.constantFrom('insert', 'ignore'))
    .map(([given, whenMatched, whenNotMatched]): Step => {
      const source = given.filter(({ id }, i) => id === null || given.findIndex((each) => each.id === id) === i)
      const find = (list: Model, { id }: Row) => (id === null ? undefined : list.find((each) => each.id === id))
      return {
        name: `merge ${source.length} ${whenMatched} ${whenNotMatched}`,
        do: (table) => table.merge(source, { on: ['id'], whenMatched, whenNotMatched }),
        expect: (model) => [
          ...model.map((each) => (whenMatched === 'update' ? (find(source, each) ?? each) : each)),
          ...source.filter((each) => whenNotMatched === 'insert' && find(model, each) === undefined),
        ],
      }
    }),
)

function inOrder(list: Iterable<Row>): string[] {
  return Array.from(list, (each) => JSON.stringify(FIELDS.map(({ name }) => each[String(name)]))).toSorted()
}

describe.each([
  ['plain', {}, []],
  ['partitioned', {}, ['p']],
  ['with column mapping', { 'delta.columnMapping.mode': 'name' }, ['p']],
  ['without statistics', { 'delta.dataSkippingNumIndexedCols': '0' }, []],
])('a random history of a table %s', (_, properties, partitionBy) => {
  test('holds the rows that a list would, and its feed tells how they came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 7 }), async (steps) => {
        const feed = { ...properties, 'delta.enableChangeDataFeed': 'true' }
        const { table, settings } = await tableWith(FIELDS, { properties: feed, partitionBy })
        let model: Model = []
        for (const { name, do: run, expect: after } of steps) {
          model = after(model)
          await run(table)
          expect([name, inOrder(await rowsOf(table))]).toEqual([name, inOrder(model)])
        }
        const again = await openTable('memory://t', settings)
        expect(inOrder(await rowsOf(again))).toEqual(inOrder(model))
        expect(await toldBy(again)).toEqual(inOrder(model))
      }),
      { numRuns: 10 },
    )
  })
})

/** The rows that the changes of all versions add up to. */
async function toldBy(table: Table): Promise<string[]> {
  const counts = new Map<string, number>()
  for (const change of await collect(table.changes({ from: 0 }))) {
    const [text = ''] = inOrder([change])
    const isThere = change._change_type === 'insert' || change._change_type === 'update_postimage'
    counts.set(text, (counts.get(text) ?? 0) + (isThere ? 1 : -1))
  }
  return [...counts].flatMap(([text, count]) => new Array<string>(count).fill(text)).toSorted()
}
