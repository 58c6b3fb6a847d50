import { type DeltaType, leafCaster } from '../../../schema/index.ts'
import type { FileLeaf } from '../file-node.ts'
import { BinaryValues } from './binary-values.ts'
import { BooleanValues } from './boolean-values.ts'
import {
  type GatherNumbers,
  gatherDoubles,
  gatherInstants,
  gatherIntegers,
  gatherLongs,
  gatherOthers,
} from './gather-numbers.ts'
import { NumberValues } from './number-values.ts'
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
      return new NumberValues(leaf.physical, gathererOf(type), cast)
  }
}

function gathererOf(type: DeltaType): GatherNumbers {
  switch (type.type) {
    case 'integer':
      return gatherIntegers
    case 'long':
      return gatherLongs
    case 'double':
      return gatherDoubles
    case 'timestamp':
    case 'timestamp_ntz':
      return gatherInstants
    default:
      return gatherOthers
  }
}
