import { DeltaError } from '../errors.ts'
import { formatDate } from './calendar.ts'
import { formatDecimal } from './decimal.ts'
import type { PhysicalValue } from './physical.ts'
import { floorToMillis, formatTimestamp } from './timestamp.ts'
import { typeName } from './type-name.ts'
import type { DeltaType } from './types.ts'

export interface RowValueOptions {
  /**
   * How timestamps leave: `'iso'` text with six digits (the default), `'date'` a `Date`, rounded down to milliseconds,
   * `'micros'` a `bigint` of microseconds. Days stay text: a `Date` would show another day in another zone.
   */
  readonly timestamps?: 'iso' | 'date' | 'micros'
}

/**
 * The function that lets a column's values out, physical form to row form (see `Row`); null stays null.
 * @throws {DeltaError} `unsupported` for a type that has no flat values (array, map, struct, variant).
 */
export function rowValue(type: DeltaType, options: RowValueOptions = {}): (physical: PhysicalValue | null) => unknown {
  switch (type.type) {
    case 'decimal':
      return numeric((value) => formatDecimal(value, type.scale))
    case 'date':
      return numeric((value) => formatDate(Number(value)))
    case 'timestamp':
      return timestampOut(options, 'Z')
    case 'timestamp_ntz':
      return timestampOut(options, '')
    case 'array':
    case 'map':
    case 'struct':
    case 'variant':
      throw new DeltaError('unsupported', `values of type ${typeName(type)} are not supported`)
    default:
      return (value) => value
  }
}

function timestampOut(options: RowValueOptions, suffix: 'Z' | ''): (value: PhysicalValue | null) => unknown {
  switch (options.timestamps) {
    case 'date':
      return numeric((micros) => new Date(floorToMillis(micros)))
    case 'micros':
      return numeric((micros) => BigInt(micros))
    default:
      return numeric((micros) => formatTimestamp(micros, suffix))
  }
}

/** Lifts a function of physical numbers over null; anything else in such a column is our own fault. */
function numeric(show: (value: number | bigint) => unknown): (value: PhysicalValue | null) => unknown {
  return (value) => {
    if (typeof value === 'number' || typeof value === 'bigint') return show(value)
    if (value === null) return null
    throw new DeltaError('internal', `a physical ${typeof value} where a number was expected`)
  }
}
