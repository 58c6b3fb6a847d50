import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { type JsonValue, parseJson } from '../json.ts'

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
}

/** Some clients write integers as strings, and all sorts of them write null for absent. */
const count = z
  .union([z.int(), z.string().regex(/^\d+$/).transform(Number)])
  .pipe(z.int().nonnegative())
  .nullish()

/** As large as clients like to write "all": the greatest 64-bit integer is one of the ways. */
const limit = z
  .union([
    z.number().refine(Number.isInteger),
    z.bigint().transform(Number),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ])
  .nullish()

const shape = z.object({
  predicateHints: z.unknown().optional(),
  jsonPredicateHints: z.unknown().optional(),
  limitHint: limit,
  version: count,
  timestamp: z.string().nullish(),
  startingVersion: count,
})

/**
 * Parses the body of a query. Nothing at all, `{}`, nulls, unknown members, an empty hint and a limit of 0 (no limit)
 * are all accepted, since clients send them.
 * @throws {DeltaError} `malformed-request` when it is not a JSON object; `invalid-argument` for a member of the wrong
 * type, and when more than one of version, timestamp and startingVersion is given.
 */
export function parseTableQuery(body: string): TableQuery {
  const parsed = shape.safeParse(body.trim() === '' ? {} : parseBody(body))
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the body'}: ${issue.message}`)
    throw new DeltaError('invalid-argument', `the query cannot be read: ${problems.join('; ')}`)
  }
  const { predicateHints, jsonPredicateHints, limitHint, version, timestamp, startingVersion } = parsed.data
  const points = [version, timestamp, startingVersion].filter((point) => point !== null && point !== undefined)
  if (points.length > 1) {
    throw new DeltaError('invalid-argument', 'please provide only one of: version, timestamp, startingVersion')
  }
  return {
    sqlHints: Array.isArray(predicateHints) ? predicateHints.filter(isText) : [],
    ...(isText(jsonPredicateHints) || isObject(jsonPredicateHints) ? { jsonHint: jsonPredicateHints } : {}),
    ...(typeof limitHint === 'number' && limitHint > 0 ? { limit: limitHint } : {}),
    ...(typeof version === 'number' ? { version } : {}),
    ...(typeof timestamp === 'string' ? { timestamp: parseInstant(timestamp) } : {}),
    ...(typeof startingVersion === 'number' ? { startingVersion } : {}),
  }
}

/** The body of a query for a snapshot, of one version or of what the server shows. */
export function formatTableQuery(query: {
  readonly version?: number | undefined
  readonly limit?: number | undefined
  /** Where the page before ended, should the server have made pages of the answer. */
  readonly pageToken?: string | undefined
}): string {
  return JSON.stringify({ version: query.version, limitHint: query.limit, pageToken: query.pageToken })
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+ -]\d{2}:?\d{2})?)?$/i

/**
 * An instant as clients write it: ISO 8601, with a space for the `T`, without zone (UTC then), without time, with the
 * `+` of the zone turned into a space by a URL that did not escape it.
 * @returns milliseconds since 1970.
 * @throws {DeltaError} `invalid-argument`.
 */
export function parseInstant(text: string): number {
  const [, date, time = '00:00', zone = 'Z'] = INSTANT.exec(text.trim()) ?? []
  const instant = date === undefined ? Number.NaN : Date.parse(`${date}T${time}${zone.toUpperCase().replace(' ', '+')}`)
  if (Number.isFinite(instant)) return instant
  throw new DeltaError(
    'invalid-argument',
    `invalid timestamp ${JSON.stringify(text.slice(0, 40))}: expected ISO 8601 such as 2026-01-02T03:04:05Z`,
  )
}

function isText(hint: unknown): hint is string {
  return typeof hint === 'string' && hint.trim() !== ''
}

function isObject(hint: unknown): hint is object {
  return typeof hint === 'object' && hint !== null
}

function parseBody(body: string): JsonValue {
  try {
    return parseJson(body)
  } catch (cause) {
    throw new DeltaError('malformed-request', 'the body is not valid JSON: send a JSON object, or nothing', { cause })
  }
}
