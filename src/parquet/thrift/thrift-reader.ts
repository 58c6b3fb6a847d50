import {
  BINARY,
  BOOLEAN_FALSE,
  BOOLEAN_TRUE,
  DOUBLE,
  I8,
  I16,
  I32,
  I64,
  LIST,
  MAP,
  SET,
  STRUCT,
  UUID,
} from './wire-types.ts'

/** Parquet's metadata nests a handful of structs; a damaged file must not exhaust the stack. */
const DEEPEST = 32

type ThriftValue = boolean | number | Uint8Array<ArrayBuffer> | readonly ThriftValue[] | ThriftStruct

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * One struct of Parquet's metadata. Fields are asked for by their ids in `parquet.thrift`; a field that is absent is
 * undefined (a list: empty). @throws {RangeError} each, when the field is there but not of the type asked for.
 */
export class ThriftStruct {
  readonly #fields: ReadonlyMap<number, ThriftValue>

  constructor(fields: ReadonlyMap<number, ThriftValue>) {
    this.#fields = fields
  }

  has(field: number): boolean {
    return this.#fields.has(field)
  }

  /** An integer of any width. */
  integer(field: number): number | undefined {
    const value = this.#fields.get(field)
    return value === undefined ? undefined : asInteger(value)
  }

  bool(field: number): boolean | undefined {
    const value = this.#fields.get(field)
    return value === undefined || typeof value === 'boolean' ? value : misfit('a boolean')
  }

  binary(field: number): Uint8Array<ArrayBuffer> | undefined {
    const value = this.#fields.get(field)
    return value === undefined ? undefined : asBinary(value)
  }

  text(field: number): string | undefined {
    const bytes = this.binary(field)
    return bytes && utf8.decode(bytes)
  }

  struct(field: number): ThriftStruct | undefined {
    const value = this.#fields.get(field)
    return value === undefined || value instanceof ThriftStruct ? value : misfit('a struct')
  }

  structs(field: number): ThriftStruct[] {
    return this.#list(field).map((item) => (item instanceof ThriftStruct ? item : misfit('a list of structs')))
  }

  integers(field: number): number[] {
    return this.#list(field).map(asInteger)
  }

  bools(field: number): boolean[] {
    return this.#list(field).map((item) => (typeof item === 'boolean' ? item : misfit('a list of booleans')))
  }

  binaries(field: number): Uint8Array<ArrayBuffer>[] {
    return this.#list(field).map(asBinary)
  }

  texts(field: number): string[] {
    return this.binaries(field).map((bytes) => utf8.decode(bytes))
  }

  #list(field: number): readonly ThriftValue[] {
    const value = this.#fields.get(field) ?? []
    return Array.isArray(value) ? value : misfit('a list')
  }
}

/**
 * Parses one struct in Thrift's compact protocol. Bytes of binary fields are not copied.
 * @returns the struct, and where it ends. @throws {RangeError} when the bytes are no such struct.
 */
export function parseThrift(bytes: Uint8Array<ArrayBuffer>, start = 0): { struct: ThriftStruct; end: number } {
  const parser = new ThriftParser(bytes, start)
  const struct = parser.struct(0)
  return { struct, end: parser.at }
}

class ThriftParser {
  at: number
  readonly #bytes: Uint8Array<ArrayBuffer>

  constructor(bytes: Uint8Array<ArrayBuffer>, start: number) {
    this.#bytes = bytes
    this.at = start
  }

  struct(depth: number): ThriftStruct {
    const fields = new Map<number, ThriftValue>()
    let field = 0
    for (let header = this.#byte(); header !== 0; header = this.#byte()) {
      const step = header >> 4
      field = step > 0 ? field + step : this.#zigzag()
      fields.set(field, this.#value(header & 0x0f, depth))
    }
    return new ThriftStruct(fields)
  }

  #value(type: number, depth: number): ThriftValue {
    if (depth > DEEPEST) throw new RangeError('the metadata is nested too deeply')
    switch (type) {
      case BOOLEAN_TRUE:
        return true
      case BOOLEAN_FALSE:
        return false
      case I8:
        return (this.#byte() << 24) >> 24
      case I16:
      case I32:
      case I64:
        return this.#zigzag()
      case DOUBLE: {
        const bytes = this.#take(8)
        return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true)
      }
      case BINARY:
        return this.#take(this.#varint())
      case LIST:
      case SET:
        return this.#list(depth)
      case STRUCT:
        return this.struct(depth + 1)
      // Parquet has no field of these two types yet: a newer one is to be skipped, as all unknown ones are.
      case MAP:
        return this.#map(depth)
      case UUID:
        return this.#take(16)
      default:
        throw new RangeError(`the metadata has a field of the unknown type ${type}`)
    }
  }

  #list(depth: number): ThriftValue[] {
    const header = this.#byte()
    const type = header & 0x0f
    const size = header >> 4 === 15 ? this.#varint() : header >> 4
    this.#checkItems(size)
    const items: ThriftValue[] = []
    for (let i = 0; i < size; i++) items.push(this.#item(type, depth))
    return items
  }

  /** Keys and values in turn. */
  #map(depth: number): ThriftValue[] {
    const size = this.#varint()
    if (size === 0) return []
    const types = this.#byte()
    this.#checkItems(size)
    return Array.from({ length: 2 * size }, (_, i) => this.#item(i % 2 === 0 ? types >> 4 : types & 0x0f, depth))
  }

  /** Each item takes a byte at least. */
  #checkItems(size: number): void {
    if (size > this.#bytes.length - this.at) throw new RangeError(`a list of the metadata claims ${size} items`)
  }

  /** Unlike a field, an item that is a boolean has a byte of its own. */
  #item(type: number, depth: number): ThriftValue {
    if (type === BOOLEAN_TRUE || type === BOOLEAN_FALSE) return this.#byte() === BOOLEAN_TRUE
    return this.#value(type, depth + 1)
  }

  #take(length: number): Uint8Array<ArrayBuffer> {
    if (length > this.#bytes.length - this.at) throw new RangeError(`a field of the metadata claims ${length} bytes`)
    const bytes = this.#bytes.subarray(this.at, this.at + length)
    this.at += length
    return bytes
  }

  /** Exact within 2^53; a greater one is told apart by who asks for it. */
  #varint(): number {
    let value = 0
    for (let weight = 1; weight < 2 ** 70; weight *= 0x80) {
      const byte = this.#byte()
      value += (byte & 0x7f) * weight
      if (byte < 0x80) return value
    }
    throw new RangeError('an integer of the metadata is endless')
  }

  #zigzag(): number {
    const value = this.#varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  #byte(): number {
    const byte = this.#bytes[this.at++]
    if (byte === undefined) throw new RangeError('the metadata ends too early')
    return byte
  }
}

function asInteger(value: ThriftValue): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : misfit('an integer within ±2^53')
}

function asBinary(value: ThriftValue): Uint8Array<ArrayBuffer> {
  return value instanceof Uint8Array ? value : misfit('bytes')
}

function misfit(expected: string): never {
  throw new RangeError(`a field of the metadata is not ${expected}`)
}
