import type { ColumnSource, SchemaElement } from 'hyparquet-writer'
import type { DeltaType, StructField, StructType } from '../../src/schema/index.ts'

/** Columns and schema in the form that hyparquet-writer takes: whole numbers as `bigint`, nested groups spelt out. */
export function hyparquetColumns(
  { fields }: StructType,
  columns: ReadonlyMap<string, readonly unknown[]>,
): { columnData: ColumnSource[]; schema: SchemaElement[] } {
  const schema: SchemaElement[] = [{ name: 'root', num_children: fields.length }, ...fields.flatMap(elements)]
  const columnData = fields.map(({ name, type }) => {
    const values = columns.get(name) ?? []
    return { name, data: type.type === 'long' ? values.map((value) => BigInt(Number(value))) : [...values] }
  })
  return { columnData, schema }
}

function elements({ name, type, nullable }: StructField): SchemaElement[] {
  const repetition_type = nullable ? 'OPTIONAL' : 'REQUIRED'
  switch (type.type) {
    case 'struct':
      return [{ name, repetition_type, num_children: type.fields.length }, ...type.fields.flatMap(elements)]
    case 'array':
      return [
        { name, repetition_type, num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        ...elements({ name: 'element', type: type.elementType, nullable: true, metadata: {} }),
      ]
    default:
      return [{ name, repetition_type, ...leaf(type) }]
  }
}

function leaf(type: DeltaType): Omit<SchemaElement, 'name'> {
  switch (type.type) {
    case 'string':
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8' }
    case 'long':
      return { type: 'INT64' }
    case 'integer':
      return { type: 'INT32' }
    case 'double':
      return { type: 'DOUBLE' }
    case 'boolean':
      return { type: 'BOOLEAN' }
    case 'timestamp':
      return { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }
    default:
      throw new Error(`the data sets have no ${type.type}`)
  }
}
