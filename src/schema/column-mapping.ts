import { DeltaError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { formatColumnPath } from './column-path.ts'
import { fieldAt } from './columns.ts'
import { mapFields, visitFields } from './map-fields.ts'
import type { StructField, StructType } from './types.ts'

/**
 * How a table's columns are found in its data files (PROTOCOL.md "Column Mapping"): by the names that users see, or, so
 * that columns can be renamed and dropped, by names or by field ids of their own.
 */
export type ColumnMappingMode = 'none' | 'name' | 'id'

/** Keys of a field's metadata. */
const ID = 'delta.columnMapping.id'
const PHYSICAL_NAME = 'delta.columnMapping.physicalName'
const NESTED_IDS = 'delta.columnMapping.nested.ids'
const MAPPING: readonly string[] = [ID, PHYSICAL_NAME, NESTED_IDS]

/** The mode that a table's properties say. @throws {DeltaError} `invalid-data` for one that Delta does not have. */
export function columnMappingMode(properties: Readonly<Record<string, string>>): ColumnMappingMode {
  const text = properties['delta.columnMapping.mode'] ?? 'none'
  const mode = text.toLowerCase()
  if (mode === 'none' || mode === 'name' || mode === 'id') return mode
  throw new DeltaError(
    'invalid-data',
    `the property delta.columnMapping.mode is ${JSON.stringify(text)}: expected none, name or id`,
  )
}

/** What a column is called in data files, statistics and partition values: its physical name where it has one. */
export function physicalName({ name, metadata }: StructField): string {
  const physical = metadata[PHYSICAL_NAME]
  return typeof physical === 'string' ? physical : name
}

/** The id that a column has in data files, where it has one. */
export function columnId({ metadata }: StructField): number | undefined {
  const id = metadata[ID]
  return typeof id === 'number' ? id : undefined
}

/** The ids of elements, keys and values inside a column, by `element`, `key` and `value` behind its physical name. */
export function nestedColumnIds({ metadata }: StructField): ReadonlyMap<string, number> {
  const ids = metadata[NESTED_IDS]
  if (typeof ids !== 'object' || ids === null || Array.isArray(ids)) return NO_IDS
  return new Map(Object.entries(ids).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
}

const NO_IDS: ReadonlyMap<string, number> = new Map()

/** The same schema with every field, at any depth, under its physical name. */
export function physicalSchema(schema: StructType): StructType {
  return mapFields(schema, (field) => ({ ...field, name: physicalName(field) }))
}

/** A path of struct fields in physical names. What the schema does not have keeps its name. */
export function physicalPath(schema: StructType, path: readonly string[]): string[] {
  return path.map((name, i) => {
    const field = fieldAt(schema, path.slice(0, i + 1))
    return field === undefined ? name : physicalName(field)
  })
}

/** Whether any field, at any depth, has a physical name or an id. */
export function hasColumnMapping(schema: StructType): boolean {
  let found = false
  visitFields(schema, ({ metadata }) => {
    found ||= MAPPING.some((key) => Object.hasOwn(metadata, key))
  })
  return found
}

/** The schema without physical names and ids, which say nothing where the mode is `none`. */
export function withoutColumnMapping(schema: StructType): StructType {
  if (!hasColumnMapping(schema)) return schema
  return mapFields(schema, (field) => {
    const others = Object.entries(field.metadata).filter(([key]) => !MAPPING.includes(key))
    return { ...field, metadata: Object.fromEntries(others) }
  })
}

/**
 * Lets a schema pass whose columns can be told apart in data files: each field, at any depth, has a physical name and an
 * id that no other has.
 * @throws {DeltaError} `invalid-data` naming the column.
 */
export function checkColumnMapping(schema: StructType): void {
  const names = new Map<string, string>()
  const ids = new Map<number, string>()
  visitFields(schema, (field, path) => {
    const column = formatColumnPath(path)
    const id = columnId(field)
    if (id === undefined || typeof field.metadata[PHYSICAL_NAME] !== 'string') {
      const lacking = id === undefined ? ID : PHYSICAL_NAME
      throw broken(column, `has no ${lacking} in its metadata`)
    }
    // Names are told apart within one struct, ids in the whole schema.
    const name = JSON.stringify([...physicalPath(schema, path.slice(0, -1)), physicalName(field)])
    const twin = names.get(name) ?? ids.get(id)
    if (twin !== undefined) throw broken(column, `has the physical name or the id of the column ${twin}`)
    names.set(name, column)
    ids.set(id, column)
  })
}

function broken(column: string, problem: string): DeltaError {
  return new DeltaError('invalid-data', `the table has column mapping, and its column ${column} ${problem}`, { column })
}

/** A schema whose columns have ids and physical names, and the greatest of the ids. */
export interface AssignedColumns {
  readonly schema: StructType
  readonly maxColumnId: number
}

/**
 * Gives every field of a new schema, at any depth, the next id and a physical name of its own, whatever it had before.
 * @param uuid makes what is unique about a name.
 * @param after the greatest id that the table ever gave out: none is used twice.
 */
export function assignColumnMapping(schema: StructType, uuid: () => string, after = 0): AssignedColumns {
  let maxColumnId = after
  const assigned = mapFields(withoutColumnMapping(schema), (field) => {
    const mapping: JsonObject = { [ID]: ++maxColumnId, [PHYSICAL_NAME]: `col-${uuid()}` }
    return { ...field, metadata: { ...field.metadata, ...mapping } }
  })
  return { schema: assigned, maxColumnId }
}
