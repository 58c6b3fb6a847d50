import { DeltaError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { type ArrowSchema, isArrowSchema, schemaFromArrow } from './arrow.ts'
import { parseSchema } from './json.ts'
import type { StructType } from './types.ts'
import { schemaFromZod } from './zod.ts'
import { isZodSchema, type ZodSchema } from './zod-definition.ts'

/** What a schema may be given as: Delta's types, Delta schema JSON (text or parsed), a zod object, or an Arrow schema. */
export type SchemaInput = StructType | string | ZodSchema | ArrowSchema | JsonObject

/**
 * The schema that an input describes.
 * @throws {DeltaError} `invalid-argument` for what is no schema or has no columns, `unsupported` for types.
 */
export function parseSchemaInput(input: SchemaInput): StructType {
  const schema = readSchema(input)
  if (schema.fields.length > 0) return schema
  throw new DeltaError('invalid-argument', 'the schema has no columns: there must be at least one')
}

function readSchema(input: SchemaInput): StructType {
  if (typeof input === 'string' || isDeltaStruct(input)) return parseSchema(input, { code: 'invalid-argument' })
  if (isZodSchema(input)) return schemaFromZod(input)
  if (isArrowSchema(input)) return schemaFromArrow(input)
  throw new DeltaError(
    'invalid-argument',
    'the schema is none that is understood: give Delta schema JSON, a zod object, or an Arrow schema',
  )
}

function isDeltaStruct(input: SchemaInput): input is StructType | JsonObject {
  return typeof input === 'object' && input !== null && 'type' in input && input.type === 'struct'
}
