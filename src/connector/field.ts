import { z } from 'zod'
import { isPrivateName } from './public-json.ts'

/**
 * What a customer may call a field in Kadoa's API. Such names need no column mapping, so every client of the sharing
 * protocol reads them.
 */
const PUBLIC_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/

export function isFieldName(name: string): boolean {
  return PUBLIC_NAME.test(name)
}

/** A type by the name that it has today. */
export function currentType(dataType: string): string {
  return dataType === 'CURRENCY' ? 'MONEY' : dataType
}

/** Null says the same as absent. */
export const fieldShape = z
  .object({
    name: z.string().min(1),
    /** Classifications and metadata come without: their `fieldType` is all there is to know. */
    dataType: z.string().min(1).nullish(),
    fieldType: z.string().min(1).nullish(),
    description: z.string().nullish(),
    isKey: z.boolean().nullish(),
    isRequired: z.boolean().nullish(),
    isUnique: z.boolean().nullish(),
    isPrivate: z.boolean().nullish(),
    /** What an OBJECT or ARRAY holds, as the workflow declares it. */
    shape: z.json().nullish(),
    categories: z.array(z.object({ title: z.string(), definition: z.string().nullish() })).nullish(),
    example: z.union([z.string(), z.array(z.string())]).nullish(),
  })
  .transform((field, context) => {
    const fieldType = field.fieldType ?? 'SCHEMA'
    const isPrivate = field.isPrivate === true || isPrivateName(field.name)
    if (!isPrivate && !isFieldName(field.name)) {
      const message = `${JSON.stringify(field.name)} is no name of a field: use a letter, then letters, digits and "_"`
      context.addIssue({ code: 'custom', path: ['name'], message })
    }
    if (fieldType === 'SCHEMA' && typeof field.dataType !== 'string') {
      context.addIssue({ code: 'custom', path: ['dataType'], message: 'expected the type of the field, found none' })
    }
    return {
      ...field,
      fieldType,
      dataType: currentType(field.dataType ?? fieldType),
      isKey: field.isKey === true,
      /** Never published: marked so, or named with a leading `_`. */
      isPrivate,
    }
  })

/** One field of a workflow's schema. A `dataType` or `fieldType` that is not known yet is taken, as text. */
export type Field = Readonly<z.infer<typeof fieldShape>>
