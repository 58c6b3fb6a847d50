import type { SchemaElement } from 'hyparquet'
import { floorDivide, multiply, WORD } from './integers.ts'

/**
 * A stored value as it is decoded: INT32, FLOAT, DOUBLE as `number`; INT64 as `number`, or `bigint` beyond ±(2^53−1);
 * INT96 as microseconds in the same way; BOOLEAN; the bytes of BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY, still in their page.
 */
export type StoredValue = number | bigint | boolean | Uint8Array

const JULIAN_DAY_OF_1970 = 2_440_588
const MICROS_PER_DAY = 86_400_000_000

/**
 * Decodes `count` values from the encoding PLAIN.
 * @throws {RangeError} when the bytes end too early.
 */
export function decodePlain(
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
  { type, type_length: width = 0 }: SchemaElement,
): StoredValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (type) {
    case 'BOOLEAN':
      return decode(count, Math.ceil(count / 8), bytes, (i) => (((bytes[i >> 3] ?? 0) >> (i & 7)) & 1) === 1)
    case 'INT32':
      return decode(count, count * 4, bytes, (i) => view.getInt32(i * 4, true))
    case 'INT64':
      return decode(count, count * 8, bytes, (i) => int64At(view, i * 8))
    case 'INT96':
      return decode(count, count * 12, bytes, (i) => int96At(view, i * 12))
    case 'FLOAT':
      return decode(count, count * 4, bytes, (i) => view.getFloat32(i * 4, true))
    case 'DOUBLE':
      return decode(count, count * 8, bytes, (i) => view.getFloat64(i * 8, true))
    case 'FIXED_LEN_BYTE_ARRAY':
      if (width < 1) throw new RangeError(`values of ${width} bytes are not allowed`)
      return decode(count, count * width, bytes, (i) => bytes.subarray(i * width, (i + 1) * width))
    case 'BYTE_ARRAY':
      return decodeByteArrays(bytes, count, (start, end) => bytes.subarray(start, end))
    default:
      throw new RangeError(`the column has the type ${type}`)
  }
}

/** Decodes `count` values of BYTE_ARRAY, each by the place of its bytes. @throws {RangeError} */
export function decodeByteArrays<Value>(
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
  valueAt: (start: number, end: number) => Value,
): Value[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (count * 4 > bytes.length) throw new RangeError(`${count} values do not fit ${bytes.length} bytes`)
  const values: Value[] = new Array(count)
  let at = 0
  for (let i = 0; i < count; i++) {
    const start = at + 4
    const end = start + view.getUint32(at, true)
    if (end > bytes.length) throw new RangeError('a value reaches beyond its page')
    values[i] = valueAt(start, end)
    at = end
  }
  return values
}

function decode<Value>(count: number, size: number, bytes: Uint8Array, valueAt: (i: number) => Value): Value[] {
  if (size > bytes.length) throw new RangeError(`${count} values take ${size} bytes, but the page has ${bytes.length}`)
  const values: Value[] = new Array(count)
  for (let i = 0; i < count; i++) values[i] = valueAt(i)
  return values
}

/** INT64 without a BigInt where a number is exact. */
function int64At(view: DataView, at: number): number | bigint {
  const value = view.getInt32(at + 4, true) * WORD + view.getUint32(at, true)
  return Number.isSafeInteger(value) ? value : view.getBigInt64(at, true)
}

/** INT96, a Julian day behind the nanoseconds of the day, as microseconds since 1970. */
function int96At(view: DataView, at: number): number | bigint {
  const nanos = view.getUint32(at + 4, true) * WORD + view.getUint32(at, true)
  const ofDay = floorDivide(nanos, 1000)
  const day = multiply(view.getInt32(at + 8, true) - JULIAN_DAY_OF_1970, MICROS_PER_DAY)
  const micros = Number(day) + Number(ofDay)
  return Number.isSafeInteger(micros) && typeof day === 'number' ? micros : BigInt(day) + BigInt(ofDay)
}
