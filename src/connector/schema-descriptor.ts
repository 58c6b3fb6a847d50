import { z } from 'zod'
import { formatJson } from '../json.ts'
import { sha256Hex } from './digest.ts'
import { type Field, fieldShape } from './field.ts'
import { idShape, parseInput, timeShape } from './input.ts'
import { canonicalJson } from './public-json.ts'

/** `SCHEMA_VERSION` is an `integer` column. */
export const MAX_SCHEMA_VERSION = 2 ** 31 - 1

export const schemaDescriptorShape = z.object({
  workflowId: idShape,
  /** The caller's own number of this schema; without it the connector counts. */
  version: z.int().min(1).max(MAX_SCHEMA_VERSION).nullish(),
  fields: z.array(fieldShape).superRefine((fields, context) => {
    const seen = new Set<string>()
    fields.forEach(({ name }, index) => {
      // Names that differ by case only are two keys of a row; the same name twice is one, and it has one value.
      if (seen.has(name)) {
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `a second field is called "${name}"` })
      }
      seen.add(name)
    })
  }),
  createdAt: timeShape.nullish(),
})

/** The fields of a workflow, in the order in which they are published. */
export type SchemaDescriptor = Readonly<z.infer<typeof schemaDescriptorShape>>

/**
 * @throws {DeltaError} `invalid-argument` naming each fault by its path. Types that are not known are no fault: they are
 * published as text.
 */
export function parseSchemaDescriptor(value: unknown): SchemaDescriptor {
  return parseInput('the schema descriptor', schemaDescriptorShape, value)
}

/** The fields that customers get, in their order. */
export function publicFields(descriptor: SchemaDescriptor): Field[] {
  return descriptor.fields.filter((field) => !field.isPrivate)
}

/**
 * Tells schemas apart as the customer who wrote them does: SHA-256 of the JSON array of the public fields, each
 * `{"name", "dataType", "fieldType", "shape", "isKey"}` in this order, `shape` null where there is none, its keys sorted
 * by UTF-16 units and its private keys left out.
 *
 * Descriptions, examples and categories do not count, and neither do fields that a transformation appends
 * (`TRANSFORM_OUTPUT`), which the customer did not write. Whether a new *table* is needed is the layout's hash to say
 * (`columnLayout`).
 */
export function descriptorHash(descriptor: SchemaDescriptor): string {
  const counted = publicFields(descriptor).filter((field) => field.fieldType !== 'TRANSFORM_OUTPUT')
  return sha256Hex(
    formatJson(
      counted.map(({ name, dataType, fieldType, shape, isKey }) => ({
        name,
        dataType,
        fieldType,
        shape: canonicalJson(shape ?? null),
        isKey,
      })),
    ),
  )
}
