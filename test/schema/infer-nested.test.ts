import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonNumber } from '../../src/json.ts'
import {
  caster,
  checkWritableTypes,
  type InferredSchema,
  inferSchema,
  type Row,
  rowsAsText,
  toJsonText,
  typeName,
} from '../../src/schema/index.ts'
import { field, samples } from './arbitrary.ts'

function infer(...values: unknown[]): InferredSchema {
  return inferSchema(
    values.map((c) => ({ c })),
    { nested: true },
  )
}

function inferred(...values: unknown[]): string {
  const [column] = infer(...values).schema.fields
  return column === undefined ? 'nothing' : typeName(column.type)
}

/** The rows as they are written: what became text as text. */
function written(rows: readonly Row[]): unknown[] {
  const { schema, textColumns } = inferSchema(rows, { nested: true })
  return rows.map(rowsAsText(textColumns)).map(caster(schema))
}

describe('a column becomes', () => {
  test.each<[string, unknown[]]>([
    ['struct<a:long,b:string>', [{ a: 1, b: 'x' }, null]],
    ['struct<a:struct<b:double>>', [{ a: { b: 1 } }, { a: null }, { a: { b: 0.5 } }]],
    ['array<long>', [[1, null], [], [2n]]],
    ['array<double>', [[1], [0.5]]],
    ['array<array<boolean>>', [[[true], []], []]],
    ['array<struct<a:long>>', [[{ a: 1 }, {}, null]]],
    ['array<double>', [Float32Array.of(0.5)]],
    ['array<long>', [BigInt64Array.of(1n)]],
    ['map<string,long>', [new Map([['a', 1]]), new Map()]],
    ['map<timestamp,array<string>>', [new Map([[new Date(0), ['x']]])]],
    ['binary', [new Uint8Array(1)]],
    ['array<string>', [[1], ['a']]],
    ['string', [{ a: 1 }, [1]]],
    ['string', [{ a: 1 }, 'x']],
    ['string', [[1], 1]],
    ['string', [new Map([['a', 1]]), { a: 1 }]],
    ['string', [{}, {}]],
  ])('%s for %o', (type, values) => {
    expect(inferred(...values)).toBe(type)
    expect(inferred(...values.toReversed())).toBe(type)
  })
})

test('the fields of a struct are all that any object has, in the order in which they first appear, nullable', () => {
  expect(infer({ b: 1 }, { a: 'x', b: 2 }, { c: true }).schema.fields[0]?.type).toEqual({
    type: 'struct',
    fields: [field('b', { type: 'long' }), field('a', { type: 'string' }), field('c', { type: 'boolean' })],
  })
})

test('a compromise is told, with the way down to it', () => {
  expect(infer({ a: [1, 'x'], b: [] }, { a: null, d: { e: {} } }, { m: new Map([['k', 2n ** 64n]]) }).notices).toEqual([
    'column c.a[] mixes whole numbers and text: taken as string',
    'column c.b[] has no value at all: taken as string',
    'column c.d.e has nothing but empty objects: taken as JSON text',
    'column c.m{} has whole numbers beyond 64 bits: taken as decimal(38,0)',
  ])
  expect(infer({ a: 1 }, [1], 'x', new Map()).notices).toEqual([
    'column c mixes text, objects, arrays and maps: taken as JSON text',
  ])
  expect(infer([]).notices).toEqual(['column c[] has no value at all: taken as string'])
})

describe('mixed values are written as text', () => {
  test('as JSON where some have parts, so that every one can be parsed', () => {
    const rows = [{ c: { a: [1, undefined] } }, { c: 'x' }, { c: null }, {}, { c: 5 }]
    expect(written(rows)).toEqual([{ c: '{"a":[1,null]}' }, { c: '"x"' }, { c: null }, { c: null }, { c: '5' }])
  })

  test('also inside of structs, arrays and maps', () => {
    const rows = [
      { c: [{ a: 1, k: 1 }, { a: 'x', k: 2 }, null], m: new Map<unknown, unknown>([[1, [1, { b: 2 }]]]) },
      { c: [{}], m: new Map([['x', null]]) },
    ]
    expect(written(rows)).toEqual([
      { c: [{ a: '1', k: 1 }, { a: 'x', k: 2 }, null], m: new Map([['1', ['1', '{"b":2}']]]) },
      { c: [{ a: null, k: null }], m: new Map([['x', null]]) },
    ])
    expect(rows[0]?.c).toEqual([{ a: 1, k: 1 }, { a: 'x', k: 2 }, null])
  })

  test('but not where a schema that was given wants something else', () => {
    const mixed = [{ path: ['c', 'element'], as: 'text' }] as const
    const listOf = (type: 'string' | 'long') =>
      ({ type: 'struct', fields: [field('c', { type: 'array', elementType: { type }, containsNull: true })] }) as const
    expect(rowsAsText(mixed, listOf('string'))({ c: [1] })).toEqual({ c: ['1'] })
    expect(rowsAsText(mixed, listOf('long'))({ c: [1] })).toEqual({ c: [1] })
    expect(rowsAsText(mixed, { type: 'struct', fields: [] })({ c: [1] })).toEqual({ c: [1] })
  })
})

