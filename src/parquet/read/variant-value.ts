import { type PhysicalTree, rowValue } from '../../schema/index.ts'
import { bigEndian, narrow } from '../encoding/integers.ts'
import { uuidText } from './rare-types.ts'

/** How deep a value may nest: what is made of it must be printed, and damaged bytes must not exhaust the stack. */
const DEEPEST = 100

/** The names of the members of objects, by their numbers. @throws {RangeError} for a number that has none. */
export type VariantNames = (number: number) => string

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** The names in the metadata of a variant (parquet-format "VariantEncoding"). @throws {RangeError} when there are none. */
export function variantNames(metadata: Uint8Array): VariantNames {
  const bytes = new VariantBytes(metadata)
  const header = bytes.unsigned(0, 1)
  if ((header & 0x0f) !== 1) throw new RangeError(`a variant has the version ${header & 0x0f}, and only 1 is known`)
  const width = (header >> 6) + 1
  const count = bytes.unsigned(1, width)
  const texts = 1 + width + (count + 1) * width
  return (number) => {
    if (number >= count) throw new RangeError(`a member of a variant has the name ${number} of ${count}`)
    const at = 1 + width + number * width
    return bytes.text(texts + bytes.unsigned(at, width), texts + bytes.unsigned(at + width, width))
  }
}

/**
 * The value of a variant in the form in which rows have it: objects, arrays, text, booleans, numbers (`bigint` beyond
 * ±(2^53−1)), decimals, dates, times and timestamps as text, bytes, null.
 * @throws {RangeError} when the bytes hold no value, or one of a kind that is not known.
 */
export function variantValue(value: Uint8Array, names: VariantNames): PhysicalTree | null {
  return new VariantReader(value, names).value(0, 0)
}

/** Bytes that are read by place. What reaches beyond them is a {@link RangeError}. */
class VariantBytes {
  readonly view: DataView
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** An unsigned integer of 1 to 4 bytes, the least significant first. */
  unsigned(at: number, width: number): number {
    let value = 0
    for (let i = width - 1; i >= 0; i--) value = value * 256 + this.view.getUint8(at + i)
    return value
  }

  slice(start: number, end: number): Uint8Array {
    if (start > end || end > this.#bytes.length) throw new RangeError('a part of a variant reaches beyond its bytes')
    return this.#bytes.slice(start, end)
  }

  text(start: number, end: number): string {
    return utf8.decode(this.slice(start, end))
  }
}

class VariantReader {
  readonly #bytes: VariantBytes
  readonly #names: VariantNames
  /** How many values there may still be: each has a byte of its own, unless damaged bytes share them without end. */
  #left: number

  constructor(value: Uint8Array, names: VariantNames) {
    this.#bytes = new VariantBytes(value)
    this.#names = names
    this.#left = value.length
  }

  value(at: number, depth: number): PhysicalTree | null {
    if (depth > DEEPEST) throw new RangeError(`a variant nests more than ${DEEPEST} levels deep`)
    if (this.#left-- === 0) throw new RangeError('a variant claims more values than it has bytes')
    const byte = this.#bytes.unsigned(at, 1)
    const header = byte >> 2
    switch (byte & 3) {
      case 0:
        return this.#primitive(header, at + 1)
      case 1:
        return this.#bytes.text(at + 1, at + 1 + header)
      case 2:
        return this.#object(header, at + 1, depth)
      default:
        return this.#array(header, at + 1, depth)
    }
  }

  #object(header: number, at: number, depth: number): PhysicalTree {
    const countWidth = header & 0x10 ? 4 : 1
    const [idWidth, width] = [((header >> 2) & 3) + 1, (header & 3) + 1]
    const count = this.#bytes.unsigned(at, countWidth)
    const ids = at + countWidth
    const offsets = ids + count * idWidth
    const values = offsets + (count + 1) * width
    this.#checkCount(count)
    const members = Array.from({ length: count }, (_, i): [string, PhysicalTree | null] => {
      const name = this.#names(this.#bytes.unsigned(ids + i * idWidth, idWidth))
      return [name, this.value(values + this.#bytes.unsigned(offsets + i * width, width), depth + 1)]
    })
    return Object.fromEntries(members)
  }

  #array(header: number, at: number, depth: number): PhysicalTree {
    const countWidth = header & 4 ? 4 : 1
    const width = (header & 3) + 1
    const count = this.#bytes.unsigned(at, countWidth)
    const offsets = at + countWidth
    const values = offsets + (count + 1) * width
    this.#checkCount(count)
    return Array.from({ length: count }, (_, i) => {
      return this.value(values + this.#bytes.unsigned(offsets + i * width, width), depth + 1)
    })
  }

  #checkCount(count: number): void {
    if (count > this.#left) throw new RangeError('a variant claims more values than it has bytes')
  }

  #primitive(kind: number, at: number): PhysicalTree | null {
    const { view } = this.#bytes
    switch (kind) {
      case 0:
        return null
      case 1:
      case 2:
        return kind === 1
      case 3:
        return view.getInt8(at)
      case 4:
        return view.getInt16(at, true)
      case 5:
        return view.getInt32(at, true)
      case 6:
        return narrow(view.getBigInt64(at, true))
      case 7:
        return view.getFloat64(at, true)
      case 8:
      case 9:
      case 10:
        return this.#decimal(at, 2 ** (kind - 6))
      case 11:
        return dateText(view.getInt32(at, true))
      case 12:
      case 13:
        return timestampText(view.getBigInt64(at, true), kind === 12)
      case 14:
        return view.getFloat32(at, true)
      case 15:
        return this.#bytes.slice(at + 4, at + 4 + view.getUint32(at, true))
      case 16:
        return this.#bytes.text(at + 4, at + 4 + view.getUint32(at, true))
      case 17:
        return timeText(view.getBigInt64(at, true))
      case 18:
      case 19:
        return timestampText(microsOf(view.getBigInt64(at, true)), kind === 18)
      case 20:
        return uuidText(this.#bytes.slice(at, at + 16))
      default:
        throw new RangeError(`a variant holds a value of the unknown kind ${kind}`)
    }
  }

  /** One byte of scale, then the unscaled integer. */
  #decimal(at: number, width: number): PhysicalTree | null {
    const scale = this.#bytes.unsigned(at, 1)
    if (scale > 38) throw new RangeError(`a decimal in a variant has the scale ${scale}`)
    const unscaled = bigEndian(this.#bytes.slice(at + 1, at + 1 + width).reverse())
    return asRow({ type: 'decimal', precision: 38, scale }, unscaled)
  }
}

/** A value of another type as rows have it. */
function asRow(type: Parameters<typeof rowValue>[0], physical: number | bigint): PhysicalTree | null {
  const value = rowValue(type)(physical)
  return typeof value === 'string' ? value : null
}

const dateText = (days: number): PhysicalTree | null => asRow({ type: 'date' }, days)

const timestampText = (micros: bigint, isInstant: boolean): PhysicalTree | null => {
  return asRow({ type: isInstant ? 'timestamp' : 'timestamp_ntz' }, narrow(micros))
}

/** Nanoseconds in microseconds, rounded down. */
function microsOf(nanos: bigint): bigint {
  return nanos / 1000n - (nanos % 1000n < 0n ? 1n : 0n)
}

/** Microseconds since midnight as `hh:mm:ss.ffffff`: the time in a timestamp of the first day. */
function timeText(micros: bigint): PhysicalTree | null {
  const text = timestampText(micros, false)
  return typeof text === 'string' ? text.slice(text.indexOf('T') + 1) : null
}
