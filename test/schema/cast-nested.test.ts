import * as arrow from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CastError,
  caster,
  type DeltaType,
  isPhysicalStruct,
  type PhysicalTree,
  rowValue,
} from '../../src/schema/index.ts'
import { field, nestedTypes, samples, treeOf } from './arbitrary.ts'

const LONG: DeltaType = { type: 'long' }
const TEXT: DeltaType = { type: 'string' }

function arrayOf(elementType: DeltaType, containsNull = true): DeltaType {
  return { type: 'array', elementType, containsNull }
}

function mapOf(keyType: DeltaType, valueType: DeltaType, valueContainsNull = true): DeltaType {
  return { type: 'map', keyType, valueType, valueContainsNull }
}

function structOf(fields: Record<string, DeltaType>, nullable = true): DeltaType {
  return { type: 'struct', fields: Object.entries(fields).map(([name, type]) => field(name, type, nullable)) }
}

function cast(type: DeltaType, value: unknown): unknown {
  return caster(type)(value)
}

/** Where and why a value is refused: `path: expected, found`. */
function refused(type: DeltaType, value: unknown): string {
  try {
    cast(type, value)
  } catch (error) {
    if (error instanceof CastError) return `${error.path}: ${error.expected}; ${error.found}`
    throw error
  }
  return 'nothing'
}

test('a row that came out goes in again unchanged', () => {
  fc.assert(
    fc.property(samples({ maxLength: 5 }), ({ schema, physical, rows }) => {
      expect(rows.map(caster(schema))).toEqual(physical)
    }),
  )
})

test('no two physical values have one row form', () => {
  const pairs = nestedTypes().chain((type) => fc.tuple(fc.constant(type), treeOf(type), treeOf(type)))
  fc.assert(
    fc.property(pairs, ([type, a, b]) => {
      const out = rowValue(type)
      const same = (left: unknown, right: unknown): boolean => {
        try {
          expect(left).toStrictEqual(right)
          return true
        } catch {
          return false
        }
      }
      expect(same(out(a), out(b))).toBe(same(a, b))
    }),
  )
})

describe('structs', () => {
  const type = structOf({ a: LONG, b: TEXT })

  test('are objects: an absent field is null, a null struct is not a struct of nulls', () => {
    expect(cast(type, { a: 1 })).toEqual({ a: 1, b: null })
    expect(cast(type, { a: undefined, b: null })).toEqual({ a: null, b: null })
    expect(cast(type, {})).toEqual({ a: null, b: null })
    expect(cast(type, null)).toBeNull()
    expect(cast(type, Object.assign(Object.create(null), { b: 'x' }))).toEqual({ a: null, b: 'x' })
  })

  test('refuse a member that is no field, unless it is undefined like an absent one', () => {
    expect(refused(type, { a: 1, x: 2 })).toBe(': struct, an object of the fields a, b; the member "x"')
    expect(refused(type, { a: 1, b: 'x', x: null })).toContain('the member "x"')
    expect(cast(type, { a: 1, b: 'x', x: undefined })).toEqual({ a: 1, b: 'x' })
  })

  test.each([['text'], [1], [[1]], [new Date(0)], [new Map()], [new Set()], [new Uint8Array(1)]])(
    'are not %o',
    (value) => {
      expect(refused(type, value)).toContain(': struct, an object of its fields; ')
    },
  )

  test('may have fields with the names that every object has', () => {
    const odd = structOf({ constructor: LONG, toString: LONG, ['__proto__']: LONG })
    expect(cast(odd, {})).toEqual({ constructor: null, toString: null, ['__proto__']: null })
    const value = JSON.parse('{"constructor":1,"__proto__":2}')
    const physical = cast(odd, value)
    expect(Object.entries(physical as object)).toEqual([
      ['constructor', 1],
      ['toString', null],
      ['__proto__', 2],
    ])
  })

  test('give their getters, as the rows of a class', () => {
    class Point {
      get a(): number {
        return 5
      }
    }
    expect(cast(type, new Point())).toEqual({ a: 5, b: null })
  })
})

describe('arrays', () => {
  test('are arrays, empty and null told apart, holes null', () => {
    const holes = [1, 2, 3]
    delete holes[1]
    expect(cast(arrayOf(LONG), [])).toEqual([])
    expect(cast(arrayOf(LONG), null)).toBeNull()
    expect(cast(arrayOf(LONG), holes)).toEqual([1, null, 3])
  })

  test('may come as typed arrays and Arrow vectors', () => {
    expect(cast(arrayOf({ type: 'double' }), Float32Array.of(0.5, 2))).toEqual([0.5, 2])
    expect(cast(arrayOf(LONG), BigInt64Array.of(2n ** 62n, 1n))).toEqual([2n ** 62n, 1])
    expect(cast(arrayOf(LONG), arrow.vectorFromArray([1, null], new arrow.Int32()))).toEqual([1, null])
    const decimals = arrow.makeVector(
      arrow.makeData({ type: new arrow.Decimal(2, 10, 128), data: Uint32Array.of(150, 0, 0, 0) }),
    )
    expect(cast(arrayOf({ type: 'decimal', precision: 10, scale: 2 }), decimals)).toEqual([150])
  })

  test.each([['text'], [{ 0: 1, length: 1 }], [new Set([1])], [new DataView(new ArrayBuffer(8))], [new Map()]])(
    'are not %o',
    (value) => {
      expect(refused(arrayOf(LONG), value)).toContain(': array, an array or a typed array; ')
    },
  )
})

