import { describe, expect, test } from 'vitest'
import { type DeltaType, rowValue } from '../../src/schema/index.ts'
import { field } from './arbitrary.ts'

test.each<[DeltaType, never, unknown]>([
  [{ type: 'long' }, 5 as never, 5],
  [{ type: 'long' }, 9007199254740993n as never, 9007199254740993n],
  [{ type: 'decimal', precision: 10, scale: 2 }, -5 as never, '-0.05'],
  [{ type: 'decimal', precision: 10, scale: 0 }, 12 as never, '12'],
  [{ type: 'date' }, -1 as never, '1969-12-31'],
  [{ type: 'timestamp' }, 1767323045123456 as never, '2026-01-02T03:04:05.123456Z'],
  [{ type: 'timestamp_ntz' }, 0 as never, '1970-01-01T00:00:00.000000'],
  [{ type: 'boolean' }, true as never, true],
  [{ type: 'string' }, 'x' as never, 'x'],
])('%o lets %s out as %s', (type, physical, out) => {
  expect(rowValue(type)(physical)).toEqual(out)
  expect(rowValue(type)(null)).toBeNull()
})

test('timestamps leave in no form that is not there', () => {
  const options = { timestamps: 'epoch' as 'iso' }
  expect(() => rowValue({ type: 'timestamp' }, options)).toThrow("expected 'iso', 'date' or 'micros', found the text")
})

test('timestamps leave as Date, rounded down, or as microseconds', () => {
  expect(rowValue({ type: 'timestamp' }, { timestamps: 'date' })(-1)).toEqual(new Date(-1))
  expect(rowValue({ type: 'timestamp_ntz' }, { timestamps: 'date' })(1999)).toEqual(new Date(1))
  expect(rowValue({ type: 'timestamp' }, { timestamps: 'micros' })(-1)).toBe(-1n)
  expect(rowValue({ type: 'date' }, { timestamps: 'date' })(0)).toBe('1970-01-01')
})

test('a column of type void is all null', () => {
  expect(rowValue({ type: 'void' })(null)).toBeNull()
})

describe('values with parts', () => {
  const price: DeltaType = { type: 'decimal', precision: 5, scale: 2 }
  const prices: DeltaType = { type: 'array', elementType: price, containsNull: true }
  const byDay: DeltaType = { type: 'map', keyType: { type: 'date' }, valueType: prices, valueContainsNull: true }
  const fields = [field('prices', prices), field('byDay', byDay), field('__proto__', price)]

  test('leave as objects with every field, arrays and Maps, nulls and empties told apart', () => {
    const out = rowValue({ type: 'struct', fields })
    expect(
      out({
        prices: [150, null],
        byDay: new Map([
          [0, []],
          [1, null],
        ]),
        ['__proto__']: null,
      }),
    ).toEqual({
      prices: ['1.50', null],
      byDay: new Map([
        ['1970-01-01', []],
        ['1970-01-02', null],
      ]),
      ['__proto__']: null,
    })
    expect(Object.keys(out({ prices: null, byDay: new Map(), ['__proto__']: 1 }) as object)).toEqual([
      'prices',
      'byDay',
      '__proto__',
    ])
    expect(out(null)).toBeNull()
  })

  test('are not copied where nothing changes', () => {
    const texts: DeltaType = { type: 'array', elementType: { type: 'string' }, containsNull: true }
    const value = { a: ['x', null] }
    expect(rowValue({ type: 'struct', fields: [field('a', texts)] })(value)).toBe(value)
  })

  test('of another kind than the type are our own fault', () => {
    for (const type of [prices, byDay, { type: 'struct', fields } as const]) {
      expect(() => rowValue(type)(1)).toThrow(expect.objectContaining({ code: 'internal' }))
    }
  })
})

test('a variant is in the form of rows already', () => {
  const value = { a: [1, null, '1.50'] }
  expect(rowValue({ type: 'variant' })(value)).toBe(value)
  expect(rowValue({ type: 'variant' })(null)).toBeNull()
})

test('a value of the wrong physical kind is our own fault', () => {
  expect(() => rowValue({ type: 'date' })('2026-01-02')).toThrow(expect.objectContaining({ code: 'internal' }))
})
