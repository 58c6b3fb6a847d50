import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitsPrecision, formatDecimal, parseDecimal } from '../../src/schema/decimal.ts'
import { narrow } from './arbitrary.ts'

describe('parsing at a scale', () => {
  test.each([
    ['12.5', 2, 1250],
    ['-0.05', 2, -5],
    ['-0', 2, 0],
    ['12', 0, 12],
    ['1.500', 1, 15],
    ['1e3', 2, 100000],
    ['1.5E-1', 2, 15],
    ['0e999', 3, 0],
    ['0.000', 0, 0],
    ['99999999999999999999999999999999999999', 0, 99999999999999999999999999999999999999n],
    ['9007199254740.993', 3, 9007199254740993n],
  ])('%s at scale %i is %s', (text, scale, unscaled) => {
    expect(parseDecimal(text, scale)).toBe(unscaled)
  })

  test.each(['1.005', '0.001', '1e-3', '', '.5', '5.', '+1', '1,5', 'abc', '1e99999999', '1e500', 'NaN', ' 1'])(
    '%j has no exact value at scale 2',
    (text) => expect(parseDecimal(text, 2)).toBeUndefined(),
  )

  test.each([
    ['1.999', 'down', 199],
    ['1.991', 'up', 200],
    ['-1.991', 'down', -200],
    ['-1.999', 'up', -199],
    ['0.001', 'down', 0],
    ['-1e-30', 'down', -1],
    ['1e-30', 'up', 1],
    ['1.500', 'up', 150],
  ] as const)('%s rounds %s to %i', (text, rounding, unscaled) => {
    expect(parseDecimal(text, 2, rounding)).toBe(unscaled)
  })
})

test('printing and parsing are the reverse of each other, at full scale', () => {
  const unscaled = fc.bigInt({ min: 1n - 10n ** 38n, max: 10n ** 38n - 1n })
  fc.assert(
    fc.property(unscaled, fc.integer({ min: 0, max: 38 }), (value, scale) => {
      const text = formatDecimal(narrow(value), scale)
      expect(parseDecimal(text, scale)).toBe(narrow(value))
      expect(text).toMatch(scale === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${scale}}$`))
    }),
  )
})

test('precision counts digits, on both sides of zero', () => {
  for (let precision = 1; precision <= 38; precision++) {
    const limit = 10n ** BigInt(precision)
    expect(fitsPrecision(narrow(limit - 1n), precision)).toBe(true)
    expect(fitsPrecision(narrow(limit), precision)).toBe(false)
    expect(fitsPrecision(narrow(1n - limit), precision)).toBe(true)
    expect(fitsPrecision(narrow(-limit), precision)).toBe(false)
  }
})
