import { DeltaError, isDeltaError } from '../errors.ts'
import { nearest } from '../record/index.ts'
import {
  CastError,
  type DeltaType,
  fieldAt,
  type LeafColumn,
  leafCaster,
  leafColumns,
  type StructType,
} from '../schema/index.ts'
import type { Needle } from '../table/index.ts'
import { castValue } from './cast.ts'
import type { ColumnLayout } from './column-layout.ts'
import { lineageIn } from './lineage.ts'
import { rowKey } from './row.ts'

/** The value of a field that tells whose a row is. */
export type KeyValue = string | number | boolean

/** What all of the columns that it names hold; `specs.owner` is a member of a struct. */
export interface Key {
  readonly [column: string]: KeyValue
}

/** Which rows are to be erased, and where else their values may be. */
export interface Erasure {
  /** Of this workflow only; of all unless said. */
  readonly workflowId?: string | undefined
  /** Rows for which all of these hold, `{ email: 'ann@example.com' }`, or all of another one. */
  readonly keys?: readonly Key[] | undefined
  /** Rows that have one of these as `KADOA_ROW_KEY`. */
  readonly rowKeys?: readonly string[] | undefined
  /** Events that hold one of these texts anywhere leave `ACTIVITY_LOG` too. Default: none does. */
  readonly alsoInActivityLog?: readonly string[] | undefined
  /**
   * The values whose absence proves it. Default: all that were given, and the row keys that follow from them. To be given
   * where a key consists of values that other rows have as well, such as a country, or of texts that are a part of
   * longer ones.
   */
  readonly proof?: readonly (string | number)[] | undefined
}

const ROW_KEY = /^[0-9a-f]{64}$/

/** @throws {DeltaError} `invalid-argument` where nothing is given, a key without a value of its own, or a row key that is none. */
export function checkErasure({ keys = [], rowKeys = [], alsoInActivityLog = [], proof }: Erasure): void {
  const refuse = (found: string): never => {
    throw new DeltaError('invalid-argument', `nothing was erased: ${found}`)
  }
  if (keys.length + rowKeys.length === 0) refuse('expected keys or rowKeys, found neither; say which rows')
  for (const key of keys) {
    if (Object.keys(key).length === 0) refuse('a key without a column would mean all rows; retract the runs instead')
    for (const [column, value] of Object.entries(key)) {
      if (value === '') refuse('a key with an empty text is none')
      if (!isKeyValue(value)) refuse(`key ${column}: expected a text, a number or a boolean`)
    }
  }
  if (!rowKeys.every((rowKey) => ROW_KEY.test(rowKey))) {
    refuse('rowKeys: expected each as KADOA_ROW_KEY has it, 64 digits of 0 to 9 and a to f; copy it from its row')
  }
  if (alsoInActivityLog.some((text) => text === '')) refuse('an empty text is in everything')
  if (proof?.length === 0) refuse('proof: expected one value at least; leave it out for all that were given')
}

/**
 * Holds an erasure to columns that are there: one that no table has would find no row, as if there were none.
 * @throws {DeltaError} `invalid-argument` naming the column that may be meant, or the one that holds lists.
 */
export function checkColumns({ keys = [], workflowId }: Erasure, layouts: readonly ColumnLayout[]): void {
  if (layouts.length === 0) return
  const leaves = layouts.flatMap(({ schema }) => leafColumns(schema))
  const lists = new Set(leaves.filter(isList).map(nameOf))
  const known = new Set(leaves.filter((leaf) => !isList(leaf)).map(nameOf))
  const unknown = keys.flatMap((key) => Object.keys(key)).find((column) => !known.has(column))
  if (unknown === undefined) return
  const where = workflowId === undefined ? 'any workflow' : `workflow ${workflowId}`
  if (lists.has(unknown)) {
    throw new DeltaError(
      'invalid-argument',
      `nothing was erased: column ${JSON.stringify(unknown)} of ${where} holds lists, which no key is compared with; name the rows by another column, or by their KADOA_ROW_KEY`,
      { column: unknown },
    )
  }
  const meant = nearest(unknown, known)
  const remedy = meant === undefined ? 'look at its name' : `did you mean ${JSON.stringify(meant)}?`
  throw new DeltaError(
    'invalid-argument',
    `nothing was erased: no table of ${where} has a column ${JSON.stringify(unknown)}; ${remedy}`,
    { column: unknown },
  )
}

function isList({ type }: LeafColumn): boolean {
  return type.type === 'array'
}

function nameOf({ path }: LeafColumn): string {
  return path.join('.')
}

function isKeyValue(value: unknown): value is KeyValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
}

/**
 * The rows of a table that are to go, as a filter; undefined where it can have none, as it lacks the columns. A value is
 * taken as its column has it: `"7"` and `7` are the same key.
 */
export function erasedRows({ keys = [], rowKeys = [] }: Erasure, schema: StructType): object | undefined {
  const filters = keys.map((key) => fittingValues(key, schema)).filter((filter) => filter !== undefined)
  const all = rowKeys.length > 0 ? [...filters, { [lineageIn(schema).KADOA_ROW_KEY]: { in: rowKeys } }] : filters
  if (all.length === 0) return undefined
  return { or: all }
}

/**
 * All values by which an erasure is proven: as they were given, as the columns have them, and the row keys that follow from
 * them.
 */
export function needlesOf({ keys = [], rowKeys = [], proof }: Erasure, layouts: readonly ColumnLayout[]): Needle[] {
  if (proof !== undefined) return [...proof]
  const fitting = layouts.flatMap(({ schema }) => keys.map((key) => fittingValues(key, schema) ?? {}))
  const values = [...keys, ...fitting]
    .flatMap((key) => Object.values(key))
    .filter((value) => typeof value !== 'boolean')
  return [...new Set<Needle>([...values, ...rowKeys, ...layouts.flatMap((layout) => rowKeysOf(keys, layout))])]
}

function rowKeysOf(keys: Erasure['keys'] = [], layout: ColumnLayout): string[] {
  return keys.flatMap((key) => {
    const values = fittingValues(key, layout.schema)
    const hash = values && rowKey(layout, values)
    return typeof hash === 'string' ? [hash] : []
  })
}

/** Each value as its column has it; undefined where a column is missing, or can hold no such value. */
function fittingValues(key: Key, schema: StructType): Record<string, KeyValue> | undefined {
  const values: Record<string, KeyValue> = {}
  for (const [name, value] of Object.entries(key)) {
    const field = fieldAt(schema, name.split('.'))
    const fitting = field && fittingValue(field.type, value)
    if (fitting === undefined) return undefined
    values[name] = fitting
  }
  return values
}

function fittingValue(type: DeltaType, given: KeyValue): KeyValue | undefined {
  const value = asWritten(type, given)
  return isKeyValue(value) && canHold(type, value) ? value : undefined
}

/** Cast as the rows were: a text that no column of numbers would take names no number. */
function asWritten({ type }: DeltaType, value: KeyValue): unknown {
  switch (type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return castValue('TRY_NUMBER', value).value
    case 'date':
      return castValue('TRY_DATE_ISO', value).value
    case 'timestamp':
      return castValue('TRY_TIMESTAMP_ISO_UTC', value).value
    case 'boolean':
      return castValue('TRY_BOOLEAN', value).value
    default:
      return String(value)
  }
}

function canHold(type: DeltaType, value: KeyValue): boolean {
  try {
    leafCaster(type)(value)
    return true
  } catch (error) {
    if (error instanceof CastError || isDeltaError(error, 'unsupported')) return false
    throw error
  }
}
