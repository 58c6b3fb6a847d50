import { type DeltaType, hasIdentity, identityColumn, type StructField, type StructType } from '../schema/index.ts'

/** What of a table decides which features it uses. */
export interface TableShape {
  readonly schema: StructType
  readonly configuration: Readonly<Record<string, string>>
}

/** Where a table uses a feature, in words for a message (`property delta.constraints.price`); nothing if it does not. */
export type FindUse = (table: TableShape) => string | undefined

/** A property that is set, to `value` if one is given. */
export function property(name: string, value?: string): FindUse {
  return ({ configuration }) => {
    const found = configuration[name]
    return found !== undefined && (value === undefined || found.toLowerCase() === value)
      ? `property ${name}=${found}`
      : undefined
  }
}

/** A property that is set to something else than `value`. */
export function propertyOtherThan(name: string, value: string): FindUse {
  return ({ configuration }) => {
    const found = configuration[name]
    return found !== undefined && found.toLowerCase() !== value ? `property ${name}=${found}` : undefined
  }
}

/** Any property whose name starts so, in whatever case. */
export function propertyPrefix(prefix: string): FindUse {
  return ({ configuration }) => {
    const found = Object.keys(configuration).find((name) => name.toLowerCase().startsWith(prefix))
    return found === undefined ? undefined : `property ${found}`
  }
}

/** A field, at any depth, whose metadata has a key that starts so. */
export function fieldMetadata(prefix: string): FindUse {
  return ({ schema }) => {
    const found = findField(schema, (field) => Object.keys(field.metadata).some((key) => key.startsWith(prefix)))
    return found && `column ${found} has ${prefix}`
  }
}

/** A field inside another whose metadata has a key that starts so. */
export function nestedFieldMetadata(prefix: string): FindUse {
  return ({ schema, configuration }) => {
    for (const { name, type } of schema.fields) {
      const inside: StructType = { type: 'struct', fields: [{ name, type, nullable: true, metadata: {} }] }
      const found = fieldMetadata(prefix)({ schema: inside, configuration })
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** An identity column with a sequence that we cannot go on with, or inside another column. */
export const findStrangeIdentity: FindUse = ({ schema }) => {
  const found = findField(schema, (field) => {
    return hasIdentity(field) && !(schema.fields.includes(field) && identityColumn(field))
  })
  return found && `the sequence of the identity column ${found} is none of 64-bit integers that we know`
}

/** A field, at any depth, or an element of one, of this type. */
export function fieldType(type: DeltaType['type']): FindUse {
  return ({ schema }) => {
    const found = findField(schema, (field) => holdsType(field.type, type))
    return found && `column ${found} is of type ${type}`
  }
}

export function anyOf(...uses: readonly FindUse[]): FindUse {
  return (table) => {
    for (const use of uses) {
      const found = use(table)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** The dotted path of the first field, outermost first, that `matches`. */
function findField(type: DeltaType, matches: (field: StructField) => boolean): string | undefined {
  switch (type.type) {
    case 'struct':
      for (const field of type.fields) {
        if (matches(field)) return field.name
        const inner = findField(field.type, matches)
        if (inner !== undefined) return `${field.name}.${inner}`
      }
      return undefined
    case 'array':
      return within('element', findField(type.elementType, matches))
    case 'map':
      return within('key', findField(type.keyType, matches)) ?? within('value', findField(type.valueType, matches))
    default:
      return undefined
  }
}

function within(name: string, inner: string | undefined): string | undefined {
  return inner === undefined ? undefined : `${name}.${inner}`
}

/** Structs inside are walked by {@link findField}; here only what a field is made of without one. */
function holdsType(type: DeltaType, wanted: DeltaType['type']): boolean {
  if (type.type === wanted) return true
  if (type.type === 'array') return holdsType(type.elementType, wanted)
  return type.type === 'map' && (holdsType(type.keyType, wanted) || holdsType(type.valueType, wanted))
}
