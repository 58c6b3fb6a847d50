import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/json.ts'
import { caster, type DeltaType, formatRowJson, rowValue, type StructType } from '../../src/schema/index.ts'
import { schemaOf, typedValues } from './arbitrary.ts'

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

test('a nested column is refused', () => {
  expect(() => formatRowJson(schemaOf({ type: 'array', elementType: { type: 'long' }, containsNull: true }))).toThrow(
    'array<long>',
  )
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
