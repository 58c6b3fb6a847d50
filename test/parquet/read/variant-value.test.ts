import { describe, expect, test } from 'vitest'
import { variantNames, variantValue } from '../../../src/parquet/read/variant-value.ts'

const NONE = Uint8Array.of(1, 0, 0)
const text = (value: string): number[] => [...new TextEncoder().encode(value)]
const bytesOf = (write: (view: DataView) => void, length: number): number[] => {
  const bytes = new Uint8Array(length)
  write(new DataView(bytes.buffer))
  return [...bytes]
}
const int64 = (value: bigint): number[] => bytesOf((view) => view.setBigInt64(0, value, true), 8)
const read = (value: readonly number[], metadata: Uint8Array = NONE): unknown =>
  variantValue(Uint8Array.from(value), variantNames(metadata))

/** A primitive value: its kind in the header, then its bytes. */
const primitive = (kind: number, ...bytes: number[]): number[] => [kind << 2, ...bytes]

describe('a value', () => {
  test.each<[string, number[], unknown]>([
    ['null', primitive(0), null],
    ['true', primitive(1), true],
    ['false', primitive(2), false],
    ['int8', primitive(3, 0x80), -128],
    ['int16', primitive(4, 0, 0x80), -32768],
    ['int32', primitive(5, 0, 0, 0, 0x80), -(2 ** 31)],
    ['int64 within 2^53', primitive(6, ...int64(-(2n ** 53n) + 1n)), -(2 ** 53) + 1],
    ['int64 beyond it', primitive(6, ...int64(-(2n ** 63n))), -(2n ** 63n)],
    ['double', primitive(7, ...bytesOf((view) => view.setFloat64(0, -0, true), 8)), -0],
    ['decimal4', primitive(8, 2, 0x6a, 0xff, 0xff, 0xff), '-1.50'],
    ['decimal8', primitive(9, 0, ...int64(5n)), '5'],
    ['decimal16', primitive(10, 38, ...int64(-1n), ...int64(-1n)), `-0.${'0'.repeat(37)}1`],
    ['date', primitive(11, 0xff, 0xff, 0xff, 0xff), '1969-12-31'],
    ['timestamp', primitive(12, ...int64(-1n)), '1969-12-31T23:59:59.999999Z'],
    ['timestamp without zone', primitive(13, ...int64(1n)), '1970-01-01T00:00:00.000001'],
    ['float', primitive(14, ...bytesOf((view) => view.setFloat32(0, 0.5, true), 4)), 0.5],
    ['binary', primitive(15, 2, 0, 0, 0, 7, 8), Uint8Array.of(7, 8)],
    ['text', primitive(16, 3, 0, 0, 0, ...text('aé')), 'aé'],
    ['short text', [(3 << 2) | 1, ...text('aé')], 'aé'],
    ['time', primitive(17, ...int64(3_723_000_001n)), '01:02:03.000001'],
    ['timestamp of nanoseconds', primitive(18, ...int64(-1n)), '1969-12-31T23:59:59.999999Z'],
    ['the same without zone', primitive(19, ...int64(1999n)), '1970-01-01T00:00:00.000001'],
    ['uuid', primitive(20, ...Array.from({ length: 16 }, (_, i) => i)), '00010203-0405-0607-0809-0a0b0c0d0e0f'],
    ['an array', [3, 2, 0, 1, 2, 4, 8], [true, false]],
    ['an array of many', [(5 << 2) | 3, 1, 0, 0, 0, 0, 0, 1, 0, 0], [null]],
    ['an empty object', [2, 0, 0], {}],
  ])('%s is given as rows have it', (_, bytes, expected) => {
    expect(read(bytes)).toStrictEqual(expected)
  })

  test('that is an object has its names from the metadata, in whatever order its members lie', () => {
    const names = Uint8Array.from([0x11, 2, 0, 1, 10, ...text('b__proto__')])
    const value = read([2, 2, 1, 0, 1, 0, 2, 8, 4], names)
    expect(Object.entries(value as object)).toEqual([
      ['__proto__', true],
      ['b', false],
    ])
  })
})

describe('damage', () => {
  test.each<[string, number[], Uint8Array, string]>([
    ['no bytes', [], NONE, 'more values than it has bytes'],
    ['a value that ends too early', primitive(6, 1), NONE, 'bounds'],
    ['a text that reaches beyond its bytes', primitive(16, 255, 0, 0, 0), NONE, 'reaches beyond its bytes'],
    ['a kind of no meaning', primitive(21), NONE, 'the unknown kind 21'],
    ['a scale of no decimal', primitive(8, 39, 0, 0, 0, 0), NONE, 'the scale 39'],
    ['a name that is not there', [2, 1, 0, 0, 1, 0], NONE, 'the name 0 of 0'],
    ['a count of billions', [(5 << 2) | 3, 255, 255, 255, 255, 0], NONE, 'more values than it has bytes'],
    ['metadata of another version', [0], Uint8Array.of(2, 0, 0), 'has the version 2'],
  ])('of %s is found', (_, bytes, metadata, message) => {
    expect(() => read(bytes, metadata)).toThrow(RangeError)
    expect(() => read(bytes, metadata)).toThrow(message)
  })

  test('of arrays without end in arrays is found', () => {
    const deep = Array.from({ length: 200 }, () => [3, 1, 0, 1]).flat()
    expect(() => read(deep)).toThrow('nests more than 100 levels deep')
  })

  test('of elements that share their bytes, level by level, is found before they are made', () => {
    const level = [3, 8, ...Array<number>(9).fill(0)]
    const bomb = Array.from({ length: 40 }, () => level).flat()
    expect(() => read([...bomb, 0])).toThrow('more values than it has bytes')
  })
})