describe('maps', () => {
  const expected = new Map([
    ['b', 1],
    ['a', null],
  ])

  test.each([
    ['a Map', expected],
    ['an object', { b: 1, a: null }],
    ['an array of entries', [{ key: 'b', value: 1 }, { key: 'a' }]],
  ])('with string keys may come as %s', (_, value) => {
    expect(cast(mapOf(TEXT, LONG), value)).toEqual(expected)
  })

  test('are empty or null, which is not the same', () => {
    for (const empty of [new Map(), {}, []]) expect(cast(mapOf(TEXT, LONG), empty)).toEqual(new Map())
    expect(cast(mapOf(TEXT, LONG), null)).toBeNull()
  })

  test('with other keys may come as a Map or an array of entries, not as an object', () => {
    const type = mapOf({ type: 'date' }, LONG)
    expect(cast(type, [{ key: '1970-01-02', value: 1 }])).toEqual(new Map([[1, 1]]))
    expect(cast(type, new Map([[new Date(0), 1]]))).toEqual(new Map([[0, 1]]))
    expect(refused(type, { '1970-01-02': 1 })).toBe(': map, a Map or an array of {key, value}; an object')
  })

  test('do not take pairs, nor entries with more than a key and a value', () => {
    expect(refused(mapOf(TEXT, LONG), [['a', 1]])).toBe('[0]: an entry of a map, {key, value}; an array of 2')
    expect(refused(mapOf(TEXT, LONG), [{ key: 'a', val: 1 }])).toContain('an entry of a map')
    expect(refused(mapOf(TEXT, LONG), new Array(1))).toBe('[0]: an entry of a map, {key, value}; undefined')
    expect(refused(mapOf(TEXT, LONG), 'x')).toBe(': map, a Map, an object or an array of {key, value}; the text "x"')
  })

  test.each<[string, DeltaType, unknown, unknown]>([
    ['numbers', LONG, 1, 1n],
    ['zeros', { type: 'double' }, 0, -0],
    ['NaN', { type: 'double' }, Number.NaN, 'NaN'],
    ['bytes', { type: 'binary' }, Uint8Array.of(1), 'AQ=='],
    ['structs', structOf({ a: LONG }), { a: 1 }, { a: 1n }],
  ])('have each key once: %s', (_, keyType, key, again) => {
    expect(refused(mapOf(keyType, LONG), [{ key }, { key: again }])).toContain('each key of the map once; it again')
  })

  test('have no null key', () => {
    expect(refused(mapOf(TEXT, LONG), new Map([[null, 1]]))).toBe(
      '{null}: a key, because the keys of a map are never null; none',
    )
  })
})

describe('a refusal names the place', () => {
  const type = structOf({ b: arrayOf(structOf({ c: LONG })), m: mapOf(TEXT, arrayOf(LONG)), 'x y': LONG })

  test.each<[unknown, string]>([
    [{ b: [null, { c: 1 }, { c: 'x' }] }, '.b[2].c: long, a whole number of 64 bits; the text "x"'],
    [{ b: [{ d: 1 }] }, '.b[0]: struct, an object of the fields c; the member "d"'],
    [{ m: { 'k"': [1, 1.5] } }, '.m{"k\\""}[1]: long'],
    [{ m: new Map([[5, []]]) }, '.m{5}: string, a text; the number 5'],
    [{ 'x y': true }, '.`x y`: long'],
  ])('%o', (value, message) => {
    expect(refused(type, value)).toContain(message)
  })

  test.each<[DeltaType, unknown, string]>([
    [structOf({ a: LONG }, false), {}, '.a: a value, because the field is not nullable; none'],
    [arrayOf(LONG, false), [1, null], '[1]: a value, because the elements are not nullable; none'],
    [mapOf(LONG, LONG, false), new Map([[1, null]]), '{1}: a value, because the values are not nullable; none'],
  ])('where null is not allowed: %o', (type, value, message) => {
    expect(refused(type, value)).toBe(message)
  })
})

test('a hundred levels are taken in and let out, and a fault at the bottom has its whole path', () => {
  let type: DeltaType = LONG
  let value: unknown = 7
  let fault: unknown = 'x'
  for (let level = 0; level < 100; level++) {
    const wrap = (inner: unknown): unknown => [{ a: inner }, [inner], new Map([['k', inner]])][level % 3]
    type = [structOf({ a: type }), arrayOf(type), mapOf(TEXT, type)][level % 3] ?? type
    value = wrap(value)
    fault = wrap(fault)
  }
  const physical = caster(type)(value)
  expect(rowValue(type)(physical)).toEqual(value)
  expect(isPhysicalStruct(physical as PhysicalTree)).toBe(true)
  expect(refused(type, fault)).toMatch(/^(?:\.a|\{"k"\}|\[0\]){100}: long/)
})
