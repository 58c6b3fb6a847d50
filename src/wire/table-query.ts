import { z } from 'zod'
import { formatJson, type JsonValue } from '../json.ts'
import { parseInstant } from './instant.ts'
import { parseJsonBody } from './json-body.ts'
import { atMostOne, count, flag, parseParameters, text, version } from './parameters.ts'

/** The body of a table query (PROTOCOL.md of Delta Sharing, "Read Data from a Table"); every member may be absent. */
export interface TableQuery {
  /** Conditions in SQL that all hold for the rows wanted: hints, which may be left unused. */
  readonly sqlHints: readonly string[]
  /** The same as a tree, or as JSON text of it. */
  readonly jsonHint?: unknown
  /** Rows wanted: a hint as well. */
  readonly limit?: number
  readonly version?: number
  /** Milliseconds since 1970. */
  readonly timestamp?: number
  /** Asks for changes from this version on, not for a snapshot. */
  readonly startingVersion?: number
  /** The last version whose changes are wanted: a hint. */
  readonly endingVersion?: number
  /** Wants the table's protocol again where it changed among the changes. */
  readonly includeHistoricalProtocol: boolean
  /** Files wanted in one answer; the rest is had by the page token in it. */
  readonly maxFiles?: number
  readonly pageToken?: string
  /** Wants a token by which the same files can be asked for again when their URLs end. */
  readonly includeRefreshToken: boolean
  readonly refreshToken?: string
}

const shape = z.object({
  predicateHints: z.unknown().optional(),
  jsonPredicateHints: z.unknown().optional(),
  limitHint: count,
  version,
  timestamp: text,
  startingVersion: version,
  endingVersion: version,
  includeHistoricalProtocol: flag,
  maxFiles: count,
  pageToken: text,
  includeRefreshToken: flag,
  refreshToken: text,
})

/**
 * Parses the body of a query. Nothing at all, `{}`, nulls, unknown members, an empty hint and a limit of 0 (no limit)
 * are all accepted, since clients send them.
 * @throws {DeltaError} `malformed-request` when it is not JSON or nests deeper than 100; `invalid-argument` for a member
 * of the wrong type, for a version beyond 2^53−1, and when more than one of version, timestamp and startingVersion is given.
 */
export function parseTableQuery(body: string): TableQuery {
  const given = parseParameters('the query', shape, body.trim() === '' ? {} : parseJsonBody(body))
  const { predicateHints, jsonPredicateHints, timestamp, startingVersion } = given
  atMostOne({ version: given.version, timestamp, startingVersion })
  return {
    sqlHints: [predicateHints].flat().filter(isHint).map(hintText),
    ...(isHint(jsonPredicateHints) ? { jsonHint: jsonPredicateHints } : {}),
    ...(given.limitHint === undefined ? {} : { limit: given.limitHint }),
    ...(given.version === undefined ? {} : { version: given.version }),
    ...(timestamp === undefined ? {} : { timestamp: parseInstant(timestamp) }),
    ...(startingVersion === undefined ? {} : { startingVersion }),
    ...(given.endingVersion === undefined ? {} : { endingVersion: given.endingVersion }),
    includeHistoricalProtocol: given.includeHistoricalProtocol ?? false,
    ...(given.maxFiles === undefined ? {} : { maxFiles: given.maxFiles }),
    ...(given.pageToken === undefined ? {} : { pageToken: given.pageToken }),
    includeRefreshToken: given.includeRefreshToken ?? false,
    ...(given.refreshToken === undefined ? {} : { refreshToken: given.refreshToken }),
  }
}

/** The body of a query: the reverse of {@link parseTableQuery}. What is not asked is left out. */
export function formatTableQuery(query: { readonly [K in keyof TableQuery]?: TableQuery[K] | undefined }): string {
  const { sqlHints = [], jsonHint, limit, timestamp, ...others } = query
  return JSON.stringify({
    ...(sqlHints.length > 0 ? { predicateHints: sqlHints } : {}),
    // Text within text, as the protocol has it.
    jsonPredicateHints: jsonHint === undefined || typeof jsonHint === 'string' ? jsonHint : JSON.stringify(jsonHint),
    limitHint: limit,
    timestamp: timestamp === undefined ? undefined : new Date(timestamp).toISOString(),
    ...others,
    includeHistoricalProtocol: others.includeHistoricalProtocol || undefined,
    includeRefreshToken: others.includeRefreshToken || undefined,
  })
}

function isHint(hint: unknown): boolean {
  return hint !== undefined && hint !== null && !(typeof hint === 'string' && hint.trim() === '')
}

/** A hint that is no text is not understood either, but it is there: a limit does not count all rows as wanted then. */
function hintText(hint: unknown): string {
  // What comes from a body is JSON.
  return typeof hint === 'string' ? hint : formatJson(hint as JsonValue)
}

/** Which version of a table is meant, as parameters of a URL; empty for the newest. */
export function formatVersionParameters({
  version,
  timestamp,
}: {
  readonly [K in 'version' | 'timestamp']?: TableQuery[K] | undefined
}): string {
  if (version !== undefined) return `version=${version}`
  return timestamp === undefined ? '' : `timestamp=${encodeURIComponent(new Date(timestamp).toISOString())}`
}