describe('JSON text', () => {
  test.each<[unknown, string | null]>([
    [null, null],
    [undefined, null],
    ['a"', '"a\\""'],
    [1.5, '1.5'],
    [-0, '-0.0'],
    [Number.NaN, '"NaN"'],
    [10n ** 30n, `1${'0'.repeat(30)}`],
    [new JsonNumber('1.10'), '1.10'],
    [true, 'true'],
    [new Date(1), '"1970-01-01T00:00:00.001000Z"'],
    [Uint8Array.of(255), '"/w=="'],
    [{ a: [1, null, { b: undefined, c: 'x' }] }, '{"a":[1,null,{"c":"x"}]}'],
    [new Map<unknown, unknown>([['a', new Map()]]), '{"a":{}}'],
    [
      new Map([
        [1, 'x'],
        [2, undefined],
      ]),
      '[{"key":1,"value":"x"},{"key":2,"value":null}]',
    ],
    [Float32Array.of(1, 2), '[1,2]'],
  ])('of %o is %s', (value, text) => {
    expect(toJsonText(value)).toBe(text)
  })

  test('of what contains itself is refused', () => {
    const loop: unknown[] = []
    loop.push(loop)
    expect(() => toJsonText(loop)).toThrow('a value nests more than 100 levels deep')
    expect(() => toJsonText([() => 1])).toThrow('found a function')
  })
})

describe('what is no value is refused, with row and place', () => {
  const loop: Record<string, unknown> = {}
  loop.self = loop

  test.each<[unknown, string]>([
    [{ a: [1, () => 1] }, 'row 2, column c.a[1]: expected a value, an object, an array or a Map, found a function'],
    [new Map([['k', Symbol('x')]]), 'row 2, column c{"k"}: expected a value'],
    [Promise.resolve(1), 'row 2, column c: expected a value'],
    [[new Set()], 'row 2, column c[0]: expected a value'],
    [loop, 'expected at most 100 levels of nesting, found more; does it contain itself?'],
  ])('%o', (value, message) => {
    expect(() => infer(1, value)).toThrow(message)
    expect(() => infer(1, value)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', details: { row: 2, column: 'c' } }),
    )
  })
})

test('a hundred levels are inferred, and can be written', () => {
  let value: unknown = 1
  for (let level = 0; level < 100; level++) value = level % 2 === 0 ? [value] : { a: value }
  const { schema } = infer(value)
  checkWritableTypes(schema)
  expect(() => caster(schema)({ c: value })).not.toThrow()
})

const tree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(
      null,
      undefined,
      true,
      1,
      -0,
      0.5,
      2n ** 60n + 1n,
      'x',
      new Date(0),
      new JsonNumber('0.1'),
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'toString'), tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 2 }).map((values) => new Map(values.map((value, i) => [`k${i}`, value]))),
  ),
})).value

test('the inferred schema can be written, and takes every row that it was inferred from', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tree), { maxLength: 5 }), (rows) => {
      expect(() => written(rows)).not.toThrow()
      checkWritableTypes(inferSchema(rows, { nested: true }).schema)
    }),
    { numRuns: 500 },
  )
})

test('rows that a table gives out are inferred to take their values', () => {
  fc.assert(
    fc.property(samples({ maxLength: 4 }), ({ rows }) => {
      expect(() => written(rows)).not.toThrow()
    }),
  )
})

test('JSON text parses back to the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      fc.pre(value !== null)
      expect(JSON.parse(toJsonText(value) ?? '')).toEqual(value)
    }),
  )
})
