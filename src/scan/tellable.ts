import { DeltaError, isDeltaError } from '../errors.ts'
import { checkReadableAs, physicalName, type StructType } from '../schema/index.ts'

/** What decides how the rows of a table are told at one of its versions. */
export interface TableShape {
  readonly version: number
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
}

/**
 * Lets a range of versions pass whose rows can all be told as those of its last version are.
 * @param before the table at the versions of the range before the last change of its shape, in their order.
 * @throws {DeltaError} `unsupported` naming version, column and what became of it, or the partition columns.
 */
export function checkTellable(before: readonly TableShape[], end: TableShape): void {
  for (const shape of before) {
    try {
      checkReadableAs(shape.schema, end.schema)
    } catch (cause) {
      if (!isDeltaError(cause, 'unsupported')) throw cause
      throw changedSince(shape, end, cause.message, cause)
    }
    if (partitionKeys(shape) !== partitionKeys(end))
      throw changedSince(shape, end, `the table was partitioned by ${listed(shape)}, then by ${listed(end)}`)
  }
}

/** In physical names: a column may have been renamed. */
function partitionKeys({ schema, partitionColumns }: TableShape): string {
  const keys = new Map(schema.fields.map((field) => [field.name, physicalName(field)]))
  return JSON.stringify(partitionColumns.map((name) => keys.get(name) ?? name))
}

function listed({ partitionColumns }: TableShape): string {
  return partitionColumns.join(', ') || 'nothing'
}

function changedSince(before: TableShape, end: TableShape, what: string, cause?: DeltaError): DeltaError {
  return new DeltaError(
    'unsupported',
    `the rows of version ${before.version} cannot be told in the schema of version ${end.version}: ${what}; ask for the versions before and after the change apart`,
    { feature: 'incompatible schema change', ...cause?.details, cause },
  )
}
