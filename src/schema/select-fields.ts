import { DeltaError } from '../errors.ts'
import type { StructField, StructType } from './types.ts'

/**
 * The fields of the columns asked for.
 * @throws {DeltaError} `invalid-argument` for a column that is not there.
 */
export function selectFields(schema: StructType, columns: readonly string[] | undefined): readonly StructField[] {
  return columns === undefined ? schema.fields : columns.map((name) => fieldNamed(schema, name))
}

function fieldNamed(schema: StructType, name: string): StructField {
  const field = schema.fields.find((candidate) => candidate.name === name)
  if (field) return field
  throw new DeltaError(
    'invalid-argument',
    `there is no column ${JSON.stringify(name)}: there are ${schema.fields.map((each) => each.name).join(', ')}`,
    { column: name },
  )
}
