import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactNumber } from '../../../src/table/traces/exact-number.ts'

test.each([
  ['12.50', '1.25e1', '0012.5', '+12.5', '125E-1'],
  ['0', '-0', '0.000', '0e9', '.0'],
  ['-700', '-7e2', '-0.7E+3'],
  ['9223372036854775808', '9.223372036854775808e18'],
])('%s is one number however it is spelled', (...spellings) => {
  expect(new Set(spellings.map(exactNumber)).size).toBe(1)
})

test.each(['', '.', '-', '1.2.3', 'e5', '0x10', 'NaN', 'Infinity', '1 2'])('%j is no number', (text) => {
  expect(exactNumber(text)).toBeUndefined()
})

test('two numbers have the same spelling exactly when they are the same', () => {
  const decimal = fc.tuple(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: -3, max: 3 }))
  fc.assert(
    fc.property(decimal, decimal, ([a, i], [b, j]) => {
      const isSame = BigInt(a) * 10n ** BigInt(i + 3) === BigInt(b) * 10n ** BigInt(j + 3)
      expect(exactNumber(`${a}e${i}`) === exactNumber(`${b}e${j}`)).toBe(isSame)
    }),
  )
})
