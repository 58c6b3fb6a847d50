import { DeltaError } from '../errors.ts'
import { CastError, leafCaster, type PhysicalValue, type StructField, typeName } from '../schema/index.ts'

/** Casts a value of one column, or says which row and column did not fit. */
export function columnCaster(field: StructField): (value: unknown, row: number) => PhysicalValue | null {
  const cast = leafCaster(field.type)
  return (value, row) => {
    try {
      const physical = cast(value)
      if (physical !== null || field.nullable) return physical
      throw new CastError('a value, because the column is not nullable', 'none')
    } catch (error) {
      if (!(error instanceof CastError)) throw error
      throw new DeltaError(
        'invalid-argument',
        `row ${row}, column ${JSON.stringify(field.name)} (${typeName(field.type)}): expected ${error.expected}, found ${error.found}`,
        { row, column: field.name, cause: error },
      )
    }
  }
}
