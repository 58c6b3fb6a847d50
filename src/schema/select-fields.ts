import { DeltaError } from '../errors.ts'
import { describeValue } from './cast-error.ts'
import type { StructField, StructType } from './types.ts'

/**
 * The fields of the columns asked for.
 * @throws {DeltaError} `invalid-argument` for a column that is not there or asked for twice, and for what is no list of names.
 */
export function selectFields(schema: StructType, columns: readonly string[] | undefined): readonly StructField[] {
  if (columns === undefined) return schema.fields
  if (!Array.isArray(columns)) {
    throw new DeltaError('invalid-argument', `columns: expected an array of names, found ${describeValue(columns)}`)
  }
  return columns.map((name: string, index) => {
    if (columns.indexOf(name) === index) return fieldNamed(schema, name)
    throw new DeltaError('invalid-argument', `columns: expected each once, found ${JSON.stringify(name)} again`, {
      column: name,
    })
  })
}

function fieldNamed(schema: StructType, name: string): StructField {
  const field = schema.fields.find((candidate) => candidate.name === name)
  if (field) return field
  throw new DeltaError(
    'invalid-argument',
    `columns: expected some of ${schema.fields.map((each) => each.name).join(', ')}, found ${JSON.stringify(name)}`,
    { column: name },
  )
}
