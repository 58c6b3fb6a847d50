import { inject } from 'vitest'
import { formatJson, type JsonValue, parseJson } from '../../../src/json.ts'

/** Asks the Spark session for `call` of `server.py`. How values travel is said in `frames.py`. */
export async function spark(call: string, input: JsonValue): Promise<JsonValue> {
  const answer = await fetch(`${inject('spark')}/${call}`, { method: 'POST', body: formatJson(input) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`Spark could not ${call}:\n${text}`)
  return parseJson(text, `the answer of Spark to ${call}`)
}
