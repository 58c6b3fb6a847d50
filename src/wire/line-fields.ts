import { DeltaError } from '../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../json.ts'

/** Readers for the members of an answer's line. None of their errors quotes a value: lines hold presigned URLs. */

/** A line as a JSON object. @throws {DeltaError} `invalid-data`. */
export function parseLineObject(text: string): JsonObject {
  let line: JsonValue
  try {
    line = parseJson(text)
  } catch {
    throw malformed('a line is not valid JSON')
  }
  if (!isJsonObject(line)) throw malformed('a line is not a JSON object')
  return line
}

/** @param where what the object is called, for messages: `file`. */
export function textOf(line: JsonObject, key: string, where: string): string {
  const value = optionalText(line, key, where)
  if (value === undefined) throw malformed(`${where}.${key} is missing`)
  return value
}

export function optionalText(line: JsonObject, key: string, where: string): string | undefined {
  const value = line[key] ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw malformed(`${where}.${key} is not a string`)
}

export function numberOf(line: JsonObject, key: string, where: string): number {
  const value = optionalNumber(line, key, where)
  if (value === undefined) throw malformed(`${where}.${key} is missing`)
  return value
}

/** Some servers write 64-bit numbers as strings, as protobuf's JSON does. */
export function optionalNumber(line: JsonObject, key: string, where: string): number | undefined {
  const value = line[key] ?? undefined
  if (value === undefined) return undefined
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number
  throw malformed(`${where}.${key} is not a whole number`)
}

export function optionalTexts(line: JsonObject, key: string, where: string): readonly string[] | undefined {
  const value = line[key] ?? undefined
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw malformed(`${where}.${key} is not an array of strings`)
}

export function objectOf(line: JsonObject, key: string, where: string): JsonObject {
  const value = line[key]
  if (isJsonObject(value)) return value
  throw malformed(`${where}.${key} is ${value === undefined ? 'missing' : 'not an object'}`)
}

export function unknownLine(line: JsonObject): DeltaError {
  return malformed(`unknown line {${Object.keys(line).slice(0, 3).join(', ')}}`)
}

export function malformed(problem: string): DeltaError {
  return new DeltaError('invalid-data', `the server's answer breaks the sharing protocol: ${problem}`)
}
