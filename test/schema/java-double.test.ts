import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatJavaDouble, formatJavaFloat } from '../../src/schema/java-double.ts'

test.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [1, '1.0'],
  [-1.5, '-1.5'],
  [100, '100.0'],
  [123456.789, '123456.789'],
  [9999999, '9999999.0'],
  [1e7, '1.0E7'],
  [12345678.9, '1.23456789E7'],
  [0.001, '0.001'],
  [0.00099, '9.9E-4'],
  [1e10, '1.0E10'],
  [1.7976931348623157e308, '1.7976931348623157E308'],
  [5e-324, '5.0E-324'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('%d is written as Java writes it, %s', (value, text) => {
  expect(formatJavaDouble(value)).toBe(text)
})

test.each([
  [Math.fround(0.1), '0.1'],
  [Math.fround(-3.4028235e38), '-3.4028235E38'],
  [Math.fround(1e-45), '1.0E-45'],
  [Math.fround(16777216), '1.6777216E7'],
  [Number.NaN, 'NaN'],
])('the float %d is written with the digits of a float, %s', (value, text) => {
  expect(formatJavaFloat(value)).toBe(text)
})

test('reads back the same', () => {
  fc.assert(fc.property(fc.double(), (value) => Object.is(Number(formatJavaDouble(value)), value)))
  fc.assert(fc.property(fc.float(), (value) => Object.is(Math.fround(Number(formatJavaFloat(value))), value)))
})
