const COUNT = new Intl.NumberFormat('en')
const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' })
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

const UNITS = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

export function count(n: number): string {
  return COUNT.format(n)
}

export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

/** Bytes as people say them, by powers of 1000: `1.2 MB`. */
export function size(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 5)
  const scaled = bytes / 1000 ** power
  const digits = power === 0 || scaled >= 100 ? 0 : 1
  return `${scaled.toFixed(digits)} ${['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'][power]}`
}

/** How far a moment is from now: `3 hours ago`, `in 2 months`. */
export function fromNow(then: number, now: number): string {
  const distance = then - now
  const [unit, length] = UNITS.find(([, each]) => Math.abs(distance) >= each) ?? ['second', 1000]
  const away = Math.trunc(distance / length)
  return unit === 'second' && Math.abs(away) < 45 ? 'just now' : AGO.format(away, unit)
}

export function moment(milliseconds: number): string {
  return `${MOMENT.format(milliseconds)} UTC`
}

export function day(milliseconds: number): string {
  return DAY.format(milliseconds)
}
