import { DeltaError } from '../errors.ts'

/** Bits of an IPv6 address before the IPv4 address that it stands for. */
const MAPPED_BITS = 96

/** Addresses `bits` long whose first `prefix` bits are those of `value`. */
interface IpRange {
  readonly bits: 32 | 128
  readonly prefix: number
  readonly value: bigint
}

/**
 * Whether an address is in one of the ranges, which are CIDR blocks or single addresses, IPv4 or IPv6. An IPv4 address
 * that a socket reports as IPv6 (`::ffff:192.0.2.1`) counts as IPv4.
 */
export function isAllowedIp(address: string, ranges: readonly string[]): boolean {
  const found = parseAddress(address)
  if (found === undefined) return false
  return ranges.some((text) => {
    const range = parseIpRange(text)
    return range.bits === found.bits && firstBits(range, found.value) === firstBits(range, range.value)
  })
}

/** @throws {DeltaError} `invalid-argument` when the text is no address and no CIDR block. */
export function checkIpRange(text: string): void {
  parseIpRange(text)
}

/**
 * What counts as one place on the net: an IPv4 address, or the /64 of an IPv6 one, which is what a single line is given.
 * A text that is no address stays as it is.
 */
export function networkOf(address: string): string {
  const found = parseAddress(address)
  if (found === undefined) return address
  if (found.bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (found.value >> shift) & 0xffn).join('.')
  return `${(found.value >> 64n).toString(16)}::/64`
}

function parseIpRange(text: string): IpRange {
  const [addressText = '', prefixText, ...more] = text.split('/')
  const address = parseAddress(addressText)
  // The bits before an IPv4 address in its IPv6 form: a block of those is counted from there.
  const ahead = address?.bits === 32 && addressText.includes(':') ? MAPPED_BITS : 0
  const bits = (address?.bits ?? 0) + ahead
  const written = prefixText === undefined ? bits : wholeNumber(prefixText, bits)
  if (address === undefined || written === undefined || written < ahead || more.length > 0) {
    throw new DeltaError(
      'invalid-argument',
      `expected an IP address or a CIDR block such as 192.0.2.0/24 or 2001:db8::/32, found ${JSON.stringify(text.slice(0, 80))}`,
    )
  }
  return { ...address, prefix: written - ahead }
}

function firstBits({ bits, prefix }: IpRange, value: bigint): bigint {
  return value >> BigInt(bits - prefix)
}

/** An IPv4 address in its IPv6 form (RFC 4291 §2.5.5.2), in whichever spelling, is the IPv4 address. */
function parseAddress(text: string): { bits: 32 | 128; value: bigint } | undefined {
  const v4 = parseIpv4(text)
  if (v4 !== undefined) return { bits: 32, value: v4 }
  const v6 = parseIpv6(withoutDots(text))
  if (v6 === undefined) return undefined
  return v6 >> 32n === 0xffffn ? { bits: 32, value: v6 & 0xffff_ffffn } : { bits: 128, value: v6 }
}

/** RFC 4291 §2.2, third form: the last four bytes written as IPv4, here as two groups. */
function withoutDots(text: string): string {
  const [dotted = ''] = /(?<=:)[\d.]+$/.exec(text) ?? []
  const v4 = dotted.includes('.') ? parseIpv4(dotted) : undefined
  if (v4 === undefined) return text
  return `${text.slice(0, -dotted.length)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.').map((part) => wholeNumber(part, 255))
  if (parts.length !== 4) return undefined
  return join(parts, 8n)
}

/** RFC 4291 §2.2, the first two forms: groups of hexadecimal digits, `::` at most once for a run of zeros. */
function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  return join(
    groups.map((group) => (/^[\da-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : undefined)),
    16n,
  )
}

function join(parts: readonly (number | undefined)[], width: bigint): bigint | undefined {
  let value = 0n
  for (const part of parts) {
    if (part === undefined) return undefined
    value = (value << width) | BigInt(part)
  }
  return value
}

function wholeNumber(text: string, max: number): number | undefined {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= max ? Number(text) : undefined
}
