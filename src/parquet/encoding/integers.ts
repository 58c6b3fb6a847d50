/** What the upper half of 64 bits counts in: 2^32. */
export const WORD = 0x1_0000_0000

/** Whether typed arrays have their numbers in memory as Parquet has them in PLAIN: on nearly all machines they do. */
export const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** A bigint as a `number` where that is exact. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** `value` · `factor`, exact. */
export function multiply(value: number | bigint, factor: number | bigint): number | bigint {
  if (typeof value === 'number' && typeof factor === 'number') {
    const product = value * factor
    if (Number.isSafeInteger(product)) return product
  }
  return narrow(BigInt(value) * BigInt(factor))
}

/** `value` / `divisor`, rounded down, also below zero. */
export function floorDivide(value: number | bigint, divisor: number): number | bigint {
  if (typeof value === 'number') return (value - (((value % divisor) + divisor) % divisor)) / divisor
  const quotient = value / BigInt(divisor)
  return narrow(value < 0n && quotient * BigInt(divisor) !== value ? quotient - 1n : quotient)
}

/** The integer in big-endian two's complement. */
export function bigEndian(bytes: Uint8Array): number | bigint {
  if (bytes.length <= 6) {
    let value = 0
    for (const byte of bytes) value = value * 256 + byte
    return bytes.length > 0 && (bytes[0] ?? 0) >= 0x80 ? value - 256 ** bytes.length : value
  }
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return narrow(BigInt.asIntN(bytes.length * 8, value))
}
