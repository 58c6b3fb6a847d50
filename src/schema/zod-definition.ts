import { type Members, membersOf } from './members.ts'

/** Any schema of zod 4 (`zod`, `zod/mini`), by the shape that zod documents for library authors. */
export interface ZodSchema {
  readonly _zod: { readonly def: { readonly type: string } }
}

/** Whether a value is a schema of zod 4. */
export function isZodSchema(value: unknown): value is ZodSchema {
  return typeof definitionOf(value).type === 'string'
}

/** What a zod schema says about itself. */
export function definitionOf(schema: unknown): Members {
  return membersOf(membersOf(membersOf(schema)._zod).def)
}

/** `z.int()` carries its format itself, `z.number().int()` in a check. */
export function formatDefinition(definition: Members): Members {
  if (definition.format !== undefined) return definition
  const checks = listOf(definition.checks).map((check) => definitionOf(check))
  return checks.find(({ format }) => format !== undefined) ?? {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
