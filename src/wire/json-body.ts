import { DeltaError } from '../errors.ts'
import { type JsonValue, parseJson } from '../json.ts'

/** Deeper bodies are nothing that a client sends. */
const MAX_DEPTH = 100

/** The body of a request. @throws {DeltaError} `malformed-request` for what is no JSON, or nests deeper than 100 levels. */
export function parseJsonBody(body: string): JsonValue {
  let json: JsonValue
  try {
    json = parseJson(body)
  } catch (cause) {
    throw new DeltaError('malformed-request', 'the body is not valid JSON: send a JSON object, or nothing', { cause })
  }
  if (!nestsDeeper(json, MAX_DEPTH)) return json
  throw new DeltaError('malformed-request', `the body nests deeper than ${MAX_DEPTH} levels: send a simpler one`)
}

function nestsDeeper(json: JsonValue | undefined, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false
  return levels === 0 || Object.values(json).some((member: JsonValue | undefined) => nestsDeeper(member, levels - 1))
}
