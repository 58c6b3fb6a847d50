/**
 * What a `Retry-After` header asks for, in seconds from now: a number of them, or a date of HTTP (RFC 9110 §10.2.3).
 * Undefined where there is none that can be understood.
 * @param now milliseconds since 1970.
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d{1,10}$/.test(text)) return Number(text)
  const date = /^[A-Z][a-z]{2,8}, /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000))
}
