import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonNumber } from '../../src/json.ts'
import { CastError, caster, type DeltaType, leafCaster, rowValue } from '../../src/schema/index.ts'
import { typedValues } from './arbitrary.ts'

function cast(type: DeltaType, value: unknown): unknown {
  return caster(type)(value)
}

test('null and undefined are null in every type', () => {
  fc.assert(
    fc.property(typedValues(), ([type]) => {
      expect(cast(type, null)).toBeNull()
      expect(cast(type, undefined)).toBeNull()
    }),
  )
})

test('a row that came out goes in again unchanged, whatever the form of its timestamps', () => {
  fc.assert(
    fc.property(typedValues(), fc.constantFrom('iso', 'micros'), ([type, values], timestamps) => {
      const out = rowValue(type, { timestamps })
      for (const value of values) expect(cast(type, out(value))).toEqual(value)
    }),
  )
})

describe('text', () => {
  test('takes nothing but text', () => {
    expect(cast({ type: 'string' }, 'ä😀')).toBe('ä😀')
    for (const value of [1, true, 1n, new Date(0), {}]) expect(() => cast({ type: 'string' }, value)).toThrow(CastError)
  })

  test('refuses half a surrogate pair, and says where', () => {
    expect(() => cast({ type: 'string' }, 'ab\ud83d')).toThrow('half a surrogate pair (U+D83D) at character 3')
    expect(() => cast({ type: 'string' }, '\ude00\ud83d')).toThrow('(U+DE00) at character 1')
  })
})

test('booleans are true or false, nothing else', () => {
  expect(cast({ type: 'boolean' }, false)).toBe(false)
  for (const value of [0, 1, 'true', '']) expect(() => cast({ type: 'boolean' }, value)).toThrow(CastError)
})

describe('bytes', () => {
  test('are taken as they are, or from padded base64', () => {
    const bytes = Uint8Array.of(1, 2, 255)
    expect(cast({ type: 'binary' }, bytes)).toBe(bytes)
    expect(cast({ type: 'binary' }, 'AQL/')).toEqual(bytes)
    expect(cast({ type: 'binary' }, '')).toEqual(new Uint8Array())
  })

  test.each(['AQL', 'AQL_', 'AQ=', 'AQI==', 'not base64!', ' AQL/', 'A==='])('refuses %j', (text) => {
    expect(() => cast({ type: 'binary' }, text)).toThrow('expected binary')
  })
})

describe('a refusal', () => {
  test('says what was expected and what was found', () => {
    const refused = (): unknown => cast({ type: 'long' }, '12')
    expect(refused).toThrow(CastError)
    expect(refused).toThrow(
      expect.objectContaining({ expected: 'long, a whole number of 64 bits', found: 'the text "12"' }),
    )
  })

  test.each([
    ['x'.repeat(1000), /^the text "x{39}…"$/],
    ['\n"😀', 'the text "\\n\\"😀"'],
    [new Date(Number.NaN), 'an invalid Date'],
    [new Date(0), 'the Date 1970-01-01T00:00:00.000Z'],
    [new JsonNumber('1.5'), 'the number 1.5'],
    [-0.5, 'the number -0.5'],
    [10n ** 60n, /^the number 10{38}…$/],
    [[1, 2], 'an array of 2'],
    [{ secret: 'x' }, 'an object'],
    [{ constructor: 'x' }, 'an object'],
    [Object.create(null), 'an object'],
    [new Set(['x']), 'an instance of Set'],
    [new (class {})(), 'an object'],
    [() => 1, 'a function'],
    [Symbol('x'), 'a symbol'],
    [new Uint8Array(3), '3 bytes'],
  ])('shows %o shortly', (value, found) => {
    const type: DeltaType = { type: 'integer' }
    expect(() => cast(type, value)).toThrow(
      expect.objectContaining({ found: typeof found === 'string' ? found : expect.stringMatching(found) }),
    )
  })
})

test('a column of void takes nothing but null', () => {
  expect(cast({ type: 'void' }, null)).toBeNull()
  expect(() => cast({ type: 'void' }, 0)).toThrow('expected void, which holds nothing but null, found the number 0')
})

test('variant is refused by name, at any depth', () => {
  const type: DeltaType = { type: 'array', elementType: { type: 'variant' }, containsNull: true }
  expect(() => caster(type)).toThrow(expect.objectContaining({ code: 'unsupported' }))
  expect(() => caster(type)).toThrow('variant')
})

test('a type with parts has no caster of values without parts', () => {
  expect(() => leafCaster({ type: 'struct', fields: [] })).toThrow(expect.objectContaining({ code: 'unsupported' }))
})
