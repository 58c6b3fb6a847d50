import { DeltaError } from '../errors.ts'
import { fieldStep } from './cast-error.ts'
import { MAX_NESTING } from './columns.ts'
import { inside, type Place, topPlace } from './place.ts'
import type { DeltaType, StructType } from './types.ts'

/**
 * Refuses columns that Parquet cannot hold: void inside an array or a map, a struct without a field that is stored (a
 * void one is not), types that nest deeper than 100 levels; and variant, which cannot be written yet.
 * @throws {DeltaError} `unsupported` naming the column and the part of it.
 */
export function checkWritableTypes(schema: StructType): void {
  const [first] = schema.fields
  if (first !== undefined && schema.fields.every(({ type }) => type.type === 'void')) {
    throw refuse(topPlace(first.name), 'all columns are void, and a data file needs one that is stored')
  }
  for (const { name, type } of schema.fields) checkType(type, topPlace(name), false)
}

/** @param repeated inside an array or a map. */
function checkType(type: DeltaType, place: Place, repeated: boolean): void {
  if (place.depth > MAX_NESTING) throw refuse(topPlace(place.column), `it nests more than ${MAX_NESTING} levels deep`)
  switch (type.type) {
    case 'variant':
      throw refuse(place, 'the type variant cannot be written yet')
    case 'void':
      if (repeated) throw refuse(place, 'void cannot be stored inside an array or a map')
      break
    case 'array':
      checkType(type.elementType, inside(place, '[]'), true)
      break
    case 'map':
      checkType(type.keyType, inside(place, '{key}'), true)
      checkType(type.valueType, inside(place, '{}'), true)
      break
    case 'struct':
      for (const field of type.fields) checkType(field.type, inside(place, fieldStep(field.name)), repeated)
      if (type.fields.every((field) => field.type.type === 'void')) {
        throw refuse(place, 'a struct needs a field that is stored, and it has none')
      }
  }
}

function refuse({ column, at }: Place, problem: string): DeltaError {
  return new DeltaError('unsupported', `column ${at}: ${problem}: give it another type, or leave it out`, { column })
}
