import type { Runtime } from '../runtime.ts'
import { CastError, leafCaster, rowValue } from '../schema/index.ts'

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?:(:\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/

/** How nearly every moment is written, and as a `timestamp` column takes it. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z$/

/** What a `timestamp` column holds of a fraction of a second; further digits are cut, not rounded. */
const FRACTION_DIGITS = 6

const dateOf = textOf('date')
const wallClockOf = textOf('timestamp_ntz')

/** A moment as text, `2026-01-02T03:04:05.123456Z`; undefined outside the years 0001 to 9999. */
export const instantOf = textOf('timestamp')

/** This very moment, likewise. */
export function instantNow(runtime: Runtime): string {
  return instantOf(new Date(runtime.now())) ?? ''
}

/**
 * The moment that an ISO 8601 date and time names; without an offset it is UTC. Undefined when the text is anything else:
 * a day alone, an epoch number, a time that no clock shows.
 */
export function parseInstant(text: string): string | undefined {
  if (INSTANT.test(text)) return instantOf(text)
  const [whole, date = '', minutes = '', seconds = ':00', fraction = '', zone = 'Z'] = DATE_TIME.exec(text) ?? []
  if (whole === undefined) return undefined
  const decimals = fraction === '' ? '' : `.${fraction.slice(0, FRACTION_DIGITS)}`
  return instantOf(`${date}T${minutes}${seconds}${decimals}${zone}`)
}

/** The day that an ISO 8601 text is written with: of `2026-01-02T23:30:00-05:00` the second of January. */
export function parseDay(text: string): string | undefined {
  const [whole, date = '', minutes = '', seconds = ':00'] = DATE_TIME.exec(text) ?? []
  if (whole === undefined) return dateOf(text)
  return wallClockOf(`${date}T${minutes}${seconds}`) === undefined ? undefined : dateOf(date)
}

/** A value as a column of this type would give it back; undefined when the column does not take it. */
function textOf(type: 'date' | 'timestamp' | 'timestamp_ntz'): (value: string | Date) => string | undefined {
  const cast = leafCaster({ type })
  const out = rowValue({ type })
  return (value) => {
    try {
      return String(out(cast(value)))
    } catch (error) {
      if (error instanceof CastError) return undefined
      throw error
    }
  }
}
