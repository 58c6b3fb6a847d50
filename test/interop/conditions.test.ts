import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { isDeltaError } from '../../src/errors.ts'
import { createTable, type Row } from '../../src/index.ts'
import { matchesRow, parseSqlCondition } from '../../src/predicate/index.ts'
import { leafCaster } from '../../src/schema/index.ts'
import { spark } from './spark/call.ts'

/** Of each type: values at its edges, and constants that a condition may compare them with. */
const columns: Record<string, readonly [values: readonly unknown[], constants: readonly string[]]> = {
  byte: [
    [-128, 0, 127],
    ['0', '200', "'127'", '+1'],
  ],
  integer: [
    [-(2 ** 31), 5, 2 ** 31 - 1],
    ['5', '5000000000', "'007'"],
  ],
  long: [
    [-(2n ** 63n), 9007199254740993n, 2n ** 63n - 1n],
    ['9007199254740993', "'9007199254740993'", '-9223372036854775808'],
  ],
  float: [
    [Number.NaN, 0.1, -0],
    ['0.1', '0', '16777216', "'0.5'", "'NaN'", '0.10000000149011612'],
  ],
  double: [
    [Number.NaN, 0.1, -0],
    ['0.1', '0', '1e300', '9007199254740993', "'0.1'", "'-0.0'", '1e-400'],
  ],
  'decimal(10,2)': [
    ['-1.50', '0.10', '99999999.99'],
    ['0.1', '1.500', "'0.1'", '1e0', '99999999.99'],
  ],
  'decimal(38,10)': [
    ['-1.5', '0.1', '9999999999999999999999999999.9999999999'],
    ['0.1', '9999999999999999999999999999'],
  ],
  string: [
    ['', 'A ', '\u{1F600}'],
    ["''", '"A"', "'a'", "'\uFFFD'"],
  ],
  boolean: [
    [true, false, true],
    ['true', "'FALSE'"],
  ],
  date: [
    ['0001-01-01', '1970-01-01', '9999-12-31'],
    ["'1970-01-01'", "date '9999-12-31'"],
  ],
  timestamp: [
    ['1969-12-31T23:59:59.999999Z', '1970-01-01T00:00:00Z', '2021-01-01T00:00:00.000001Z'],
    ["'1970-01-01T02:00:00+02:00'", "timestamp '2021-01-01 00:00:00Z'"],
  ],
  timestamp_ntz: [
    ['1969-12-31T23:59:59.999999', '1970-01-01T00:00:00', '2021-01-01T00:00:00.000001'],
    ["'1970-01-01 00:00:00'", "timestamp_ntz '2021-01-01 00:00:00'"],
  ],
}

function conditionsOn(name: string, [first, ...others]: readonly string[]): string[] {
  return [first, ...others].flatMap((constant) => [
    ...['=', '<=>', '<>', '<', '>='].map((op) => `${name} ${op} ${constant}`),
    `${constant} < ${name}`,
    `${name} in (${constant})`,
    `${name} not in (${first}, ${constant})`,
    `${name} between ${first} and ${constant}`,
    `not ${name} = ${constant} or ${name} is null`,
  ])
}

const judgements = z.record(z.string(), z.record(z.string(), z.array(z.boolean().nullable())))

test('a condition that we understand says the same to Spark, by both of its rules for casts', async () => {
  const path = mkdtempSync(join(tmpdir(), 'deltaquill-conditions-'))
  try {
    const entries = Object.entries(columns).map(([type, column], index) => ({ name: `c${index}`, type, column }))
    const fields = [{ name: 'id', type: 'integer' }, ...entries].map(({ name, type }) => {
      return { name, type, nullable: true, metadata: {} }
    })
    const table = await createTable(path, { schema: JSON.stringify({ type: 'struct', fields }) })
    const rows = [0, 1, 2, 3].map((id): Row => {
      return { id, ...Object.fromEntries(entries.map(({ name, column }) => [name, column[0][id] ?? null])) }
    })
    await table.append(rows)
    await table.settled()
    const tests = new Map<string, readonly (boolean | null)[]>()
    for (const condition of entries.flatMap(({ name, column }) => conditionsOn(name, column[1]))) {
      const ours = judge(condition, table.schema, rows)
      if (ours !== undefined) tests.set(condition, ours)
    }
    expect(tests.size).toBeGreaterThan(350)
    const found = judgements.parse(await spark('judge-rows', { path, conditions: [...tests.keys()] }))
    expect(found).toEqual({ true: Object.fromEntries(tests), false: Object.fromEntries(tests) })
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
})

/** What a condition says of each row; nothing where it is beyond us. */
function judge(
  condition: string,
  schema: Parameters<typeof parseSqlCondition>[1],
  rows: readonly Row[],
): (boolean | null)[] | undefined {
  try {
    const holds = matchesRow(parseSqlCondition(condition, schema))
    const casts = new Map(schema.fields.map(({ name, type }) => [name, leafCaster(type)]))
    return rows.map((row) => holds(([name = '']) => casts.get(name)?.(row[name]) ?? null))
  } catch (error) {
    if (isDeltaError(error, 'unsupported')) return undefined
    throw error
  }
}
