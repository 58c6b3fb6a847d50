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

const UNITS: readonly (readonly [unit: string, length: number])[] = [
  ['d', DAY],
  ['h', DAY / 24],
  ['m', DAY / 1440],
  ['s', 1000],
  ['ms', 1],
]

/** A length of time as documents hold it: `90d`, `36h`, `1500ms`. {@link parseDuration} gives it back. */
export function formatDuration(milliseconds: number): string {
  const [unit, length] = UNITS.find(([, candidate]) => milliseconds % candidate === 0) ?? ['ms', 1]
  return `${milliseconds / length}${unit}`
}

/** Milliseconds of `90d`, `24h`, `15m`, `5s` or `1500ms`; NaN for anything else. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? []
  return Number(count) * (UNITS.find(([candidate]) => candidate === unit)?.[1] ?? Number.NaN)
}
