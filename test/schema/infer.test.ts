import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonNumber, parseJson } from '../../src/json.ts'
import { caster, inferSchema, type Row, rowsAsText, schemaInference, toText, typeName } from '../../src/schema/index.ts'

function inferred(...values: unknown[]): string {
  const [field] = inferSchema(values.map((c) => ({ c }))).schema.fields
  return field === undefined ? 'nothing' : typeName(field.type)
}

describe('a column becomes', () => {
  test.each<[string, unknown[]]>([
    ['long', [1, 2, null]],
    ['long', [1, 2n ** 63n - 1n]],
    ['long', [5n]],
    ['double', [1, 2.5]],
    ['double', [Number.NaN]],
    ['double', [1e300, 2n ** 60n]],
    ['double', [-0]],
    ['double', [24734224883908610n, 0.5]],
    ['double', [new JsonNumber('0.12345678901234567890'), 1]],
    ['decimal(38,0)', [1, 2n ** 63n]],
    ['double', [15000000000000000000n, 0.5]],
    ['string', [15000000000000000001n, 0.5]],
    ['decimal(38,0)', [-(10n ** 37n), 2n ** 62n + 1n]],
    ['string', [10n ** 38n]],
    ['string', [2n ** 62n + 1n, 0.5]],
    ['string', [new JsonNumber('1e400')]],
    ['boolean', [true, undefined, false]],
    ['string', ['2026-01-02', '007', 'true']],
    ['timestamp', [new Date(0)]],
    ['binary', [new Uint8Array(1)]],
    ['string', [1, 'a']],
    ['string', [true, 1]],
    ['string', [new Date(0), 'x']],
    ['string', [null, undefined]],
  ])('%s for %o', (type, values) => {
    expect(inferred(...values)).toBe(type)
    expect(inferred(...values.toReversed())).toBe(type)
  })
})

test('columns come in the order in which they first appear, nullable', () => {
  const { schema } = inferSchema([{ b: 1 }, { a: 'x', b: 2 }, { c: true }])
  expect(schema.fields.map((field) => field.name)).toEqual(['b', 'a', 'c'])
  expect(schema.fields.every((field) => field.nullable)).toBe(true)
})

test('a compromise is told, once a column', () => {
  const { notices } = inferSchema([
    { a: 1, b: null, c: 1, d: 2n ** 64n },
    { a: 'x', c: 2, e: parseJson('0.1000000000000000000001') },
    { a: true },
  ])
  expect(notices).toEqual([
    'column a mixes booleans, whole numbers and text: taken as string',
    'column b has no value at all: taken as string',
    'column d has whole numbers beyond 64 bits: taken as decimal(38,0)',
    expect.stringContaining('column e has fractions with more digits than a double holds: taken as double'),
  ])
})

describe('refusals name the row and the column, and what to do', () => {
  test.each([
    [{ a: { b: 1 } }, 'row 2, column a: found an object, and nested values are not supported: flatten it'],
    [{ a: [1, 2, 3] }, 'row 2, column a: found an array of 3'],
    [{ a: new Map() }, 'row 2, column a: found a Map of 0'],
  ])('%o', (row, message) => {
    expect(() => inferSchema([{ a: 1 }, row])).toThrow(message)
    expect(() => inferSchema([{ a: 1 }, row])).toThrow(
      expect.objectContaining({ code: 'unsupported', details: { row: 2, column: 'a' } }),
    )
  })

  test.each([1, 'text', null, [1]])('a row that is %s', (row) => {
    expect(() => inferSchema([row as unknown as Row])).toThrow(/^row 1: expected an object, found/)
  })

  test('a function is no value', () => {
    expect(() => inferSchema([{ a: () => 1 }])).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})

test('rows may come in batches, and are counted through', () => {
  const inference = schemaInference()
  inference.add([{ a: 1 }, { a: 2 }])
  inference.add([{ a: 2.5 }])
  expect(inference.result().schema.fields.map((field) => field.type)).toEqual([{ type: 'double' }])
  expect(() => inference.add([{ a: {} }])).toThrow('row 4, column a')
})

describe('mixed columns as text', () => {
  test.each([
    [1.5, '1.5'],
    [-0, '-0.0'],
    [10n ** 30n, `1${'0'.repeat(30)}`],
    [new JsonNumber('1.10'), '1.10'],
    [true, 'true'],
    ['x', 'x'],
    [new Date(1), '1970-01-01T00:00:00.001000Z'],
    [Uint8Array.of(255), '/w=='],
    [null, null],
    [undefined, null],
  ])('%s is written as %s', (value, text) => {
    expect(toText(value)).toBe(text)
  })

  test('a nested value has no text', () => {
    expect(() => toText({})).toThrow('expected a scalar')
    expect(() => toText(new Date(Number.NaN))).toThrow('an invalid Date')
  })

  test('only the named columns are touched, and a row without such columns is itself', () => {
    const row = { a: 1, b: 2 }
    expect(rowsAsText([{ path: ['a'], as: 'text' }])(row)).toEqual({ a: '1', b: 2 })
    expect(rowsAsText([])(row)).toBe(row)
  })
})

const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double(),
  fc.integer(),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
  fc.string({ unit: 'binary' }),
  fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') }),
  fc.uint8Array(),
  fc.constantFrom(...['0.12345678901234567890', '1e400', '12345678901234567.5'].map((text) => new JsonNumber(text))),
)

test('the inferred schema takes every row that it was inferred from', () => {
  const column = fc.oneof(fc.array(scalar), fc.array(fc.integer()), fc.array(fc.oneof(fc.integer(), fc.double())))
  fc.assert(
    fc.property(column, (values) => {
      const rows = values.map((c) => ({ c }))
      const { schema, textColumns } = inferSchema(rows)
      const asText = rowsAsText(textColumns)
      for (const { name, type } of schema.fields) {
        const cast = caster(type)
        for (const row of rows) expect(() => cast(asText(row)[name])).not.toThrow()
      }
    }),
    { numRuns: 500 },
  )
})
