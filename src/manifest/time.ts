/** Milliseconds of a day. */
export const DAY = 86_400_000

/** An instant as manifests hold it: ISO 8601 in UTC with milliseconds, which sorts as text. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** Whether an instant of a manifest has come. */
export function hasPassed(instant: string, now: number): boolean {
  return Date.parse(instant) <= now
}

/** A length of time as people say it: `90 days`, `36 hours`, `1500 ms`. */
export function durationText(milliseconds: number): string {
  for (const [unit, length] of [
    ['day', DAY],
    ['hour', DAY / 24],
    ['minute', DAY / 1440],
  ] as const) {
    const count = milliseconds / length
    if (count !== 0 && Number.isInteger(count)) return `${count} ${unit}${count === 1 ? '' : 's'}`
  }
  return `${milliseconds} ms`
}
