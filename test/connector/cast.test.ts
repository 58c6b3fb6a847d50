import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { castValue, type ValuePolicy } from '../../src/connector/index.ts'
import { JsonNumber } from '../../src/json.ts'
import { describeValue } from '../../src/schema/index.ts'

const FAILED = { value: null, problem: 'CAST_FAILED' }

/** Value in, value out; `FAILED` where it does not fit. */
const cases: Readonly<Record<ValuePolicy, readonly (readonly [given: unknown, value: unknown])[]>> = {
  TO_STRING: [
    ['', ''],
    [' a ', ' a '],
    ['NaN', 'NaN'],
    [12.5, '12.5'],
    [true, 'true'],
    [9007199254740993n, '9007199254740993'],
    [new JsonNumber('0.10'), '0.10'],
    [{ b: 1, a: { _secret: 1, c: null } }, '{"b":1,"a":{"c":null}}'],
    [[1, { __id__: 'x' }], '[1,{}]'],
    [Number.NaN, FAILED],
    [new Date(0), FAILED],
    [() => 1, FAILED],
  ],
  TRY_NUMBER: [
    [0.1, 0.1],
    ['12', 12],
    [' -1.5e3\n', -1500],
    ['007', 7],
    [new JsonNumber('0.12345678901234567890'), 0.12345678901234568],
    [9007199254740992n, 9007199254740992],
    ['1,000.5', FAILED],
    ['1.000,5', FAILED],
    ['1 000', FAILED],
    ['.5', FAILED],
    ['5.', FAILED],
    ['+5', FAILED],
    ['0x10', FAILED],
    ['1e999', FAILED],
    ['NaN', FAILED],
    ['Infinity', FAILED],
    ['', FAILED],
    [Number.POSITIVE_INFINITY, FAILED],
    [true, FAILED],
    [{}, FAILED],
  ],
  TRY_BOOLEAN: [
    [false, false],
    ['TRUE', true],
    ['false', false],
    [1, true],
    [0, false],
    [2, FAILED],
    ['1', FAILED],
    ['yes', FAILED],
    [' true', FAILED],
    ['', FAILED],
  ],
  TRY_DATE_ISO: [
    ['2026-01-02', '2026-01-02'],
    ['2024-02-29', '2024-02-29'],
    ['0001-01-01', '0001-01-01'],
    // The day that is written, not the day in UTC.
    ['2026-01-02T23:30:00-05:00', '2026-01-02'],
    ['0001-01-01T00:00:00+05:00', '0001-01-01'],
    ['2026-01-02 03:04', '2026-01-02'],
    ['2026-02-29', FAILED],
    ['2026-01-02T25:00:00Z', FAILED],
    ['2026-01-02T', FAILED],
    ['2026-1-2', FAILED],
    ['02.01.2026', FAILED],
    ['0000-01-01', FAILED],
    [20260102, FAILED],
    ['', FAILED],
  ],
  TRY_TIMESTAMP_ISO_UTC: [
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000000Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000000Z'],
    ['2026-01-02T03:04', '2026-01-02T03:04:00.000000Z'],
    ['2026-01-02T03:04:05.123456789+02:00', '2026-01-02T01:04:05.123456Z'],
    ['2026-01-02 03:04:05.5-0530', '2026-01-02T08:34:05.500000Z'],
    ['2026-01-02T23:59:59.9999999Z', '2026-01-02T23:59:59.999999Z'],
    ['2026-01-02', FAILED],
    ['2026-02-30T00:00:00Z', FAILED],
    ['2026-01-02T03:04:60Z', FAILED],
    ['0001-01-01T00:00:00+01:00', FAILED],
    ['1767322800', FAILED],
    [1767322800000, FAILED],
    ['', FAILED],
  ],
  MONEY_MINOR_UNITS: [
    [
      { amount: 12450, currencyCode: 'USD' },
      { amount: '12450.0000', currencyCode: 'USD' },
    ],
    // Yen have no smaller unit: the amount is kept as it comes, whatever the currency.
    [
      { amount: 500, currencyCode: 'JPY', _raw: '¥500' },
      { amount: '500.0000', currencyCode: 'JPY' },
    ],
    [
      { amount: 0.5, currencyCode: null },
      { amount: '0.5000', currencyCode: null },
    ],
    [
      { amount: null, currencyCode: 'USD' },
      { amount: null, currencyCode: 'USD' },
    ],
    [12450, { amount: '12450.0000', currencyCode: null }],
    [-1n, { amount: '-1.0000', currencyCode: null }],
    [{ amount: '12450', currencyCode: 'USD' }, FAILED],
    [{ amount: 0.00001, currencyCode: 'USD' }, FAILED],
    [{ amount: 1e16, currencyCode: 'USD' }, FAILED],
    [{ amount: 1, currencyCode: 840 }, FAILED],
    [{ amount: Number.NaN }, FAILED],
    ['$124.50', FAILED],
    [{}, FAILED],
    [[12450], FAILED],
  ],
  JSON_TEXT: [
    [{ z: 1, a: [true, null, 'x"y'] }, '{"z":1,"a":[true,null,"x\\"y"]}'],
    [{ a: [{ _b: 1, c: { __d__: 2, e: 3 } }], _f: 4 }, '{"a":[{"c":{"e":3}}]}'],
    [[], '[]'],
    ['text', '"text"'],
    [12345678901234567890n, '12345678901234567890'],
    [{ a: undefined, b: [undefined] }, '{"b":[null]}'],
    [{ a: Number.NaN }, FAILED],
    [{ a: new Map() }, FAILED],
  ],
}

