import type { JsonObject } from '../json.ts'
import { optionalNumber, optionalText } from './line-fields.ts'

/**
 * The last line of an answer, where there is one (PROTOCOL.md of Delta Sharing, "EndStreamAction"): where the answer goes
 * on, how its URLs can be had again, and what went wrong after it had begun.
 */
export type EndStreamLine = {
  /** Asks for the same version again, when its URLs end. */
  readonly refreshToken?: string | undefined
  readonly nextPageToken?: string | undefined
  /** When the first of the answer's URLs ends: milliseconds since 1970. */
  readonly minUrlExpirationTimestamp?: number | undefined
  /** The answer is not whole. */
  readonly errorMessage?: string | undefined
  /** The status that the answer would have had, had the error been known at its beginning. */
  readonly httpStatusErrorCode?: number | undefined
}

/** @throws {DeltaError} `invalid-data`. An empty token is none. */
export function parseEndStreamLine(line: JsonObject): EndStreamLine {
  return {
    refreshToken: optionalText(line, 'refreshToken', 'endStreamAction') || undefined,
    nextPageToken: optionalText(line, 'nextPageToken', 'endStreamAction') || undefined,
    minUrlExpirationTimestamp: optionalNumber(line, 'minUrlExpirationTimestamp', 'endStreamAction'),
    errorMessage: optionalText(line, 'errorMessage', 'endStreamAction'),
    httpStatusErrorCode: optionalNumber(line, 'httpStatusErrorCode', 'endStreamAction'),
  }
}
