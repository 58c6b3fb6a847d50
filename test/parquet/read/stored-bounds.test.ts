import type { SchemaElement } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { leafReader } from '../../../src/parquet/read/leaf-reader.ts'
import { type ColumnBounds, storedBounds } from '../../../src/parquet/read/stored-bounds.ts'
import type { DeltaType } from '../../../src/schema/index.ts'

const int32 = (value: number): number[] => [...new Uint8Array(Int32Array.of(value).buffer)]
const double = (value: number): number[] => [...new Uint8Array(Float64Array.of(value).buffer)]
const text = (value: string): number[] => [...new TextEncoder().encode(value)]

function bounds(
  element: Omit<SchemaElement, 'name'>,
  type: DeltaType,
  min: number[],
  max: number[],
  deprecated = false,
) {
  const stored = { ...element, name: 'c' }
  const leaf = leafReader(stored, type)
  if (leaf === undefined) throw new Error('the type does not fit')
  const statistics = { nullCount: 3, min: Uint8Array.from(min), max: Uint8Array.from(max), deprecated }
  return storedBounds(statistics, stored, leaf)
}

const known = (min: ColumnBounds['min'], max: ColumnBounds['max']) => ({ nullCount: 3, min, max })
const unknown = known(undefined, undefined)
const decimal: DeltaType = { type: 'decimal', precision: 20, scale: 2 }

describe('statistics', () => {
  test('bound the values as they are read, widened types too', () => {
    expect(bounds({ type: 'INT32' }, { type: 'long' }, int32(-5), int32(7))).toMatchObject(known(-5, 7))
    const cents = { type: 'INT32', converted_type: 'DECIMAL', precision: 5, scale: 1 } as const
    expect(bounds(cents, decimal, int32(-5), int32(7))).toMatchObject(known(-50, 70))
    const fixed = {
      type: 'FIXED_LEN_BYTE_ARRAY',
      type_length: 2,
      converted_type: 'DECIMAL',
      precision: 4,
      scale: 2,
    } as const
    expect(bounds(fixed, decimal, [0xff, 0xfe], [0, 9])).toMatchObject(known(-2, 9))
    const utf8 = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const
    expect(bounds(utf8, { type: 'string' }, text('a'), text('é'))).toMatchObject(known('a', 'é'))
  })

  test.each<[string, ColumnBounds]>([
    ['NaN', bounds({ type: 'DOUBLE' }, { type: 'double' }, double(1), double(Number.NaN))],
    ['INT96', bounds({ type: 'INT96' }, { type: 'timestamp' }, Array(12).fill(0), Array(12).fill(1))],
    ['the wrong width', bounds({ type: 'INT32' }, { type: 'integer' }, [1], [2])],
    [
      'decimals in bytes, which may have been cut',
      bounds({ type: 'BYTE_ARRAY', converted_type: 'DECIMAL', precision: 9, scale: 2 }, decimal, [1], [2]),
    ],
    ['deprecated fields of text', bounds({ type: 'BYTE_ARRAY' }, { type: 'string' }, text('a'), text('b'), true)],
    ['deprecated fields of binary', bounds({ type: 'BYTE_ARRAY' }, { type: 'binary' }, [1], [2], true)],
    [
      'deprecated fields of unsigned integers',
      bounds({ type: 'INT32', converted_type: 'UINT_32' }, { type: 'long' }, int32(-1), int32(1), true),
    ],
    ['values that are none of the type', bounds({ type: 'INT32' }, { type: 'byte' }, int32(-1000), int32(1000))],
  ])('that are %s bound nothing', (_, found) => {
    expect(found).toMatchObject(unknown)
  })

  test('in the deprecated fields count for signed numbers', () => {
    expect(bounds({ type: 'INT32' }, { type: 'integer' }, int32(-1), int32(1), true)).toMatchObject(known(-1, 1))
  })

  test('say whether NaN may stand beside the bounds: of floating numbers only', () => {
    expect(bounds({ type: 'DOUBLE' }, { type: 'double' }, double(1), double(2))).toEqual({
      ...known(1, 2),
      mayHoldNaN: true,
    })
    expect(bounds({ type: 'INT32' }, { type: 'double' }, int32(1), int32(2)).mayHoldNaN).toBe(false)
  })

  test('of a text cut within a letter bound nothing on that side', () => {
    const utf8 = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const
    expect(bounds(utf8, { type: 'string' }, text('é').slice(0, 1), text('z'))).toMatchObject(known(undefined, 'z'))
  })
})
