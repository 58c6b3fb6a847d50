import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { parseInstant } from './instant.ts'
import { atMostOne, count, flag, parseParameters, text, version } from './parameters.ts'

/** Parameters in a URL, by name. */
export type UrlParameters = Readonly<Record<string, string | undefined>>

/**
 * The parameters of a query for changes (PROTOCOL.md of Delta Sharing, "Read Change Data Feed from a Table"). Both ends are
 * inclusive; the start is given in exactly one way, the end in at most one.
 */
export interface ChangesQuery {
  readonly startingVersion?: number
  /** Milliseconds since 1970. */
  readonly startingTimestamp?: number
  readonly endingVersion?: number
  /** Milliseconds since 1970. */
  readonly endingTimestamp?: number
  /** Wants the table's metadata again where it changed among the changes. */
  readonly includeHistoricalMetadata: boolean
  /** The same of its protocol. */
  readonly includeHistoricalProtocol: boolean
  /** Files wanted in one answer; the rest is had by the page token in it. */
  readonly maxFiles?: number
  readonly pageToken?: string
}

/** Which state of a table is asked for; the newest where both are absent, and never both. */
export interface PointQuery {
  readonly version?: number
  /** Milliseconds since 1970. */
  readonly timestamp?: number
}

const changesShape = z.object({
  startingVersion: version,
  startingTimestamp: text,
  endingVersion: version,
  endingTimestamp: text,
  includeHistoricalMetadata: flag,
  includeHistoricalProtocol: flag,
  maxFiles: count,
  pageToken: text,
})

const pointShape = z.object({ version, timestamp: text })

/**
 * @throws {DeltaError} `invalid-argument` naming a parameter that cannot be read, a version beyond 2^53−1 included, and for a
 * start that is missing or given twice.
 */
export function parseChangesQuery(parameters: UrlParameters): ChangesQuery {
  const given = parseParameters('the query for changes', changesShape, parameters)
  const { startingVersion, startingTimestamp, endingVersion, endingTimestamp, maxFiles, pageToken } = given
  atMostOne({ startingVersion, startingTimestamp })
  atMostOne({ endingVersion, endingTimestamp })
  if (startingVersion === undefined && startingTimestamp === undefined) {
    throw new DeltaError('invalid-argument', 'please provide one of: startingVersion, startingTimestamp')
  }
  return {
    ...(startingVersion === undefined ? {} : { startingVersion }),
    ...(startingTimestamp === undefined ? {} : { startingTimestamp: parseInstant(startingTimestamp) }),
    ...(endingVersion === undefined ? {} : { endingVersion }),
    ...(endingTimestamp === undefined ? {} : { endingTimestamp: parseInstant(endingTimestamp) }),
    includeHistoricalMetadata: given.includeHistoricalMetadata ?? false,
    includeHistoricalProtocol: given.includeHistoricalProtocol ?? false,
    ...(maxFiles === undefined ? {} : { maxFiles }),
    ...(pageToken === undefined ? {} : { pageToken }),
  }
}

/** The query string of a query for changes, without the `?`: the reverse of {@link parseChangesQuery}. */
export function formatChangesQuery(
  query: {
    readonly [K in keyof ChangesQuery]?: ChangesQuery[K] | undefined
  },
): string {
  const { startingTimestamp, endingTimestamp, ...others } = query
  const parameters = { startingTimestamp: iso(startingTimestamp), endingTimestamp: iso(endingTimestamp), ...others }
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== false)
  return new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()
}

/**
 * The parameters of a query for metadata.
 * @throws {DeltaError} `invalid-argument` naming a parameter that cannot be read, and when both are given.
 */
export function parsePointQuery(parameters: UrlParameters): PointQuery {
  const { version, timestamp } = parseParameters('the query for metadata', pointShape, parameters)
  atMostOne({ version, timestamp })
  return {
    ...(version === undefined ? {} : { version }),
    ...(timestamp === undefined ? {} : { timestamp: parseInstant(timestamp) }),
  }
}

function iso(instant: number | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString()
}
