import type { PhysicalValue } from './physical.ts'
import type { DeltaType } from './types.ts'

/**
 * Orders two physical values of one type: negative, zero or positive. Strings and binary by their (UTF-8) bytes; −0
 * equals 0; NaN equals NaN and is greatest, as Spark orders it; false before true. Both values must be of the type's
 * physical form.
 */
export function comparePhysical(type: DeltaType, a: PhysicalValue, b: PhysicalValue): number {
  if (typeof a === 'string' && typeof b === 'string') return compareUtf8(a, b)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b)
  if (a < b) return -1
  if (a > b) return 1
  return type.type === 'float' || type.type === 'double' ? compareNaN(a, b) : 0
}

/**
 * Orders strings by their UTF-8 bytes, which is the order of Parquet, Delta and Spark. JavaScript's `<` orders UTF-16
 * units instead and puts U+10000 and above before U+E000–U+FFFF.
 */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return codePointRank(left) - codePointRank(right)
  }
  return a.length - b.length
}

/** Lifts the surrogates, which stand for U+10000 and above, over the rest of the plane. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2800 : unit
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Neither smaller nor greater: equal, or at least one is NaN. */
function compareNaN(a: PhysicalValue, b: PhysicalValue): number {
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}
