/** Milliseconds. Months and years vary in length, and are no units of a retention. */
const UNITS: Readonly<Record<string, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
  microsecond: 0.001,
}

const PART = /\s*(\d+)\s+([a-z]+?)s?(?=\s|$)/giy

/**
 * A calendar interval of Spark's, such as `interval 1 week` or `2 days 12 hours`, in milliseconds; nothing for a text that
 * is none.
 */
export function parseInterval(text: string): number | undefined {
  const parts = text.replace(/^\s*interval\b/i, '').trim()
  let milliseconds = 0
  let end = 0
  for (const [part, count, unit = ''] of parts.matchAll(PART)) {
    const length = UNITS[unit.toLowerCase()]
    if (length === undefined) return undefined
    milliseconds += Number(count) * length
    end += part.length
  }
  return end > 0 && end === parts.length ? milliseconds : undefined
}
