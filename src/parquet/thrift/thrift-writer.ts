import { ByteSink } from '../encoding/byte-sink.ts'
import { BINARY, BOOLEAN_FALSE, BOOLEAN_TRUE, I8, I16, I32, I64, LIST, STRUCT } from './wire-types.ts'

const utf8 = new TextEncoder()

/**
 * Writes the structs of Parquet's metadata in Thrift's compact protocol. Fields are given by their ids in
 * `parquet.thrift`, in ascending order; `undefined` leaves an optional field out. Numbers are integers within ±2^52.
 */
export class ThriftWriter {
  readonly #sink = new ByteSink(256)
  #lastField = 0

  i8(field: number, value: number | undefined): void {
    if (value === undefined) return
    this.#header(field, I8)
    this.#sink.appendByte(value & 0xff)
  }

  i16(field: number, value: number | undefined): void {
    this.#integer(field, I16, value)
  }

  i32(field: number, value: number | undefined): void {
    this.#integer(field, I32, value)
  }

  i64(field: number, value: number | undefined): void {
    this.#integer(field, I64, value)
  }

  bool(field: number, value: boolean | undefined): void {
    if (value !== undefined) this.#header(field, value ? BOOLEAN_TRUE : BOOLEAN_FALSE)
  }

  text(field: number, value: string | undefined): void {
    if (value !== undefined) this.binary(field, utf8.encode(value))
  }

  binary(field: number, value: Uint8Array | undefined): void {
    if (value === undefined) return
    this.#header(field, BINARY)
    this.#bytes(value)
  }

  struct(field: number, write: () => void): void {
    this.#header(field, STRUCT)
    this.#body(write)
  }

  /** A list of structs; an empty one is still typed, as some readers demand. */
  structs<Item>(field: number, items: readonly Item[], write: (item: Item) => void): void {
    this.#list(field, STRUCT, items.length)
    for (const item of items) this.#body(() => write(item))
  }

  texts(field: number, items: readonly string[]): void {
    this.#list(field, BINARY, items.length)
    for (const item of items) this.#bytes(utf8.encode(item))
  }

  i32s(field: number, items: readonly number[]): void {
    this.#list(field, I32, items.length)
    for (const item of items) this.#zigzag(item)
  }

  i64s(field: number, items: readonly number[]): void {
    this.#list(field, I64, items.length)
    for (const item of items) this.#zigzag(item)
  }

  bools(field: number, items: readonly boolean[]): void {
    this.#list(field, BOOLEAN_TRUE, items.length)
    for (const item of items) this.#sink.appendByte(item ? BOOLEAN_TRUE : BOOLEAN_FALSE)
  }

  binaries(field: number, items: readonly Uint8Array[]): void {
    this.#list(field, BINARY, items.length)
    for (const item of items) this.#bytes(item)
  }

  /** Ends the outermost struct. @returns its bytes. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#sink.appendByte(0)
    return this.#sink.copy()
  }

  #header(field: number, type: number): void {
    const step = field - this.#lastField
    this.#lastField = field
    if (step > 0 && step <= 15) {
      this.#sink.appendByte((step << 4) | type)
    } else {
      this.#sink.appendByte(type)
      this.#zigzag(field)
    }
  }

  #integer(field: number, type: number, value: number | undefined): void {
    if (value === undefined) return
    this.#header(field, type)
    this.#zigzag(value)
  }

  #body(write: () => void): void {
    const outer = this.#lastField
    this.#lastField = 0
    write()
    this.#sink.appendByte(0)
    this.#lastField = outer
  }

  #list(field: number, elementType: number, size: number): void {
    this.#header(field, LIST)
    if (size < 15) {
      this.#sink.appendByte((size << 4) | elementType)
    } else {
      this.#sink.appendByte(0xf0 | elementType)
      this.#sink.appendVarint(size)
    }
  }

  #bytes(value: Uint8Array): void {
    this.#sink.appendVarint(value.length)
    this.#sink.append(value)
  }

  #zigzag(value: number): void {
    this.#sink.appendVarint(value >= 0 ? value * 2 : -value * 2 - 1)
  }
}
