import { DeltaError } from '../errors.ts'
import type { StructType } from '../schema/index.ts'
import type { Needle } from '../table/index.ts'
import type { ColumnLayout } from './column-layout.ts'
import { rowKey } from './row.ts'

/** The value of a field that tells whose a row is. */
export type KeyValue = string | number | boolean

/** Which rows are to be erased, and where else their values may be. */
export interface Erasure {
  /** Of this workflow only; of all unless said. */
  readonly workflowId?: string | undefined
  /** Rows for which all of these hold, `{ email: 'ann@example.com' }`, or all of another one. */
  readonly keys?: readonly { readonly [column: string]: KeyValue }[] | undefined
  /** Rows that have one of these as `KADOA_ROW_KEY`. */
  readonly rowKeys?: readonly string[] | undefined
  /** Events that hold one of these texts anywhere leave `ACTIVITY_LOG` too. Default: none does. */
  readonly alsoInActivityLog?: readonly string[] | undefined
  /**
   * The values whose absence proves it. Default: all that were given, and the row keys that follow from them. To be given
   * where a key consists of values that other rows have as well, such as a country, or of texts so short that other words
   * hold them.
   */
  readonly proof?: readonly (string | number)[] | undefined
}

/** @throws {DeltaError} `invalid-argument` where nothing is given, or a key without a value. */
export function checkErasure({ keys = [], rowKeys = [], alsoInActivityLog = [], proof }: Erasure): void {
  const refuse = (found: string): never => {
    throw new DeltaError('invalid-argument', `nothing was erased: ${found}`)
  }
  if (keys.length + rowKeys.length === 0) refuse('expected keys or rowKeys, found neither; say which rows')
  for (const key of keys) {
    if (Object.keys(key).length === 0) refuse('a key without a column would mean all rows; retract the runs instead')
    if (Object.values(key).some((value) => value === '')) refuse('a key with an empty text is none')
  }
  if ([...rowKeys, ...alsoInActivityLog].some((text) => text === '')) refuse('an empty text is in everything')
  if (proof?.length === 0) refuse('proof: expected one value at least; leave it out for all that were given')
}

/**
 * The rows of a table that are to go, as a filter; undefined where it can have none, as it lacks the columns. A value is
 * taken as its column has it: `"7"` and `7` are the same key.
 */
export function erasedRows({ keys = [], rowKeys = [] }: Erasure, schema: StructType): object | undefined {
  const filters = keys.map((key) => fittingValues(key, schema)).filter((filter) => filter !== undefined)
  const all = rowKeys.length > 0 ? [...filters, { KADOA_ROW_KEY: { in: rowKeys } }] : filters
  if (all.length === 0) return undefined
  return { or: all }
}

/** All values by which an erasure is proven: as they were given, and the row keys that follow from them. */
export function needlesOf({ keys = [], rowKeys = [], proof }: Erasure, layouts: readonly ColumnLayout[]): Needle[] {
  if (proof !== undefined) return [...proof]
  const values = keys.flatMap((key) => Object.values(key)).filter((value) => typeof value !== 'boolean')
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
function fittingValues(
  key: { readonly [column: string]: KeyValue },
  { fields }: StructType,
): Record<string, KeyValue> | undefined {
  const values: Record<string, KeyValue> = {}
  for (const [name, value] of Object.entries(key)) {
    const field = fields.find((each) => each.name === name)
    const fitting = field && fittingValue(field.type.type, value)
    if (fitting === undefined) return undefined
    values[name] = fitting
  }
  return values
}

function fittingValue(type: string, value: KeyValue): KeyValue | undefined {
  switch (type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'float':
    case 'double': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      return typeof number === 'number' && Number.isFinite(number) ? number : undefined
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    default:
      return String(value)
  }
}
