import fc from 'fast-check'
import { createTable, type Row, simulatedRuntime } from '../../src/index.ts'
import { type AddFile, loadSnapshot, type Snapshot } from '../../src/log/index.ts'
import { memoryStore } from '../../src/store/index.ts'

/** A value as tests compare it: times in microseconds or days, decimals in hundredths. */
export type Value = number | bigint | string | boolean

/** A column of random tables: its values, and how they are written in rows and in conditions. */
export interface RandomColumn {
  readonly type: string
  readonly values: fc.Arbitrary<Value>
  readonly row: (value: Value) => unknown
  readonly sql: (value: Value) => string
  readonly json: (value: Value) => string
  readonly valueType?: string
}

const iso = (value: Value): string => {
  const micros = BigInt(value)
  const seconds = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, 19)
  return `${seconds}.${String(micros % 1_000_000n).padStart(6, '0')}Z`
}
const day = (value: Value): string => new Date(Number(value) * 86_400_000).toISOString().slice(0, 10)
const decimal = (value: Value): string => (Number(value) / 100).toFixed(2)
const same = (value: Value): unknown => value
const float = (value: Value): string => (Number.isFinite(value) ? String(value) : `'${value}'`)

/** Texts longer than statistics hold, with a common beginning and characters whose order differs by encoding. */
const texts = fc
  .tuple(fc.constantFrom('', 'a', 'x'.repeat(31), 'x'.repeat(40)), fc.constantFrom('', '\uffff', '😀', 'z', 'é'))
  .map((parts) => parts.join(''))
const doubles = fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 0.1, -0.1, 1.5, 1e300, 5e-324)
const longs = fc.constantFrom(0n, 1n, -1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n))
const days = fc.constantFrom(0, 1, 19_000, 20_000)
/** Within one millisecond and around it: statistics are cut there. */
const micros = fc.constantFrom(0n, 1n, 999n, 1000n, 1001n, 1_700_000_000_123_456n, 1_700_000_000_123_999n)

const text = { type: 'string', row: same, sql: (value: Value) => `'${value}'`, json: String, valueType: 'string' }
const long = { type: 'long', row: same, sql: String, json: String, valueType: 'long' }
const date = { type: 'date', row: day, sql: (value: Value) => `DATE '${day(value)}'`, json: day, valueType: 'date' }

export const COLUMNS: Readonly<Record<string, RandomColumn>> = {
  l: { ...long, values: longs },
  d: { type: 'double', values: doubles, row: same, sql: float, json: String, valueType: 'double' },
  f: { type: 'float', values: doubles.map(Math.fround), row: same, sql: float, json: String, valueType: 'float' },
  s: { ...text, values: texts },
  t: {
    type: 'timestamp',
    values: micros,
    row: iso,
    sql: (value) => `TIMESTAMP '${iso(value)}'`,
    json: iso,
    valueType: 'timestamp',
  },
  w: { ...date, values: days },
  b: { type: 'boolean', values: fc.boolean(), row: same, sql: String, json: String, valueType: 'bool' },
  m: {
    type: 'decimal(10,2)',
    values: fc.constantFrom(0, 1, -1, 12_345, 99_999_999),
    row: decimal,
    sql: decimal,
    json: decimal,
  },
  ps: { ...text, values: fc.constantFrom('DE', 'FR', 'a b/c=d%e', '😀') },
  pw: { ...date, values: days },
  pl: { ...long, values: longs },
}
const PARTITIONS = ['ps', 'pw', 'pl']

export type RandomRow = Readonly<Record<string, Value | null>>

/** A file of a random table, and the rows that a reader gets from it. */
export interface RandomFile {
  readonly add: AddFile
  readonly rows: readonly RandomRow[]
}

/** What a random table is made of. */
export interface TablePlan {
  readonly isMapped: boolean
  readonly isPartitioned: boolean
  readonly files: readonly {
    readonly partition: RandomRow
    readonly rows: readonly { readonly values: RandomRow; readonly isDeleted: boolean }[]
  }[]
}

const rowOf = (names: readonly string[]): fc.Arbitrary<RandomRow> =>
  fc.record(
    Object.fromEntries(names.map((name) => [name, fc.option(COLUMNS[name]?.values ?? fc.constant(0), { freq: 4 })])),
  )

export const tablePlans: fc.Arbitrary<TablePlan> = fc.record({
  isMapped: fc.boolean(),
  isPartitioned: fc.boolean(),
  files: fc.array(
    fc.record({
      partition: rowOf(PARTITIONS),
      rows: fc.array(
        fc.record({
          values: rowOf(Object.keys(COLUMNS).filter((name) => !PARTITIONS.includes(name))),
          isDeleted: fc.boolean(),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
    { minLength: 1, maxLength: 4 },
  ),
})

/** Writes the table with the library, so that its statistics are real, and hides the deleted rows by vectors. */
export async function writeRandomTable({ isMapped, isPartitioned, files }: TablePlan): Promise<{
  readonly snapshot: Snapshot
  readonly files: readonly RandomFile[]
}> {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const fields = Object.entries(COLUMNS).map(([name, { type }]) => ({ name, type, nullable: true, metadata: {} }))
  const table = await createTable('t', {
    store,
    runtime,
    schema: { type: 'struct', fields },
    partitionBy: isPartitioned ? PARTITIONS : [],
    properties: isMapped ? { 'delta.columnMapping.mode': 'name' } : {},
  })
  const written: RandomFile[] = []
  const known = new Set<string>()
  for (const { partition, rows } of files) {
    const whole = rows.map(({ values }) => ({ ...values, ...partition }))
    await table.append(whole.map(toRow))
    const snapshot = await loadSnapshot(store)
    for (const add of snapshot.files()) {
      if (known.has(add.path)) continue
      known.add(add.path)
      const deleted = rows.filter((row) => row.isDeleted).length
      written.push({
        add: deleted === 0 ? add : withVector(add, deleted),
        rows: whole.filter((_, index) => rows[index]?.isDeleted === false),
      })
    }
  }
  await table.settled()
  return { snapshot: await loadSnapshot(store), files: written }
}

function toRow(row: RandomRow): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value === null ? null : COLUMNS[name]?.row(value)]),
  )
}

/** As writers leave a file behind whose rows they deleted: its statistics are still those of all rows. */
function withVector(add: AddFile, cardinality: number): AddFile {
  const stats = JSON.stringify({ tightBounds: false }).slice(0, -1)
  return {
    ...add,
    ...(add.stats === undefined ? {} : { stats: `${stats},${add.stats.slice(1)}` }),
    deletionVector: { storageType: 'i', pathOrInlineDv: 'x', sizeInBytes: 1, cardinality },
  }
}
