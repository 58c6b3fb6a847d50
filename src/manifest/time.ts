/** Seconds of a day, the unit in which lives of credentials are told. */
export const DAY_SECONDS = 86_400

/** An instant as manifests hold it: ISO 8601 in UTC with milliseconds, which sorts as text. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** Whether an instant of a manifest has come. */
export function hasPassed(instant: string, now: number): boolean {
  return Date.parse(instant) <= now
}
