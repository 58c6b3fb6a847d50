import { DeltaError } from '../errors.ts'
import { optional } from './option.ts'
import { instant, wholeNumber } from './value.ts'

/** Which state of a table: the newest unless said. */
export const versionOptions = {
  version: optional('n', 'as it was in this version', wholeNumber),
  timestamp: optional('iso', 'as it was at this time', instant),
}

/** What the command line says of it. */
export interface VersionChoice {
  readonly version: number | undefined
  readonly timestamp: number | undefined
}

/** @throws {DeltaError} `invalid-argument` when both are given. */
export function versionChoice(choice: VersionChoice): { version?: number; timestamp?: number } {
  const { version, timestamp } = choice
  if (version !== undefined && timestamp !== undefined) {
    throw new DeltaError('invalid-argument', 'both --version and --timestamp were given: one of them says which state')
  }
  return { ...(version === undefined ? {} : { version }), ...(timestamp === undefined ? {} : { timestamp }) }
}
