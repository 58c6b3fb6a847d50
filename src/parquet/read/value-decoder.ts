import type { SchemaElement } from 'hyparquet'
import { byteStreamSplit } from 'hyparquet/src/encoding.js'
import { utf8Reader } from '#codecs'
import { DeltaError } from '../../errors.ts'
import type { PhysicalValue } from '../../schema/index.ts'
import { decodeDeltaByteArrays, decodeDeltaLengths, decodeDeltas32, decodeDeltas64 } from '../encoding/delta-decoder.ts'
import { decodeHybrid } from '../encoding/hybrid-decoder.ts'
import { narrow } from '../encoding/integers.ts'
import type { StoredValue } from '../encoding/plain-decoder.ts'
import { decodeByteArrays, decodePlain } from '../encoding/plain-decoder.ts'
import type { LeafReader } from './leaf-reader.ts'
import type { StoredPage } from './page-reader.ts'

/** Decodes the values of a column chunk's pages into physical form. A dictionary is converted once. */
export class ValueDecoder {
  readonly #element: SchemaElement
  readonly #leaf: LeafReader
  #dictionary: readonly PhysicalValue[] | undefined

  constructor(element: SchemaElement, leaf: LeafReader) {
    this.#element = element
    this.#leaf = leaf
  }

  /** Takes a dictionary page: later pages refer to it. */
  takeDictionary(page: StoredPage): void {
    this.#dictionary = this.#plain(page.values, page.count)
  }

  /**
   * The `count` values of a data page, nulls not among them.
   * @throws {RangeError} when the page does not hold them. @throws {DeltaError} `unsupported` for an encoding that is not.
   */
  decode(page: StoredPage, count: number): readonly PhysicalValue[] {
    if (count === 0) return []
    switch (page.encoding) {
      case 'PLAIN':
        return this.#plain(page.values, count)
      case 'PLAIN_DICTIONARY':
      case 'RLE_DICTIONARY':
        return this.#numbered(page.values, count)
      default:
        return this.#convert(this.#stored(page, count))
    }
  }

  #plain(bytes: Uint8Array<ArrayBuffer>, count: number): PhysicalValue[] {
    if (this.#leaf.kind === 'text') return decodeByteArrays(bytes, count, utf8Reader(bytes))
    return this.#convert(decodePlain(bytes, count, this.#element))
  }

  #numbered(bytes: Uint8Array<ArrayBuffer>, count: number): PhysicalValue[] {
    const dictionary = this.#dictionary
    if (dictionary === undefined) throw new RangeError('values refer to a dictionary that is not there')
    const numbers = new Int32Array(count)
    decodeHybrid(bytes.subarray(1), bytes[0] ?? 0, count, numbers)
    const values: PhysicalValue[] = new Array(count)
    for (let i = 0; i < count; i++) {
      const value = dictionary[numbers[i] ?? 0]
      if (value === undefined) throw new RangeError(`a value refers to number ${numbers[i]} of ${dictionary.length}`)
      values[i] = value
    }
    return values
  }

  #stored({ encoding, values: bytes }: StoredPage, count: number): StoredValue[] {
    const { type, type_length: width } = this.#element
    switch (encoding) {
      case 'RLE':
        if (type !== 'BOOLEAN') break
        return decodeRleBooleans(bytes, count)
      case 'DELTA_BINARY_PACKED':
        return (type === 'INT32' ? decodeDeltas32(bytes, 0, count) : decodeDeltas64(bytes, 0, count)).values
      case 'DELTA_LENGTH_BYTE_ARRAY':
        return decodeDeltaLengths(bytes, 0, count)
      case 'DELTA_BYTE_ARRAY':
        return decodeDeltaByteArrays(bytes, count)
      case 'BYTE_STREAM_SPLIT': {
        if (type === undefined) break
        if (count * (width ?? 1) > bytes.length)
          throw new RangeError(`${count} values do not fit ${bytes.length} bytes`)
        const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
        return Array.from<StoredValue, StoredValue>(byteStreamSplit(reader, count, type, width), (each) =>
          typeof each === 'bigint' ? narrow(each) : each,
        )
      }
    }
    throw new DeltaError('unsupported', `the encoding ${encoding} of ${type} is not supported`)
  }

  #convert(stored: readonly StoredValue[]): PhysicalValue[] {
    if (this.#leaf.kind === 'text') return stored.map(text)
    const { convert } = this.#leaf
    return convert === undefined ? [...stored] : stored.map(convert)
  }
}

function text(stored: StoredValue): string {
  if (!(stored instanceof Uint8Array)) throw new TypeError('text is stored in bytes')
  const bytes = Uint8Array.from(stored)
  return utf8Reader(bytes)(0, bytes.length)
}

/** Booleans as a hybrid of one bit, behind its length in four bytes. */
function decodeRleBooleans(bytes: Uint8Array, count: number): boolean[] {
  const bits = new Uint8Array(count)
  decodeHybrid(bytes.subarray(4), 1, count, bits)
  return Array.from(bits, (bit) => bit === 1)
}
