import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DeltaError } from '../src/errors.ts'
import { formatJson, isJsonObject, JsonNumber, type JsonValue, parseJson } from '../src/json.ts'

describe('parsing', () => {
  test.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -9223372036854775808n],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
    ['1.5', 1.5],
    ['1e5', 100000],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['5e-324', 5e-324],
    ['0.1000', 0.1],
    ['100000000000000000000.0', 1e20],
  ])('reads the number %s exactly', (text, value) => {
    expect(parseJson(text)).toBe(value)
  })

  test.each(['0.12345678901234567890', '12345678901234567.1', '1e400', '-1e999', '1e-400'])(
    'keeps the digits of %s, which no double holds',
    (text) => {
      expect(parseJson(text)).toEqual(new JsonNumber(text))
    },
  )

  test('keeps an integer of absurd length as text', () => {
    const text = `1${'0'.repeat(2000)}`
    expect(parseJson(text)).toEqual(new JsonNumber(text))
  })

  test('keeps the sign of a negative zero', () => {
    expect(parseJson('-0')).toBe(-0)
    expect(parseJson('[-0.0, 1234567890123456789]')).toEqual([-0, 1234567890123456789n])
  })

  test('leaves digits inside strings alone', () => {
    expect(parseJson('{"a":"12345678901234567890","b":"\\u00e4\\"\\\\"}')).toEqual({
      a: '12345678901234567890',
      b: 'ä"\\',
    })
  })

  test('makes "__proto__" a key like any other', () => {
    const parsed = parseJson('{"__proto__":{"polluted":true},"long":12345678901234567890}')
    expect(Object.keys(isJsonObject(parsed) ? parsed : {})).toEqual(['__proto__', 'long'])
    expect(Reflect.get(parsed as object, 'polluted')).toBeUndefined()
  })

  test.each([
    ['', 'expected a value, found the end of the text'],
    ['{"a":1,}', 'line 1, character 8: expected a quoted key, found "}"'],
    ['{"a" 1}', 'expected ":"'],
    ['[1 2]', 'expected "," or "]", found "2]"'],
    ['{"a":1 "b":2}', 'expected "," or "}"'],
    ['[1]\n\nx', 'line 3, character 1: expected nothing more'],
    ['01', 'character 1: expected a value'],
    ['+1', 'expected a value'],
    ['nul', 'expected a value'],
    ['"abc', 'expected a string that is closed and well escaped'],
    ['"a\tb"', 'expected a string that is closed and well escaped'],
    ['[NaN]', 'expected a value, found "NaN]"'],
  ])('refuses %j and names the place', (text, message) => {
    expect(() => parseJson(text, 'the commit')).toThrow(message)
    expect(() => parseJson(text, 'the commit')).toThrow(/^the commit is not valid JSON: line /)
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'invalid-data' }))
  })

  test('refuses nesting that only an attacker writes, whatever brackets stand in strings', () => {
    expect(() => parseJson('['.repeat(100_000))).toThrow('at most 500 levels of nesting')
    expect(() => parseJson('{"a":'.repeat(600))).toThrow('at most 500 levels')
    expect(parseJson(JSON.stringify(['['.repeat(600), '\\"{']))).toEqual(['['.repeat(600), '\\"{'])
    expect(parseJson('['.repeat(500) + ']'.repeat(500))).toBeInstanceOf(Array)
  })

  test('is not slowed down by a long run of zeros inside a number', () => {
    // A backtracking trim takes minutes for this text, so the test would time out.
    const text = `1${'0'.repeat(400_000)}1.5`
    expect(parseJson(text)).toEqual(new JsonNumber(text))
  })
})

describe('printing', () => {
  test('prints bigint and exact numbers as bare tokens', () => {
    expect(formatJson({ a: 9007199254740993n, b: new JsonNumber('999.990'), c: -0 })).toBe(
      '{"a":9007199254740993,"b":999.990,"c":-0}',
    )
  })

  test('leaves undefined members out and writes null for undefined items', () => {
    expect(formatJson({ a: undefined, b: null })).toBe('{"b":null}')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %s', (value) => {
    expect(() => formatJson({ value })).toThrow(DeltaError)
  })

  test('refuses to hold a number that is not written as JSON writes it', () => {
    for (const text of ['', '1.', '.5', '01', '+1', '1e', 'NaN', '0x10']) {
      expect(() => new JsonNumber(text)).toThrow('not a JSON number')
    }
  })
})

/** Every kind of JSON value, in the one form in which it is parsed. */
const jsonValue = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.string({ unit: 'grapheme' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n)),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 127n }),
    fc.bigInt({ min: -(2n ** 127n), max: -(2n ** 53n) }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value

test('parsing gives back what was printed', () => {
  fc.assert(
    fc.property(jsonValue, (value) => {
      expect(parseJson(formatJson(value))).toEqual(value)
    }),
  )
})

test('agrees with JSON.parse on every text without long numbers', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(' ', '\n', '\t'), (text, space) => {
      const spaced = `${space}[${space}${text}${space},${space}12345678901234567890${space}]`
      const [value] = parseJson(spaced) as JsonValue[]
      const expected: unknown = JSON.parse(text)
      // Doubles that are whole numbers beyond 2^53 come back as bigint: compare by their own text.
      expect(JSON.stringify(value, bigintAsNumber)).toBe(JSON.stringify(expected))
    }),
  )
})

function bigintAsNumber(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  return value instanceof JsonNumber ? Number(value.text) : value
}
