import { type DeltaType, leafCaster } from '../schema/index.ts'
import { BinaryValues } from './binary-values.ts'
import { BooleanValues } from './boolean-values.ts'
import type { FileLeaf } from './file-node.ts'
import { type FirstSight, NumberValues } from './number-values.ts'
import { TextValues } from './text-values.ts'
import type { ValueWriter } from './value-writer.ts'
import { WideDecimalValues } from './wide-decimal-values.ts'

/** The writer for the values of a column. What it accepts is what `leafCaster` of the type accepts. */
export function valueWriter({ type, leaf }: FileLeaf): ValueWriter {
  const cast = leafCaster(type)
  switch (leaf.physical) {
    case 'BOOLEAN':
      return new BooleanValues(cast)
    case 'BYTE_ARRAY':
      return type.type === 'string' ? new TextValues(cast) : new BinaryValues(cast)
    case 'FIXED_LEN_BYTE_ARRAY':
      return new WideDecimalValues(leaf.width ?? 0, cast)
    default:
      return new NumberValues(leaf.physical, firstSight(type), cast)
  }
}

/** The common values of a type, taken without a call to its cast; the others are NaN. It must agree with the cast. */
function firstSight(type: DeltaType): FirstSight {
  switch (type.type) {
    case 'integer':
      return (value) => (typeof value === 'number' && (value | 0) === value ? value | 0 : Number.NaN)
    case 'long':
      return (value) => (Number.isSafeInteger(value) ? Number(value) + 0 : Number.NaN)
    case 'double':
      return (value) => (typeof value === 'number' ? value : Number.NaN)
    case 'timestamp':
    case 'timestamp_ntz':
      return (value) => (value instanceof Date ? safeMicros(value) : Number.NaN)
    default:
      return () => Number.NaN
  }
}

function safeMicros(date: Date): number {
  const micros = date.getTime() * 1000
  return Number.isSafeInteger(micros) ? micros + 0 : Number.NaN
}
