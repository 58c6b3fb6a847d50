import { DeltaError } from '../errors.ts'

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
