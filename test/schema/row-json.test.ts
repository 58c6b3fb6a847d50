import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/json.ts'
import { caster, type DeltaType, formatRowJson, rowValue, type StructType } from '../../src/schema/index.ts'
import { field, samples, schemaOf, typedValues } from './arbitrary.ts'

function printed(type: DeltaType, value: unknown): string {
  return formatRowJson(schemaOf(type))({ c: value }).slice('{"c":'.length, -1)
}

test.each<[DeltaType, unknown, string]>([
  [{ type: 'long' }, 9007199254740993n, '9007199254740993'],
  [{ type: 'long' }, -5, '-5'],
  [
    { type: 'decimal', precision: 38, scale: 2 },
    '123456789012345678901234567890.10',
    '123456789012345678901234567890.10',
  ],
  [{ type: 'double' }, 1e21, '1e+21'],
  [{ type: 'double' }, -0, '-0.0'],
  [{ type: 'double' }, Number.NaN, '"NaN"'],
  [{ type: 'float' }, Number.NEGATIVE_INFINITY, '"-Infinity"'],
  [{ type: 'float' }, Math.fround(0.1), '0.10000000149011612'],
  [{ type: 'boolean' }, false, 'false'],
  [{ type: 'string' }, 'a"\n\u2028', '"a\\"\\n\u2028"'],
  [{ type: 'binary' }, Uint8Array.of(1, 2, 255), '"AQL/"'],
  [{ type: 'date' }, '2026-01-02', '"2026-01-02"'],
  [{ type: 'timestamp' }, '2026-01-02T03:04:05.123456Z', '"2026-01-02T03:04:05.123456Z"'],
  [{ type: 'timestamp' }, new Date(0), '"1970-01-01T00:00:00.000000Z"'],
  [{ type: 'timestamp_ntz' }, 1n, '"1970-01-01T00:00:00.000001"'],
  [{ type: 'long' }, null, 'null'],
  [{ type: 'long' }, undefined, 'null'],
])('%o prints %s as %s', (type, value, json) => {
  expect(printed(type, value)).toBe(json)
})

test('a line has every column, in the order of the schema, and nothing else', () => {
  const schema: StructType = {
    type: 'struct',
    fields: ['b', 'a "quoted"', 'c'].map((name) => ({ name, type: { type: 'long' }, nullable: true, metadata: {} })),
  }
  expect(formatRowJson(schema)({ c: 1, extra: 2, b: 3 })).toBe('{"b":3,"a \\"quoted\\"":null,"c":1}')
  expect(formatRowJson({ type: 'struct', fields: [] })({})).toBe('{}')
})

describe('a value that is not of its type', () => {
  test.each<[DeltaType, unknown]>([
    [{ type: 'long' }, 1.5],
    [{ type: 'long' }, '1'],
    [{ type: 'decimal', precision: 5, scale: 2 }, '1e2'],
    [{ type: 'decimal', precision: 5, scale: 2 }, '1,"x":2'],
    [{ type: 'boolean' }, 'true'],
    [{ type: 'timestamp' }, new Date(Number.NaN)],
    [{ type: 'void' }, 1],
  ])('%o, %s is refused', (type, value) => {
    expect(() => printed(type, value)).toThrow(/^column c: expected .* to print, found /)
  })
})

const STRING_LONG: DeltaType = {
  type: 'map',
  keyType: { type: 'string' },
  valueType: { type: 'long' },
  valueContainsNull: true,
}
const DATE_LONG: DeltaType = { ...STRING_LONG, keyType: { type: 'date' } }
const NESTED: DeltaType = {
  type: 'array',
  elementType: {
    type: 'struct',
    fields: [field('m', STRING_LONG), field('d', DATE_LONG), field('__proto__', { type: 'long' })],
  },
  containsNull: true,
}

describe('values with parts', () => {
  test('print as objects and arrays, maps without string keys as arrays of entries', () => {
    const value = [
      { m: new Map([['a', 9007199254740993n]]), d: new Map([['2026-01-02', null]]) },
      { m: new Map(), d: null, ['__proto__']: 1 },
      null,
    ]
    expect(printed(NESTED, value)).toBe(
      '[{"m":{"a":9007199254740993},"d":[{"key":"2026-01-02","value":null}],"__proto__":null},' +
        '{"m":{},"d":null,"__proto__":1},null]',
    )
    expect(printed(NESTED, [])).toBe('[]')
  })

  test('name the place of what is not of its type', () => {
    expect(() => printed(NESTED, [null, { m: new Map([['x', 'y']]) }])).toThrow(
      expect.objectContaining({ code: 'invalid-argument', details: { column: 'c' } }),
    )
    expect(() => printed(NESTED, [null, { m: new Map([['x', 'y']]) }])).toThrow(
      'column c[1].m{"x"}: expected long to print, found the text "y"',
    )
    expect(() => printed(NESTED, [{ d: new Map([[1, 1]]) }])).toThrow('column c[0].d{1}: expected date to print')
    expect(() => printed(NESTED, {})).toThrow('column c: expected array<')
    expect(() => printed(STRING_LONG, { a: 1 })).toThrow('found an object')
  })
})

test('a variant is printed as JSON, whatever is in it', () => {
  const value = { a: [1, null, 2n ** 60n, -0, Number.NaN], b: { c: '1.50', d: Uint8Array.of(1) }, ['__proto__']: true }
  const json = '{"a":[1,null,1152921504606846976,-0.0,"NaN"],"b":{"c":"1.50","d":"AQ=="},"__proto__":true}'
  expect(printed({ type: 'variant' }, value)).toContain(json)
  expect(printed({ type: 'variant' }, null)).toContain('null')
})

test('a printed row parses and goes in again as the same physical values', () => {
  fc.assert(
    fc.property(typedValues(), ([type, values]) => {
      const out = rowValue(type)
      for (const value of values) {
        const parsed = parseJson(printed(type, out(value)))
        expect(caster(type)(parsed)).toEqual(value)
      }
    }),
  )
})

test('a printed row with parts parses and goes in again as the same physical values', () => {
  fc.assert(
    fc.property(samples({ maxLength: 3 }), ({ schema, physical, rows }) => {
      const print = formatRowJson(schema)
      expect(rows.map((row) => caster(schema)(parseJson(print(row))))).toEqual(physical)
    }),
  )
})
