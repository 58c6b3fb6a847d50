import fc from 'fast-check'
import { expect, test } from 'vitest'
import { simulatedRuntime } from '../../src/runtime.ts'
import { queryHints } from '../../src/server/query-hints.ts'
import { COLUMNS, type RandomRow, tablePlans, type Value, writeRandomTable } from './random-table.ts'
import { openWorld, putLog } from './world.ts'

type Condition =
  | { readonly op: 'and' | 'or'; readonly children: readonly Condition[] }
  | { readonly op: 'not'; readonly child: Condition }
  | { readonly op: 'isNull'; readonly column: string }
  | { readonly op: Comparison; readonly column: string; readonly value: Value }
  | { readonly op: 'in'; readonly column: string; readonly values: readonly Value[] }

type Comparison = keyof typeof COMPARISONS

/** How each comparison is written, and which signs of `a - b` make it true. */
const COMPARISONS = {
  '=': { json: 'equal', holds: (sign: number) => sign === 0 },
  '<>': { json: '<>', holds: (sign: number) => sign !== 0 },
  '<': { json: 'lessThan', holds: (sign: number) => sign < 0 },
  '<=': { json: 'lessThanOrEqual', holds: (sign: number) => sign <= 0 },
  '>': { json: 'greaterThan', holds: (sign: number) => sign > 0 },
  '>=': { json: 'greaterThanOrEqual', holds: (sign: number) => sign >= 0 },
}

const columnNames = Object.keys(COLUMNS)
const valuesOf = (column: string): fc.Arbitrary<Value> => COLUMNS[column]?.values ?? fc.constant(0)

const { condition: conditions } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(fc.constantFrom(...(Object.keys(COMPARISONS) as Comparison[])), fc.constantFrom(...columnNames))
      .chain(([op, column]) => valuesOf(column).map((value) => ({ op, column, value }))),
    fc.constantFrom(...columnNames).map((column) => ({ op: 'isNull' as const, column })),
    fc
      .constantFrom('l', 's', 'w', 'pl', 'ps')
      .chain((column) =>
        fc
          .array(valuesOf(column), { minLength: 1, maxLength: 3 })
          .map((values) => ({ op: 'in' as const, column, values })),
      ),
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      children: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), child: tie('condition') }),
  ),
}))

function sqlOf(condition: Condition): string {
  switch (condition.op) {
    case 'and':
    case 'or':
      return `(${condition.children.map(sqlOf).join(` ${condition.op} `)})`
    case 'not':
      return `NOT (${sqlOf(condition.child)})`
    case 'isNull':
      return `${condition.column} IS NULL`
    case 'in':
      return `${condition.column} IN (${condition.values.map((value) => COLUMNS[condition.column]?.sql(value)).join(', ')})`
    default:
      return `${condition.column} ${condition.op} ${COLUMNS[condition.column]?.sql(condition.value)}`
  }
}

function jsonOf(condition: Condition): object {
  const typed = (column: string) => ({ valueType: COLUMNS[column]?.valueType })
  const column = (name: string) => ({ op: 'column', name, ...typed(name) })
  const literal = (name: string, value: Value) => ({ op: 'literal', value: COLUMNS[name]?.json(value), ...typed(name) })
  switch (condition.op) {
    case 'and':
    case 'or': {
      return { op: condition.op, children: condition.children.map(jsonOf) }
    }
    case 'not':
      return { op: 'not', children: [jsonOf(condition.child)] }
    case 'isNull':
      return { op: 'isNull', children: [column(condition.column)] }
    case 'in':
      return {
        op: 'or',
        children: condition.values.map((value) => jsonOf({ op: '=', column: condition.column, value })),
      }
    default: {
      const { json } = COMPARISONS[condition.op]
      return { op: json, children: [column(condition.column), literal(condition.column, condition.value)] }
    }
  }
}

/** SQL's three answers, written apart from the library's own evaluation. */
function answer(condition: Condition, row: RandomRow): boolean | null {
  switch (condition.op) {
    case 'and':
    case 'or': {
      const answers = condition.children.map((child) => answer(child, row))
      const decisive = condition.op === 'or'
      return answers.includes(decisive) ? decisive : answers.includes(null) ? null : !decisive
    }
    case 'not': {
      const inner = answer(condition.child, row)
      return inner === null ? null : !inner
    }
    case 'isNull':
      return row[condition.column] === null
    case 'in': {
      const found = row[condition.column] ?? null
      return found === null ? null : condition.values.some((value) => sign(found, value) === 0)
    }
    default: {
      const found = row[condition.column] ?? null
      return found === null ? null : COMPARISONS[condition.op].holds(sign(found, condition.value))
    }
  }
}

/** NaN is equal to itself and greater than all else; -0 is 0; texts go by their UTF-8 bytes. */
function sign(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a < b ? -1 : a > b ? 1 : 0
}

test('no file that holds a row which a query wants is left out, and no row is counted that it does not want', async () => {
  let left = 0
  let counted = 0
  await fc.assert(
    fc.asyncProperty(tablePlans, fc.array(conditions, { minLength: 10, maxLength: 30 }), async (plan, wanted) => {
      const { snapshot, files } = await writeRandomTable(plan)
      for (const condition of wanted) {
        const forms = [
          { sqlHints: [sqlOf(condition)], limit: 1 },
          { sqlHints: [], jsonHint: JSON.stringify(jsonOf(condition)), limit: 1 },
        ]
        for (const query of forms) {
          const hinted = queryHints(query, snapshot)
          for (const { add, rows } of files) {
            const { isWanted, wantedRows } = hinted(add)
            const matching = rows.filter((row) => answer(condition, row) === true).length
            if (!isWanted) left++
            counted += wantedRows
            if (matching > 0) expect(isWanted, JSON.stringify(query)).toBe(true)
            expect(wantedRows, JSON.stringify(query)).toBeLessThanOrEqual(matching)
          }
        }
      }
    }),
    { numRuns: 25 },
  )
  // Else nothing was shown: hints that are never understood are sound as well.
  expect(left).toBeGreaterThan(100)
  expect(counted).toBeGreaterThan(100)
})

test.each([{}, { maxFiles: 300 }])(
  'many conditions on many files let the others have their turns (%j)',
  async (paging) => {
    let turns = 0
    const runtime = simulatedRuntime()
    const sleep = async (): Promise<void> => void turns++
    const world = await openWorld({ runtime: { ...runtime, sleep } })
    const files = Array.from({ length: 300 }, (_, i) => ({
      add: { path: `p${i}`, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
    }))
    await putLog(world, 'many', files)
    const query = (count: number): Promise<string> => {
      const body = JSON.stringify({ predicateHints: Array(count).fill('n<0'), ...paging })
      return world.ask('/shares/sales/schemas/shop/tables/many/query', { method: 'POST', body }).then((it) => it.text())
    }
    await query(2)
    // One lets the socket send the first line.
    expect(turns).toBe(1)
    await query(1000)
    // 500 conditions are asked of each file, as many as are looked at.
    const rounds = 'maxFiles' in paging ? 2 : 1
    expect(turns).toBe(2 + (rounds * 300 * 500) / 10_000)
  },
)
