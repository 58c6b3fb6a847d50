import fc from 'fast-check'
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js'
import { expect, test } from 'vitest'
import { ThriftWriter } from '../../../src/parquet/thrift/thrift-writer.ts'

function parse(bytes: Uint8Array) {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  const parsed = deserializeTCompactProtocol(reader)
  expect(reader.offset).toBe(bytes.length)
  return parsed
}

test('integers of all sizes come back, fields far apart too', () => {
  const safe = fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 })
  fc.assert(
    fc.property(safe, fc.integer(), fc.integer({ min: -128, max: 127 }), fc.boolean(), (i64, i32, i8, bool) => {
      const writer = new ThriftWriter()
      writer.i64(1, i64)
      writer.i32(2, undefined)
      writer.i32(20, i32)
      writer.i8(21, i8)
      writer.bool(40, bool)
      const expected = { field_1: BigInt(i64), field_20: i32, field_21: i8, field_40: bool }
      expect(parse(writer.finish())).toEqual(expected)
    }),
  )
})

test('structs, lists and texts nest, and a struct does not disturb the field numbers around it', () => {
  const writer = new ThriftWriter()
  writer.struct(3, () => {
    writer.i32(1, 7)
    writer.structs(9, [1, 2], (item) => writer.i32(2, item))
  })
  writer.texts(
    4,
    Array.from({ length: 20 }, (_, i) => `é${i}`),
  )
  writer.i32s(5, [-1, 0, 1])
  writer.structs(6, [], () => {})
  writer.text(7, undefined)
  const parsed = parse(writer.finish())
  expect(parsed.field_3).toEqual({ field_1: 7, field_9: [{ field_2: 1 }, { field_2: 2 }] })
  expect(parsed.field_4.map((text: Uint8Array) => new TextDecoder().decode(text))[19]).toBe('é19')
  expect([parsed.field_5, parsed.field_6, 'field_7' in parsed]).toEqual([[-1, 0, 1], [], false])
})

test('an empty list of structs still says that it is one', () => {
  const writer = new ThriftWriter()
  writer.structs(1, [], () => {})
  expect([...writer.finish()]).toEqual([0x19, 0x0c, 0])
})
