import { parseJson } from '../json.ts'
import { openParquet, type ParquetSource, readParquet } from '../parquet/index.ts'
import { type DeltaType, isPlainObject, memberReader, setMember } from '../schema/index.ts'
import { isPrivateName } from './public-json.ts'
import type { SchemaDescriptor } from './schema-descriptor.ts'

/**
 * The rows of a Parquet file as JSON would have them: decimals as numbers, maps as objects, bytes as the text that they
 * are. Private columns are not read. In nested values a member that was absent cannot be told from one that is null.
 * @throws {DeltaError} `invalid-data`, `unsupported`.
 */
export async function* parquetRows(
  source: ParquetSource,
  schema: SchemaDescriptor,
  signal: AbortSignal | undefined,
): AsyncGenerator<object> {
  const { schema: stored } = await openParquet(source, signal)
  const fields = new Map(schema.fields.map((field) => [field.name, field]))
  const columns = stored.fields
    .filter(({ name }) => !isPrivateName(name) && fields.get(name)?.isPrivate !== true)
    .map(({ name, type }) => {
      const isJson = type.type === 'string' && NESTED.has(fields.get(name)?.dataType ?? '')
      return { name, read: memberReader(name), json: isJson ? nestedText : jsonValue(type) }
    })
  for await (const row of readParquet(source, { columns: columns.map(({ name }) => name), signal })) {
    const object: Record<string, unknown> = {}
    for (const { name, read, json } of columns) setMember(object, name, json(read(row)))
    yield object
  }
}

/** Types whose values are objects and arrays: exports of flat columns hold them as JSON text. */
const NESTED: ReadonlySet<string> = new Set(['OBJECT', 'ARRAY', 'MONEY'])

function nestedText(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return parseJson(value)
  } catch {
    // Then it is a text that happens to begin so.
    return value
  }
}

/** The function that makes JSON of a column's values; what JSON has no words for stays, and does not fit its cast. */
function jsonValue(type: DeltaType): (value: unknown) => unknown {
  const convert = converter(type)
  return (value) => (value === null || value === undefined ? null : convert(value))
}

function converter(type: DeltaType): (value: unknown) => unknown {
  switch (type.type) {
    case 'decimal':
      return (value) => (typeof value === 'string' ? parseJson(value) : value)
    case 'binary':
      return (value) => (value instanceof Uint8Array ? textOf(value) : value)
    case 'struct': {
      const members = type.fields.map(({ name, type: of }) => ({ name, read: memberReader(name), json: jsonValue(of) }))
      return (value) => {
        if (!isPlainObject(value)) return value
        const object: Record<string, unknown> = {}
        for (const { name, read, json } of members) setMember(object, name, json(read(value)))
        return object
      }
    }
    case 'array': {
      const item = jsonValue(type.elementType)
      return (value) => (Array.isArray(value) ? value.map(item) : value)
    }
    case 'map':
      return mapConverter(type.keyType, jsonValue(type.valueType))
    default:
      return (value) => value
  }
}

/** Types of keys that are texts in JSON; only they tell what a map is that has none. */
const TEXTS: ReadonlySet<string> = new Set(['string', 'binary', 'date', 'timestamp', 'timestamp_ntz'])

/** With texts as keys an object, otherwise an array of `{"key", "value"}`, as rows as JSON have them. */
function mapConverter(keyType: DeltaType, item: (value: unknown) => unknown): (value: unknown) => unknown {
  const key = jsonValue(keyType)
  return (value) => {
    if (!(value instanceof Map)) return value
    if (value.size === 0) return TEXTS.has(keyType.type) ? {} : []
    const entries = Array.from(value, ([name, each]) => [key(name), item(each)] as const)
    const object: Record<string, unknown> = {}
    for (const [name, each] of entries) {
      if (typeof name !== 'string') return entries.map(([of, member]) => ({ key: of, value: member }))
      setMember(object, name, each)
    }
    return object
  }
}

/** Older writers leave out that bytes are text. What is none stays bytes. */
function textOf(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return bytes
  }
}
