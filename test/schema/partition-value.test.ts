import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeltaType, formatPartitionValue, parsePartitionValue } from '../../src/schema/index.ts'
import { typedValues } from './arbitrary.ts'

test.each<[DeltaType, number | bigint | boolean | string, string]>([
  [{ type: 'string' }, 'US/East', 'US/East'],
  [{ type: 'long' }, -(2n ** 63n), '-9223372036854775808'],
  [{ type: 'float' }, Math.fround(0.1), '0.1'],
  [{ type: 'double' }, 1e10, '1.0E10'],
  [{ type: 'double' }, Number.NaN, 'NaN'],
  [{ type: 'decimal', precision: 10, scale: 5 }, 4, '0.00004'],
  [{ type: 'decimal', precision: 10, scale: 2 }, -125, '-1.25'],
  [{ type: 'boolean' }, true, 'true'],
  [{ type: 'date' }, 20455, '2026-01-02'],
  [{ type: 'timestamp' }, 1718479845123456, '2024-06-15T19:30:45.123456Z'],
  [{ type: 'timestamp_ntz' }, 1718479845123456, '2024-06-15 19:30:45.123456'],
])('%o writes %s as %s', (type, value, text) => {
  expect(formatPartitionValue(type, value)).toBe(text)
})

describe('what other writers wrote is read', () => {
  test.each<[DeltaType, string, unknown]>([
    [{ type: 'timestamp' }, '2024-06-15 19:30:45', 1718479845000000],
    [{ type: 'timestamp' }, '2024-06-15 19:30:45.123456', 1718479845123456],
    [{ type: 'timestamp' }, '2024-06-15T21:30:45.123456+02:00', 1718479845123456],
    [{ type: 'timestamp_ntz' }, '2024-06-15T19:30:45', 1718479845000000],
    [{ type: 'double' }, '1.0E10', 1e10],
    [{ type: 'double' }, '-Infinity', Number.NEGATIVE_INFINITY],
    [{ type: 'float' }, '0.1', Math.fround(0.1)],
    [{ type: 'double' }, 'inf', Number.POSITIVE_INFINITY],
    [{ type: 'float' }, '-inf', Number.NEGATIVE_INFINITY],
    [{ type: 'boolean' }, 'True', true],
    [{ type: 'decimal', precision: 5, scale: 2 }, '1.5', 150],
    [{ type: 'long' }, '+5', 5],
    [{ type: 'binary' }, 'ä', Uint8Array.of(0xc3, 0xa4)],
  ])('%o, %s', (type, text, value) => {
    expect(parsePartitionValue(type, text)).toEqual(value)
  })
})

test('an empty text is null, but for a string column, where it is the empty text', () => {
  expect(parsePartitionValue({ type: 'string' }, '')).toBe('')
  for (const type of ['long', 'date', 'boolean', 'binary', 'double'] as const) {
    expect(parsePartitionValue({ type }, '')).toBeNull()
  }
})

test('null is null in both directions', () => {
  expect(parsePartitionValue({ type: 'long' }, null)).toBeNull()
  expect(formatPartitionValue({ type: 'string' }, null)).toBeNull()
})

test.each<[DeltaType, string]>([
  [{ type: 'byte' }, '128'],
  [{ type: 'short' }, '-32769'],
  [{ type: 'integer' }, '2147483648'],
  [{ type: 'long' }, '9223372036854775808'],
  [{ type: 'long' }, '1.0'],
  [{ type: 'double' }, '0x10'],
  [{ type: 'double' }, 'abc'],
  [{ type: 'decimal', precision: 5, scale: 2 }, '1000.00'],
  [{ type: 'decimal', precision: 5, scale: 2 }, '-1.-25'],
  [{ type: 'date' }, '2026-02-30'],
  [{ type: 'timestamp' }, 'yesterday'],
  [{ type: 'timestamp_ntz' }, '2024-06-15T19:30:45Z'],
  [{ type: 'boolean' }, 'yes'],
])('%o refuses the text %s', (type, text) => {
  expect(() => parsePartitionValue(type, text)).toThrow(
    expect.objectContaining({ code: 'invalid-data', message: expect.stringContaining(JSON.stringify(text)) }),
  )
})

test.each<DeltaType>([{ type: 'binary' }, { type: 'variant' }, { type: 'struct', fields: [] }])(
  'a column of type $type cannot partition a table',
  (type) => {
    expect(() => formatPartitionValue(type, null)).toThrow(expect.objectContaining({ code: 'unsupported' }))
  },
)

test('what is written reads back the same, bit for bit', () => {
  fc.assert(
    fc.property(
      typedValues().filter(([type]) => type.type !== 'binary'),
      ([type, values]) => {
        for (const value of values) {
          expect(parsePartitionValue(type, formatPartitionValue(type, value))).toEqual(value)
        }
      },
    ),
  )
})
