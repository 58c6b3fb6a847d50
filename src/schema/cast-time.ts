import { MAX_DAY, MIN_DAY, parseDate } from './calendar.ts'
import { CastError, describeValue } from './cast-error.ts'
import { narrowInteger } from './integer.ts'
import { isCommonEra, type Micros, microsFromMillis, parseTimestamp } from './timestamp.ts'

const MILLIS_PER_DAY = 86_400_000

/** Days since 1970 of `yyyy-mm-dd`, or of a `Date` at midnight UTC. */
export function castDate(value: unknown): number | null {
  if (value === null || value === undefined) return null
  const days = typeof value === 'string' ? parseDate(value) : value instanceof Date ? wholeDays(value) : undefined
  if (days !== undefined) return days
  throw new CastError('date, a day of the years 0001 to 9999 such as 2026-01-02', describeDate(value))
}

/** Microseconds since 1970 of a `Date`, of ISO 8601 text with a zone, or of `bigint` microseconds. */
export function castTimestamp(value: unknown): Micros | null {
  if (value === null || value === undefined) return null
  const micros = typeof value === 'string' ? parseTimestamp(value, 'required') : instant(value)
  if (micros !== undefined && isCommonEra(micros)) return micros
  throw new CastError(
    'timestamp, an instant of the years 0001 to 9999 with a zone and at most microseconds, such as 2026-01-02T03:04:05.123456Z',
    describeValue(value),
  )
}

/** As {@link castTimestamp}, of text without a zone; a `Date` gives its UTC wall clock. */
export function castTimestampNtz(value: unknown): Micros | null {
  if (value === null || value === undefined) return null
  const micros = typeof value === 'string' ? parseTimestamp(value, 'none') : instant(value)
  if (micros !== undefined && isCommonEra(micros)) return micros
  throw new CastError(
    'timestamp_ntz, a wall clock of the years 0001 to 9999 without a zone and at most microseconds, such as 2026-01-02T03:04:05.123456',
    describeValue(value),
  )
}

/** A `number` is refused on purpose: nobody can tell milliseconds from microseconds. */
function instant(value: unknown): Micros | undefined {
  if (value instanceof Date) {
    const milliseconds = value.getTime()
    return Number.isNaN(milliseconds) ? undefined : microsFromMillis(milliseconds)
  }
  return typeof value === 'bigint' ? narrowInteger(value) : undefined
}

function wholeDays(date: Date): number | undefined {
  const days = date.getTime() / MILLIS_PER_DAY
  return Number.isInteger(days) && days >= MIN_DAY && days <= MAX_DAY ? days + 0 : undefined
}

function describeDate(value: unknown): string {
  const atMidnight = !(value instanceof Date) || value.getTime() % MILLIS_PER_DAY === 0
  return atMidnight ? describeValue(value) : `${describeValue(value)}, which is not midnight UTC`
}
