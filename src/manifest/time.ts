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
