import { DeltaError, throwIfAborted } from '../errors.ts'
import { hex } from '../hex.ts'
import type { PhysicalBatch, RowNumber } from '../parquet/index.ts'
import type { Predicate } from '../predicate/index.ts'
import {
  batchesOf,
  comparePhysical,
  describeValue,
  isPhysicalValue,
  lengthOf,
  type PhysicalTree,
  type PhysicalValue,
  type Row,
  type RowsInput,
  rowsOf,
  type StructField,
  type StructType,
} from '../schema/index.ts'
import { columnCaster } from './cast.ts'
import { pathReader } from './check-constraints.ts'
import type { StageSettings } from './stage.ts'

/** Up to so many keys are looked for one by one in the statistics of a file. */
const LISTED_KEYS = 64

/** The rows of a merge, held in memory and found by their keys. */
export interface MergeSource {
  /** With the defaults of what they lacked. */
  readonly rows: readonly Row[]
  /** The row of the source whose key a row of a table has: its index, or undefined. A null is equal to nothing. */
  find(batch: PhysicalBatch, index: number): number | undefined
  /** True at least of all rows that have the key of a row of the source. */
  readonly mayMatch: Predicate
}

/**
 * Takes all rows of a source in. @param on the columns whose values, together, are the key of a row.
 * @throws {DeltaError} `invalid-argument` for columns that can be no key, a value that does not fit, and two rows with one
 * key, naming both.
 */
export async function mergeSource(
  input: RowsInput,
  on: readonly string[],
  { schema, rules, signal }: StageSettings,
): Promise<MergeSource> {
  const fields = keyFields(on, schema)
  const columns = fields.map((field) => ({
    field,
    read: pathReader([field.name]),
    cast: columnCaster({ ...field, nullable: true }),
  }))
  const rows: Row[] = []
  const byKey = new Map<unknown, number>()
  const bounds = fields.map((field) => new KeyColumn(field))
  for await (const batch of batchesOf(input)) {
    throwIfAborted(signal)
    const first = rows.length
    const rowNumber: RowNumber = (index) => first + index + 1
    const filled = rules.fillDefaults(batch, rowNumber)
    for (let index = 0; index < lengthOf(filled); index++) {
      const values = columns.map(({ read, cast }) => cast(read(filled, index), rowNumber(index)))
      const key = keyOf(values)
      if (key === undefined) continue
      const twin = byKey.get(key)
      if (twin !== undefined) throw twice(on, values, twin, first + index)
      byKey.set(key, first + index)
      for (const [i, value] of values.entries()) bounds[i]?.add(value)
    }
    for (const row of rowsOf(filled)) rows.push(row)
  }
  const keyAt = (batch: PhysicalBatch, index: number): unknown => {
    return keyOf(fields.map(({ name }) => batch.columns.get(name)?.[index] ?? null))
  }
  return {
    rows,
    find: (batch, index) => byKey.get(keyAt(batch, index)),
    mayMatch: { op: 'and', children: bounds.map((bound) => bound.predicate()) },
  }
}

function keyFields(on: unknown, schema: StructType): StructField[] {
  if (!Array.isArray(on) || on.length === 0) {
    throw new DeltaError('invalid-argument', "on: expected the columns of the key, as in ['id']")
  }
  return on.map((name: unknown, index) => {
    const field = schema.fields.find((each) => each.name === name)
    if (field === undefined || on.indexOf(name) < index) {
      const expected = `expected columns of the table, each once (${schema.fields.map((each) => each.name).join(', ')})`
      throw new DeltaError('invalid-argument', `on: ${expected}, found ${describeValue(name)}`)
    }
    if (!WITHOUT_KEYS.has(field.type.type)) return field
    const message = `on: the column ${JSON.stringify(field.name)} is ${field.type.type}, which can be no key`
    throw new DeltaError('invalid-argument', message, { column: field.name })
  })
}

const WITHOUT_KEYS: ReadonlySet<string> = new Set(['array', 'map', 'struct', 'variant', 'void'])

/** What equal keys have in common, fit for a `Map`; nothing for a key with a null in it. */
function keyOf(values: readonly (PhysicalTree | null)[]): unknown {
  const parts: unknown[] = []
  for (const value of values) {
    if (value === null || !isPhysicalValue(value)) return undefined
    parts.push(value instanceof Uint8Array ? hex(value) : value)
  }
  // A Map compares as wanted: NaN with NaN, −0 with 0, and integers have one physical form each.
  if (parts.length === 1) return parts[0]
  return parts.map((part) => `${String(part).length}:${String(part)}`).join('')
}

/** The values of one column of the keys. */
class KeyColumn {
  readonly #field: StructField
  readonly #listed = new Set<PhysicalValue>()
  #min: PhysicalValue | undefined
  #max: PhysicalValue | undefined

  constructor(field: StructField) {
    this.#field = field
  }

  add(value: PhysicalValue | null): void {
    if (value === null) return
    const { type } = this.#field
    if (this.#listed.size <= LISTED_KEYS) this.#listed.add(value)
    if (this.#min === undefined || comparePhysical(type, value, this.#min) < 0) this.#min = value
    if (this.#max === undefined || comparePhysical(type, value, this.#max) > 0) this.#max = value
  }

  predicate(): Predicate {
    const column = { path: [this.#field.name], type: this.#field.type }
    if (this.#listed.size <= LISTED_KEYS) return { op: 'in', column, values: [...this.#listed] }
    const [min, max] = [this.#min, this.#max]
    const children: Predicate[] = []
    if (min !== undefined) children.push({ op: 'gte', column, value: min })
    if (max !== undefined) children.push({ op: 'lte', column, value: max })
    return { op: 'and', children }
  }
}

function twice(on: readonly string[], values: readonly unknown[], first: number, second: number): DeltaError {
  const key = on.map((name, i) => `${name} = ${describeValue(values[i])}`).join(', ')
  const message = `rows ${first + 1} and ${second + 1} have the same key (${key}): leave one of them out`
  return new DeltaError('invalid-argument', message, { row: second + 1 })
}
