import { isDeltaError } from '../../errors.ts'
import { type JsonValue, parseJson } from '../../json.ts'

/** The JSON that a text is, if it is an object, an array or a string; undefined for any other text. */
export function jsonIn(text: string): JsonValue | undefined {
  if (!/^\s*[{["]/.test(text)) return undefined
  try {
    return parseJson(text)
  } catch (error) {
    if (isDeltaError(error)) return undefined
    throw error
  }
}
