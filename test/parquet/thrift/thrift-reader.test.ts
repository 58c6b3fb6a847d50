import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseThrift } from '../../../src/parquet/thrift/thrift-reader.ts'
import { ThriftWriter } from '../../../src/parquet/thrift/thrift-writer.ts'

const integer = fc.integer({ min: -(2 ** 50), max: 2 ** 50 })

describe('a struct', () => {
  test('comes back field by field, from anywhere in the bytes', () => {
    const values = fc.record({
      whole: integer,
      text: fc.string({ unit: 'binary' }),
      flag: fc.boolean(),
      list: fc.array(integer),
    })
    fc.assert(
      fc.property(values, fc.nat(5), ({ whole, text, flag, list }, start) => {
        const writer = new ThriftWriter()
        writer.i64(1, whole)
        writer.bool(2, flag)
        writer.text(20, text)
        writer.structs(21, list, (item) => writer.i64(300, item))
        writer.struct(22, () => writer.bool(1, flag))
        const bytes = Uint8Array.from([...Array<number>(start).fill(0xff), ...writer.finish()])
        const { struct, end } = parseThrift(bytes, start)
        expect(end).toBe(bytes.length)
        expect([struct.integer(1), struct.bool(2)]).toEqual([whole, flag])
        expect(struct.text(20)).toBe(
          new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text)),
        )
        expect(struct.structs(21).map((item) => item.integer(300))).toEqual(list)
        expect(struct.struct(22)?.bool(1)).toBe(flag)
        expect([struct.has(23), struct.integer(23), struct.structs(23)]).toEqual([false, undefined, []])
      }),
    )
  })

  test('may have fields of types that Parquet does not use yet', () => {
    const map = [0x1b, 2, 0x8c, 1, 65, 0x15, 4, 0, 1, 66, 0]
    const flags = [0x1b, 1, 0x11, 1, 2]
    const bytes = Uint8Array.from([...map, ...flags, 0x1b, 0, 0x1d, ...Array<number>(16).fill(9), 0x15, 6, 0])
    const { struct, end } = parseThrift(bytes)
    expect([struct.integer(5), end]).toEqual([3, bytes.length])
  })

  test('of which a field has another type is refused when it is asked for', () => {
    const writer = new ThriftWriter()
    writer.text(1, 'a')
    const { struct } = parseThrift(writer.finish())
    expect(() => struct.integer(1)).toThrow('not an integer')
    expect(() => struct.structs(1)).toThrow('not a list')
    expect(() => struct.struct(1)).toThrow('not a struct')
    expect(() => struct.bool(1)).toThrow('not a boolean')
  })
})

describe('damage', () => {
  test.each<[string, number[], string]>([
    ['no end', [0x15, 2], 'ends too early'],
    ['an endless integer', [0x15, ...Array<number>(1000).fill(0xff)], 'endless'],
    ['an integer beyond 2^53', [0x16, ...Array<number>(9).fill(0xff), 1, 0], 'within'],
    ['a text longer than the bytes', [0x18, 0xff, 0xff, 3], 'claims 65535 bytes'],
    ['a list longer than the bytes', [0x19, 0xfc, 0xff, 0xff, 3], 'claims 65535 items'],
    ['a type of no meaning', [0x1f, 0], 'unknown type 15'],
    ['a map longer than the bytes', [0x1b, 0xff, 0xff, 3, 0x88], 'claims 65535 items'],
    ['structs in structs without end', Array<number>(100_000).fill(0x1c), 'nested too deeply'],
    ['lists in lists without end', [0x19, ...Array<number>(100_000).fill(0x19)], 'nested too deeply'],
  ])('of %s is found', (_, damaged, message) => {
    expect(() => parseThrift(Uint8Array.from(damaged)).struct.integer(1)).toThrow(message)
  })
})
