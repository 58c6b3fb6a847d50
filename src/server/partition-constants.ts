import type { AddFile } from '../log/index.ts'
import { type PhysicalValue, parsePartitionValue, physicalName, type StructType } from '../schema/index.ts'

/**
 * The values that a file's rows share, by the names of the partition columns. One that its type cannot read is left out, as
 * not known; so is the empty text, which some clients take for null and others for a string.
 */
export function partitionConstants(
  { partitionValues }: Pick<AddFile, 'partitionValues'>,
  { schema, partitionColumns }: { readonly schema: StructType; readonly partitionColumns: readonly string[] },
): ReadonlyMap<string, PhysicalValue | null> {
  const values = new Map<string, PhysicalValue | null>()
  for (const field of schema.fields) {
    if (!partitionColumns.includes(field.name)) continue
    const key = physicalName(field)
    const text = Object.hasOwn(partitionValues, key) ? partitionValues[key] : null
    if (text === undefined || text === '') continue
    try {
      values.set(field.name, parsePartitionValue(field.type, text))
    } catch {
      // Nothing is known then: who asks must make do without.
    }
  }
  return values
}
