import type { JsonObject } from '../json.ts'
import { optionalNumber, optionalText, optionalTexts } from './line-fields.ts'

/** What both formats say of a table beside its metadata. */
export type SharedTableFacts = {
  /** The version that this metadata is of; there where an answer spans several. */
  readonly version?: number | undefined
  /** Bytes of all files of the version. */
  readonly size?: number | undefined
  readonly numFiles?: number | undefined
  /** Where the table lies, for those who may read it there themselves. */
  readonly location?: string | undefined
  readonly auxiliaryLocations?: readonly string[] | undefined
  readonly accessModes?: readonly string[] | undefined
}

/** @throws {DeltaError} `invalid-data`. */
export function parseTableFacts(line: JsonObject): SharedTableFacts {
  return {
    version: optionalNumber(line, 'version', 'metaData'),
    size: optionalNumber(line, 'size', 'metaData'),
    numFiles: optionalNumber(line, 'numFiles', 'metaData'),
    location: optionalText(line, 'location', 'metaData'),
    auxiliaryLocations: optionalTexts(line, 'auxiliaryLocations', 'metaData'),
    accessModes: optionalTexts(line, 'accessModes', 'metaData'),
  }
}
