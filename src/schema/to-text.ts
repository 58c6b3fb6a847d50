import { DeltaError } from '../errors.ts'
import { JsonNumber } from '../json.ts'
import { encodeBase64 } from './base64.ts'
import { describeValue } from './cast-error.ts'
import { MAX_NESTING } from './columns.ts'
import { elementsOf } from './elements.ts'
import { isPlainObject } from './members.ts'
import { formatTimestamp, microsFromMillis } from './timestamp.ts'

/**
 * The text of any scalar, for a column that became `string` because its values were mixed: as rows as JSON spell it,
 * without quotes. Null and undefined are null.
 * @throws {DeltaError} `invalid-argument` for anything that is no scalar.
 */
export function toText(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return Object.is(value, -0) ? '-0.0' : String(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'undefined':
      return null
    default:
      if (value === null) return null
      if (value instanceof JsonNumber) return value.text
      if (value instanceof Uint8Array) return encodeBase64(value)
      if (value instanceof Date && !Number.isNaN(value.getTime())) {
        return formatTimestamp(microsFromMillis(value.getTime()), 'Z')
      }
      throw new DeltaError('invalid-argument', `expected a scalar to write as text, found ${describeValue(value)}`)
  }
}

/**
 * The JSON text of any value, for a column that became `string` because its values were mixed and some had parts: as rows
 * as JSON spell it, members that are undefined left out. Null and undefined are null.
 * @throws {DeltaError} `invalid-argument` for what is no value, or nests too deep.
 */
export function toJsonText(value: unknown): string | null {
  return value === null || value === undefined ? null : json(value, 0)
}

function json(value: unknown, depth: number): string {
  if (depth > MAX_NESTING)
    throw new DeltaError('invalid-argument', `a value nests more than ${MAX_NESTING} levels deep`)
  const elements = typeof value === 'object' && !(value instanceof Uint8Array) ? elementsOf(value) : undefined
  if (elements !== undefined) return `[${Array.from(elements, (element) => json(element, depth + 1)).join(',')}]`
  if (value instanceof Map) return mapJson(value, depth)
  if (isPlainObject(value)) return objectJson(Object.entries(value), depth)
  const text = toText(value)
  if (text === null) return 'null'
  const isBare =
    typeof value === 'number' ? Number.isFinite(value) : BARE.has(typeof value) || value instanceof JsonNumber
  return isBare ? text : JSON.stringify(text)
}

const BARE: ReadonlySet<string> = new Set(['bigint', 'boolean'])

function mapJson(map: ReadonlyMap<unknown, unknown>, depth: number): string {
  const entries = [...map].map(([key, value]) => [typeof key === 'string' ? key : undefined, key, value] as const)
  if (entries.every(([name]) => name !== undefined)) {
    return objectJson(
      entries.map(([name = '', , value]) => [name, value]),
      depth,
    )
  }
  return json(
    entries.map(([, key, value]) => ({ key, value: value ?? null })),
    depth,
  )
}

function objectJson(members: readonly (readonly [name: string, value: unknown])[], depth: number): string {
  const present = members.filter(([, value]) => value !== undefined)
  return `{${present.map(([name, value]) => `${JSON.stringify(name)}:${json(value, depth + 1)}`).join(',')}}`
}
