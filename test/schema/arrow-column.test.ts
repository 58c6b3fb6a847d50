import { readFileSync } from 'node:fs'
import * as arrow from 'apache-arrow'
import { describe, expect, test } from 'vitest'
import {
  arrowColumn,
  caster,
  columnsFromArrow,
  isArrowTable,
  rowValue,
  schemaFromArrow,
} from '../../src/schema/index.ts'

/** The rows' form out of an Arrow column, taken in through the type that its schema gives. */
function values(vector: arrow.Vector): unknown[] {
  const [field] = schemaFromArrow(new arrow.Schema([new arrow.Field('c', vector.type)])).fields
  if (field === undefined) throw new Error('no field')
  const cast = caster(field.type)
  const out = rowValue(field.type)
  return Array.from(arrowColumn(vector), (value) => out(cast(value)))
}

function vectorOf<T extends arrow.DataType>(type: T, data: T['TArray']): arrow.Vector {
  return arrow.makeVector(arrow.makeData({ type, data } as Parameters<typeof arrow.makeData>[0]))
}

test('timestamps keep their microseconds, which the get of Arrow cuts off', () => {
  const micros = vectorOf(new arrow.TimestampMicrosecond('UTC'), BigInt64Array.of(1767323045123456n, -1n))
  expect(values(micros)).toEqual(['2026-01-02T03:04:05.123456Z', '1969-12-31T23:59:59.999999Z'])
  expect(values(vectorOf(new arrow.TimestampSecond('UTC'), BigInt64Array.of(-1n)))).toEqual([
    '1969-12-31T23:59:59.000000Z',
  ])
  expect(values(vectorOf(new arrow.TimestampMillisecond(), BigInt64Array.of(1001n)))).toEqual([
    '1970-01-01T00:00:01.001000',
  ])
  expect(values(vectorOf(new arrow.TimestampNanosecond('UTC'), BigInt64Array.of(1000n)))).toEqual([
    '1970-01-01T00:00:00.000001Z',
  ])
})

test('a timestamp finer than a microsecond is refused, not rounded', () => {
  const nanos = vectorOf(new arrow.TimestampNanosecond('UTC'), BigInt64Array.of(1001n))
  expect(() => arrowColumn(nanos)).toThrow('1001 ns is finer than a microsecond')
})

test('decimals are exact, negative ones and slices too', () => {
  const words = Uint32Array.of(12345, 0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0, 0, 1, 0)
  const vector = vectorOf(new arrow.Decimal(2, 38, 128), words)
  expect(values(vector)).toEqual(['123.45', '-0.01', '184467440737095516.16'])
  expect(values(vector.slice(1, 2))).toEqual(['-0.01'])
})

test('days are days', () => {
  expect(values(vectorOf(new arrow.DateDay(), Int32Array.of(-1, 20455)))).toEqual(['1969-12-31', '2026-01-02'])
  expect(values(vectorOf(new arrow.DateMillisecond(), BigInt64Array.of(86400000n)))).toEqual(['1970-01-02'])
})

describe('nulls, slices and several chunks', () => {
  test.each<[string, arrow.Vector, unknown[]]>([
    ['integers', arrow.vectorFromArray([1, null, 3], new arrow.Int32()), [1, null, 3]],
    ['64-bit integers', arrow.vectorFromArray([2n ** 62n, null, 3n], new arrow.Int64()), [2n ** 62n, null, 3]],
    [
      'unsigned 64-bit integers',
      arrow.vectorFromArray([2n ** 64n - 1n, 0n, null], new arrow.Uint64()),
      ['18446744073709551615', '0', null],
    ],
    ['half floats', arrow.vectorFromArray([1.5, null, -2], new arrow.Float16()), [1.5, null, -2]],
    ['doubles', arrow.vectorFromArray([1.5, null, Number.NaN], new arrow.Float64()), [1.5, null, Number.NaN]],
    ['booleans', arrow.vectorFromArray([true, null, false], new arrow.Bool()), [true, null, false]],
    ['text', arrow.vectorFromArray(['a', null, 'ä😀'], new arrow.Utf8()), ['a', null, 'ä😀']],
    ['dictionaries', arrow.vectorFromArray(['a', null, 'a']), ['a', null, 'a']],
    ['nulls', arrow.vectorFromArray([null, null, null], new arrow.Null()), [null, null, null]],
    [
      'bytes',
      arrow.vectorFromArray([Uint8Array.of(1), null, Uint8Array.of()], new arrow.Binary()),
      [Uint8Array.of(1), null, Uint8Array.of()],
    ],
  ])('%s', (_, vector, expected) => {
    expect(values(vector)).toEqual(expected)
    expect(values(vector.slice(1))).toEqual(expected.slice(1))
    expect(values(vector.slice(0, 1).concat(vector.slice(2)))).toEqual([expected[0], expected[2]])
  })
})

