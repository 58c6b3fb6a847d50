import {
  type DeliveryHead,
  type ParsedConnectorConfig,
  parseDelivery,
  readConnectorConfig,
} from '../connector/index.ts'
import { DeltaError, isDeltaError } from '../errors.ts'
import { parseJson } from '../json.ts'
import type { Session } from './session.ts'
import { readText } from './text-file.ts'

/**
 * A `connector.json`; keys that have no effect, and what may be a slip, are told of.
 * @throws {DeltaError} naming the file, and each fault by its place or path.
 */
export async function readConfigFile(path: string, session: Session): Promise<ParsedConnectorConfig> {
  const content = await readText(path, 'the configuration', session)
  const parsed = ofFile(path, () => readConnectorConfig(content, 'it'))
  for (const notice of parsed.notices) session.note(`note: ${path}: ${notice}`)
  return parsed
}

/** A `run.json`. @throws {DeltaError} as {@link readConfigFile}. */
export async function readRunFile(path: string, session: Session): Promise<DeliveryHead> {
  const content = await readText(path, 'the run file', session)
  return ofFile(path, () => parseDelivery(parseJson(content, 'it')))
}

function ofFile<T>(path: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!isDeltaError(error)) throw error
    throw new DeltaError(error.code, `${path}: ${error.message}`, { ...error.details, cause: error })
  }
}
