import { DeltaError } from '../errors.ts'
import { formatDate } from './calendar.ts'
import { describeValue } from './cast-error.ts'
import { formatDecimal } from './decimal.ts'
import { setMember } from './members.ts'
import { isPhysicalArray, isPhysicalMap, isPhysicalStruct, type PhysicalTree } from './physical.ts'
import { floorToMillis, formatTimestamp } from './timestamp.ts'
import type { ArrayType, DeltaType, MapType, StructType } from './types.ts'

export interface RowValueOptions {
  /**
   * How timestamps leave: `'iso'` text with six digits (the default), `'date'` a `Date`, rounded down to milliseconds,
   * `'micros'` a `bigint` of microseconds. Days stay text: a `Date` would show another day in another zone.
   */
  readonly timestamps?: 'iso' | 'date' | 'micros' | undefined
}

type ValueOut = (physical: PhysicalTree | null) => unknown

/**
 * The function that lets a column's values out, physical form to row form (see `Row`); null stays null. What has the
 * same form in both is given as it is, not copied. So is a variant, whose timestamps are always text.
 * @throws {DeltaError} `invalid-argument` for another form of timestamps than there are.
 */
export function rowValue(type: DeltaType, options: RowValueOptions = {}): ValueOut {
  switch (type.type) {
    case 'decimal':
      return numeric((value) => formatDecimal(value, type.scale))
    case 'date':
      return numeric((value) => formatDate(Number(value)))
    case 'timestamp':
      return timestampOut(options, 'Z')
    case 'timestamp_ntz':
      return timestampOut(options, '')
    case 'struct':
      return structOut(type, options)
    case 'array':
      return arrayOut(type, options)
    case 'map':
      return mapOut(type, options)
    default:
      return asItIs
  }
}

const asItIs: ValueOut = (value) => value

function structOut({ fields }: StructType, options: RowValueOptions): ValueOut {
  const members = fields.map(({ name, type }) => ({ name, out: rowValue(type, options) }))
  if (members.every(({ out }) => out === asItIs)) return asItIs
  return (value) => {
    if (value === null) return null
    if (!isPhysicalStruct(value)) throw mismatch(value, 'a struct')
    const struct: Record<string, unknown> = {}
    for (const { name, out } of members) setMember(struct, name, out(value[name] ?? null))
    return struct
  }
}

function arrayOut({ elementType }: ArrayType, options: RowValueOptions): ValueOut {
  const out = rowValue(elementType, options)
  if (out === asItIs) return asItIs
  return (value) => {
    if (value === null) return null
    if (!isPhysicalArray(value)) throw mismatch(value, 'an array')
    return value.map((element) => out(element))
  }
}

function mapOut({ keyType, valueType }: MapType, options: RowValueOptions): ValueOut {
  const keyOut = rowValue(keyType, options)
  const out = rowValue(valueType, options)
  if (keyOut === asItIs && out === asItIs) return asItIs
  return (value) => {
    if (value === null) return null
    if (!isPhysicalMap(value)) throw mismatch(value, 'a map')
    return new Map(Array.from(value, ([key, item]) => [keyOut(key), out(item)]))
  }
}

function timestampOut(options: RowValueOptions, suffix: 'Z' | ''): ValueOut {
  switch (options.timestamps) {
    case 'date':
      return numeric((micros) => new Date(floorToMillis(micros)))
    case 'micros':
      return numeric((micros) => BigInt(micros))
    case 'iso':
    case undefined:
      return numeric((micros) => formatTimestamp(micros, suffix))
    default:
      throw new DeltaError(
        'invalid-argument',
        `timestamps: expected 'iso', 'date' or 'micros', found ${describeValue(options.timestamps)}`,
      )
  }
}

/** Lifts a function of physical numbers over null. */
function numeric(show: (value: number | bigint) => unknown): ValueOut {
  return (value) => {
    if (typeof value === 'number' || typeof value === 'bigint') return show(value)
    if (value === null) return null
    throw mismatch(value, 'a number')
  }
}

/** A physical value that is not of its column's type is our own fault. */
function mismatch(value: PhysicalTree, expected: string): DeltaError {
  return new DeltaError('internal', `a physical ${typeof value} where ${expected} was expected`)
}