const list = new arrow.List(new arrow.Field('item', new arrow.Int32(), true))
const pair = new arrow.FixedSizeList(2, new arrow.Field('item', new arrow.Float64(), true))
const entry = { key: new arrow.Utf8(), value: list }
const map = new arrow.Map_<arrow.Utf8, typeof list>(
  new arrow.Field(
    'entries',
    new arrow.Struct<typeof entry>([new arrow.Field('key', entry.key, false), new arrow.Field('value', list, true)]),
    false,
  ),
)

describe('values with parts: nulls, empties, slices and several chunks', () => {
  test.each<[string, arrow.Vector, unknown[]]>([
    ['lists', arrow.vectorFromArray([[1, null], null, [], [3]], list), [[1, null], null, [], [3]]],
    ['pairs', arrow.vectorFromArray([[1, 2], null, [3, 4], [5, 6]], pair), [[1, 2], null, [3, 4], [5, 6]]],
    [
      'structs',
      arrow.vectorFromArray(
        [{ a: 'x', b: [1] }, null, { a: null, b: null }, { a: 'y', b: [] }],
        new arrow.Struct([new arrow.Field('a', new arrow.Utf8(), true), new arrow.Field('b', list, true)]),
      ),
      [{ a: 'x', b: [1] }, null, { a: null, b: null }, { a: 'y', b: [] }],
    ],
    [
      'maps',
      arrow.vectorFromArray(
        [
          new Map([['k', [1]]]),
          null,
          new Map(),
          new Map([
            ['l', null],
            ['m', []],
          ]),
        ] as never[],
        map,
      ),
      [
        new Map([['k', [1]]]),
        null,
        new Map(),
        new Map<string, unknown>([
          ['l', null],
          ['m', []],
        ]),
      ],
    ],
    [
      'lists of lists',
      arrow.vectorFromArray([[[1], []], null, [null], [[2, 3]]], new arrow.List(new arrow.Field('i', list, true))),
      [[[1], []], null, [null], [[2, 3]]],
    ],
  ])('%s', (_, vector, expected) => {
    expect(values(vector)).toEqual(expected)
    expect(values(vector.slice(1))).toEqual(expected.slice(1))
    expect(values(vector.slice(1, 3).slice(1))).toEqual(expected.slice(2, 3))
    expect(values(vector.slice(0, 1).concat(vector.slice(2)))).toEqual([expected[0], ...expected.slice(2)])
  })

  test('timestamps and decimals inside keep what the get of Arrow cuts off', () => {
    const child = arrow.makeData({ type: new arrow.TimestampMicrosecond('UTC'), data: BigInt64Array.of(1n, -1n) })
    const type = new arrow.List(new arrow.Field('item', child.type))
    const data = arrow.makeData({ type, valueOffsets: Int32Array.of(0, 2), child })
    expect(values(arrow.makeVector(data))).toEqual([['1970-01-01T00:00:00.000001Z', '1969-12-31T23:59:59.999999Z']])
  })

  test('a key that a map holds twice is refused, not dropped', () => {
    const keys = arrow.vectorFromArray(['k', 'k'], new arrow.Utf8())
    const lists = arrow.vectorFromArray([[1], [2]], list)
    const type = map.children[0]?.type as arrow.Struct
    const entries = arrow.makeData({ type, length: 2, children: [keys.data[0], lists.data[0]] as never })
    const data = arrow.makeData({ type: map, valueOffsets: Int32Array.of(0, 2), child: entries } as never)
    expect(() => values(arrow.makeVector(data as never))).toThrow('each key of the map once')
  })

  test('come out of an IPC file the same', () => {
    const table = arrow.tableFromIPC(
      arrow.tableToIPC(new arrow.Table({ l: arrow.vectorFromArray([[1], [], null], list) })),
    )
    const [batch] = columnsFromArrow(table)
    expect(
      Array.from(
        batch?.columns.get('l') ?? [],
        caster({ type: 'array', elementType: { type: 'integer' }, containsNull: true }),
      ),
    ).toEqual([[1], [], null])
  })
})

test('numbers in lists are not copied', () => {
  const child = arrow.makeData({ type: new arrow.Float64(), data: Float64Array.of(1, 2, 3, 4) })
  const vector = arrow.makeVector(arrow.makeData({ type: pair, length: 2, child }))
  expect(arrowColumn(vector)).toEqual([Float64Array.of(1, 2), Float64Array.of(3, 4)])
})

test('a column of numbers without nulls is not copied', () => {
  const vector = vectorOf(new arrow.Float64(), Float64Array.of(1, 2))
  expect(arrowColumn(vector)).toBeInstanceOf(Float64Array)
})

test('a real file: every value of flights-200k.arrow', () => {
  const table = arrow.tableFromIPC(readFileSync('node_modules/vega-datasets/data/flights-200k.arrow'))
  expect(isArrowTable(table)).toBe(true)
  const batches = [...columnsFromArrow(table)]
  expect(batches.reduce((rows, batch) => rows + batch.length, 0)).toBe(table.numRows)
  for (const { name, type } of schemaFromArrow(table.schema).fields) {
    const cast = caster(type)
    const ours = batches.flatMap((batch) => Array.from(batch.columns.get(name) ?? [], cast))
    expect(ours).toEqual([...(table.getChild(name) ?? [])])
  }
})
