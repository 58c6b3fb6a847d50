import { DeltaError } from '../errors.ts'
import type { PhysicalTree } from './physical.ts'
import { writeShortAscii } from './short-ascii.ts'

/*
 * The buffers of Arrow's columnar format, one function a layout ("Arrow Columnar Format", Physical Memory Layout). Where
 * a value is null they hold zeros. Typed arrays are little-endian wherever JavaScript runs, as Arrow's buffers are.
 */

type Column = readonly (PhysicalTree | null)[]

/** Which values are there: a bit each, none at all where all are. */
export function validity(values: Column): { nullCount: number; nullBitmap: Uint8Array | null } {
  let nullCount = 0
  for (const value of values) if (value === null) nullCount++
  if (nullCount === 0) return { nullCount, nullBitmap: null }
  return { nullCount, nullBitmap: bitmap(values, (value) => value !== null) }
}

export function bits(values: Column): Uint8Array {
  return bitmap(values, (value) => value === true)
}

function bitmap(values: Column, isSet: (value: PhysicalTree | null) => boolean): Uint8Array {
  const bytes = new Uint8Array((values.length + 7) >> 3)
  for (let i = 0; i < values.length; i++) {
    if (isSet(values[i] ?? null)) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7))
  }
  return bytes
}

type NumberBuffer = Int8Array | Int16Array | Int32Array | Float32Array | Float64Array

export function numbers<Buffer extends NumberBuffer>(values: Column, buffer: Buffer): Buffer {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value === 'number') buffer[i] = value
  }
  return buffer
}

/** Integers of 64 bits. A number is written as its two halves: `BigInt(number)` for each would take several times as long. */
export function words64(values: Column): BigInt64Array<ArrayBuffer> {
  const words = new BigInt64Array(values.length)
  const halves = new Int32Array(words.buffer)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value === 'number') {
      halves[2 * i] = value
      halves[2 * i + 1] = Math.floor(value / 2 ** 32)
    } else if (typeof value === 'bigint') {
      words[i] = value
    }
  }
  return words
}

/** Integers of 128 bits, two's complement, the least significant word first. */
export function words128(values: Column): Uint32Array<ArrayBuffer> {
  const buffer = new ArrayBuffer(16 * values.length)
  const words = new BigInt64Array(buffer)
  const quarters = new Int32Array(buffer)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value === 'number') {
      quarters[4 * i] = value
      quarters[4 * i + 1] = Math.floor(value / 2 ** 32)
      quarters.fill(value < 0 ? -1 : 0, 4 * i + 2, 4 * i + 4)
    } else if (typeof value === 'bigint') {
      words[2 * i] = value
      words[2 * i + 1] = value >> 64n
    }
  }
  return new Uint32Array(buffer)
}

interface SizedBuffers {
  readonly valueOffsets: Int32Array
  readonly data: Uint8Array
}

/** Offsets are of 32 bits. */
const MAX_BYTES = 2 ** 31 - 1

/** @throws {DeltaError} `unsupported` for more than 2 GiB of bytes in one column of a batch. */
export function bytes(values: Column): SizedBuffers {
  const valueOffsets = new Int32Array(values.length + 1)
  let length = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value instanceof Uint8Array) length += value.length
    valueOffsets[i + 1] = checkedLength(length)
  }
  const data = new Uint8Array(length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value instanceof Uint8Array) data.set(value, valueOffsets[i])
  }
  return { valueOffsets, data }
}

const encoder = new TextEncoder()

/** @throws {DeltaError} `unsupported` for more than 2 GiB of text in one column of a batch. */
export function utf8(values: Column): SizedBuffers {
  const valueOffsets = new Int32Array(values.length + 1)
  let data = new Uint8Array(16 * values.length)
  let length = 0
  for (let i = 0; i < values.length; i++) {
    const text = values[i]
    if (typeof text === 'string') {
      // A UTF-16 unit becomes three bytes at most.
      if (length + 3 * text.length > data.length) data = grown(data, length + 3 * text.length)
      const isShort = writeShortAscii(text, data, length)
      length = checkedLength(length + (isShort ? text.length : encoder.encodeInto(text, data.subarray(length)).written))
    }
    valueOffsets[i + 1] = length
  }
  return { valueOffsets, data: data.slice(0, length) }
}

function grown(bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const more = new Uint8Array(Math.max(needed, 2 * bytes.length))
  more.set(bytes)
  return more
}

function checkedLength(length: number): number {
  if (length <= MAX_BYTES) return length
  throw new DeltaError(
    'unsupported',
    'a batch has more than 2 GiB in one column, which the offsets of Arrow cannot reach: read it as rows or columns',
  )
}