describe.each(Object.keys(cases) as ValuePolicy[])('%s', (policy) => {
  const shown = cases[policy].map(([given, value]) => ({ shown: describeValue(given), given, value }))
  test.each(shown)('$shown', ({ given, value }) => {
    expect(castValue(policy, given)).toEqual(value === FAILED ? FAILED : { value })
  })

  test.each([null, undefined])('%s is null, and no problem', (nothing) => {
    expect(castValue(policy, nothing)).toEqual({ value: null })
  })

  test('never throws, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
        (given) => {
          const { value, problem } = castValue(policy, given)
          if (problem === 'CAST_FAILED') expect(value).toBeNull()
        },
      ),
    )
  })
})

test('a whole number beyond 2^53 is said to have lost precision', () => {
  expect(castValue('TRY_NUMBER', '9007199254740993')).toEqual({ value: 9007199254740992, problem: 'PRECISION_LOSS' })
  expect(castValue('TRY_NUMBER', '-9007199254740993')).toEqual({ value: -9007199254740992, problem: 'PRECISION_LOSS' })
  expect(castValue('TRY_NUMBER', '9007199254740992')).toEqual({ value: 9007199254740992 })
  expect(castValue('TRY_NUMBER', `${'0'.repeat(100_000)}1`)).toEqual({ value: 1 })
})

test('half a surrogate pair is replaced, and said to be', () => {
  expect(castValue('TO_STRING', 'a\ud800b')).toEqual({ value: 'a\ufffdb', problem: 'ILL_FORMED_TEXT' })
  expect(castValue('MONEY_MINOR_UNITS', { amount: 1, currencyCode: '\udc00' })).toEqual({
    value: { amount: '1.0000', currencyCode: '\ufffd' },
    problem: 'ILL_FORMED_TEXT',
  })
  expect(castValue('JSON_TEXT', ['\ud800'])).toEqual({ value: '["\\ud800"]' })
})

test('a nesting without end does not fit', () => {
  const circle: unknown[] = []
  circle.push(circle)
  expect(castValue('JSON_TEXT', circle)).toEqual(FAILED)
})

test('JSON text is what JSON.stringify makes of public JSON', () => {
  const key = fc.string().filter((name) => !name.startsWith('_'))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      ),
      fc.array(tie('tree')),
      fc.dictionary(key, tie('tree')),
    ),
  }))
  fc.assert(
    fc.property(tree, (json) => {
      if (json !== null) expect(castValue('JSON_TEXT', json)).toEqual({ value: JSON.stringify(json) })
    }),
  )
})
