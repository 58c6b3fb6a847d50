import { DeltaError } from '../errors.ts'
import { formatJson, isJsonObject, parseJson } from '../json.ts'
import type { AddFile } from './actions.ts'
import { parseAddFields } from './parse.ts'

/** One `add` as JSON text, without its envelope: how a staged file travels from machine to machine. */
export function formatAdd(add: AddFile): string {
  return formatJson(add)
}

/** The reverse of {@link formatAdd}. @throws {DeltaError} `invalid-data` naming the field that does not fit. */
export function parseAdd(text: string): AddFile {
  const body = parseJson(text, 'the add action')
  if (!isJsonObject(body)) throw new DeltaError('invalid-data', 'an add action must be a JSON object')
  return parseAddFields(body)
}
