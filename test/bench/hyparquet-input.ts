import type { SchemaElement } from 'hyparquet-writer'
import type { DeltaType, Row, StructField, StructType } from '../../src/schema/index.ts'

/** A schema in the form that hyparquet-writer takes, with nested groups spelt out. */
export function hyparquetSchema({ fields }: StructType): SchemaElement[] {
  return [{ name: 'root', num_children: fields.length }, ...fields.flatMap(elements)]
}

/** Rows as hyparquet-writer takes them: whole numbers of 64 bits as `bigint`. */
export function hyparquetRows({ fields }: StructType, rows: readonly Row[]): Row[] {
  const longs = fields.filter(({ type }) => type.type === 'long').map(({ name }) => name)
  if (longs.length === 0) return [...rows]
  return rows.map((row) => ({ ...row, ...Object.fromEntries(longs.map((name) => [name, BigInt(Number(row[name]))])) }))
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
