import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonNumber } from '../../src/json.ts'
import { CastError, caster, type DeltaType } from '../../src/schema/index.ts'

function cast(type: DeltaType, value: unknown): unknown {
  return caster(type)(value)
}

describe.each([
  ['byte', -128, 127],
  ['short', -32768, 32767],
  ['integer', -2147483648, 2147483647],
] as const)('%s', (type, min, max) => {
  test('reaches from its least to its greatest value', () => {
    for (const value of [min, 0, max]) {
      expect(cast({ type }, value)).toBe(value)
      expect(cast({ type }, BigInt(value))).toBe(value)
      expect(cast({ type }, new JsonNumber(`${value}.0`))).toBe(value)
    }
    expect(cast({ type }, -0)).toBe(0)
  })

  test.each([min - 1, max + 1, 0.5, Number.NaN, '1', true, BigInt(max) + 1n])('refuses %s', (value) => {
    expect(() => cast({ type }, value)).toThrow(`expected ${type}, a whole number from ${min} to ${max}`)
  })
})

describe('long', () => {
  const type = { type: 'long' } as const

  test('takes safe integers, and bigint over all 64 bits', () => {
    expect(cast(type, 9007199254740991)).toBe(9007199254740991)
    expect(cast(type, -0)).toBe(0)
    expect(cast(type, 5n)).toBe(5)
    expect(cast(type, 2n ** 63n - 1n)).toBe(2n ** 63n - 1n)
    expect(cast(type, -(2n ** 63n))).toBe(-(2n ** 63n))
    expect(cast(type, new JsonNumber('9007199254740993.0'))).toBe(9007199254740993n)
  })

  test('refuses a number that may have lost digits', () => {
    expect(() => cast(type, 2 ** 53)).toThrow('must come as bigint')
  })

  test.each(['12', 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2n ** 63n, -(2n ** 63n) - 1n, true, new Date(0)])(
    'refuses %s',
    (value) => expect(() => cast(type, value)).toThrow(CastError),
  )
})

describe('double and float', () => {
  test('take the not-finite ones, also as rows as JSON spell them', () => {
    for (const type of ['double', 'float'] as const) {
      expect(cast({ type }, Number.NaN)).toBeNaN()
      expect(cast({ type }, 'NaN')).toBeNaN()
      expect(cast({ type }, 'Infinity')).toBe(Number.POSITIVE_INFINITY)
      expect(cast({ type }, '-Infinity')).toBe(Number.NEGATIVE_INFINITY)
      expect(cast({ type }, -0)).toBe(-0)
      for (const value of ['1.5', 'nan', true, {}]) expect(() => cast({ type }, value)).toThrow(CastError)
    }
  })

  test('take bigint only where it is a double, or the digits with which one is printed', () => {
    expect(cast({ type: 'double' }, 2n ** 60n)).toBe(2 ** 60)
    expect(cast({ type: 'double' }, 24734224883908610n)).toBe(24734224883908608)
    expect(() => cast({ type: 'double' }, 2n ** 53n + 1n)).toThrow(CastError)
    expect(() => cast({ type: 'double' }, 10n ** 400n)).toThrow(CastError)
  })

  test('take a long decimal fraction as its nearest double, an overflow not at all', () => {
    expect(cast({ type: 'double' }, new JsonNumber('0.1000000000000000000001'))).toBe(0.1)
    expect(() => cast({ type: 'double' }, new JsonNumber('1e400'))).toThrow(CastError)
  })

  test('float rounds to 32 bits, and never to infinity', () => {
    expect(cast({ type: 'float' }, 0.1)).toBe(Math.fround(0.1))
    expect(cast({ type: 'float' }, 3.4028234663852886e38)).toBe(3.4028234663852886e38)
    expect(() => cast({ type: 'float' }, 3.5e38)).toThrow('within ±3.4028235e38')
    fc.assert(fc.property(fc.float(), (value) => Object.is(cast({ type: 'float' }, value), value)))
  })
})

describe('decimal', () => {
  const price = { type: 'decimal', precision: 5, scale: 2 } as const

  test.each([
    [1.1, 110],
    [1.05, 105],
    [-999.99, -99999],
    [5, 500],
    [-0, 0],
    ['1.5', 150],
    ['-0.010', -1],
    [12n, 1200],
    [new JsonNumber('12.50'), 1250],
    [1e-2, 1],
  ])('%s is taken exactly', (value, unscaled) => {
    expect(cast(price, value)).toBe(unscaled)
  })

  test.each([1.005, 1000, '1000.00', '0.001', 1e-7, 1000n, Number.NaN, Number.POSITIVE_INFINITY, 'x', '', true])(
    '%s is refused',
    (value) => {
      expect(() => cast(price, value)).toThrow(
        'expected decimal(5,2), at most 3 digits before and 2 after the point, found',
      )
    },
  )

  test('a number stands for its shortest decimal text, never for a product of doubles', () => {
    // 1.1 * 100 is 110.00000000000001, and 4.35 * 100 is 434.99999999999994.
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), fc.integer({ min: 0, max: 24 }))
    const number = fc.oneof(
      decimal.map(([unscaled, scale]) => Number(`${unscaled}e-${scale}`)),
      fc.double(),
    )
    fc.assert(
      fc.property(number, fc.integer({ min: 0, max: 30 }), (value, scale) => {
        const type = { type: 'decimal', precision: 38, scale } as const
        const outcome = (input: unknown): unknown => {
          try {
            return cast(type, input)
          } catch {
            return 'refused'
          }
        }
        expect(outcome(value)).toBe(outcome(String(value)))
      }),
      { numRuns: 5000 },
    )
  })

  test('38 digits fit', () => {
    const wide = { type: 'decimal', precision: 38, scale: 10 } as const
    expect(cast(wide, '1234567890123456789012345678.0123456789')).toBe(12345678901234567890123456780123456789n)
  })
})
