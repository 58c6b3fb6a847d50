import fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../src/errors.ts'
import { parquetEncoder } from '../../src/parquet/index.ts'
import type { DeltaType, FileStats, PhysicalTree, Row, StructType } from '../../src/schema/index.ts'
import { field, samples } from '../schema/arbitrary.ts'
import { schemaOf } from './arbitraries.ts'
import { concatenate, encode, readAll } from './encode.ts'
import { decode } from './hyparquet.ts'

const options = fc.record({
  codec: fc.constantFrom('none' as const, 'snappy' as const),
  pageBytes: fc.constantFrom(1, 50, 1 << 20),
  rowGroupBytes: fc.constantFrom(1, 1 << 20),
})

const struct = (members: Record<string, DeltaType>, nullable = true): DeltaType => ({
  type: 'struct',
  fields: Object.entries(members).map(([name, type]) => field(name, type, nullable)),
})
const array = (elementType: DeltaType, containsNull = true): DeltaType => ({ type: 'array', elementType, containsNull })
const map = (keyType: DeltaType, valueType: DeltaType, valueContainsNull = true): DeltaType => {
  return { type: 'map', keyType, valueType, valueContainsNull }
}
const text: DeltaType = { type: 'string' }
const long: DeltaType = { type: 'long' }

/** The only column, `c`, of rows that hold these values, as it is read back. */
async function roundTrip(type: DeltaType, values: readonly unknown[]): Promise<readonly (PhysicalTree | null)[]> {
  const schema = schemaOf({ c: type })
  const { bytes } = encode(
    schema,
    values.map((c) => ({ c })),
  )
  return (await readAll(bytes, schema)).columns.get('c') ?? []
}

describe('rows of nested columns', () => {
  test('come back from as deep as they can be written', async () => {
    let [type, value, physical]: [DeltaType, unknown, PhysicalTree] = [long, 7, 7]
    for (let depth = 0; depth < 100; depth++) {
      type = depth % 2 === 0 ? array(type) : map(text, type)
      value = depth % 2 === 0 ? [value] : { k: value }
      physical = depth % 2 === 0 ? [physical] : new Map([['k', physical]])
    }
    expect(await roundTrip(type, [value, null])).toEqual([physical, null])
  })

  test('come back, whatever the schema, the pages and the row groups', async () => {
    await fc.assert(
      fc.asyncProperty(samples({ maxLength: 30 }), options, async ({ schema, physical, rows }, encoderOptions) => {
        const { bytes } = encode(schema, rows, encoderOptions)
        const { columns } = await readAll(bytes, schema)
        for (const { name } of schema.fields) {
          expect(columns.get(name)).toEqual(physical.map((row) => row[name]))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('are what a reader finds that we did not write', async () => {
    const names = ['a', 'b', 'key', 'value', 'element', 'list', 'größe', 'a b']
    await fc.assert(
      fc.asyncProperty(
        samples({ maxLength: 12, names }),
        options,
        async ({ schema, physical, rows }, encoderOptions) => {
          const { bytes } = encode(schema, rows, encoderOptions)
          expect(await decode(bytes, schema)).toEqual(physical)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('make the same file as columns', () => {
    fc.assert(
      fc.property(samples({ maxLength: 20, minLength: 1 }), ({ schema, rows }) => {
        const encoder = parquetEncoder(schema)
        const columns = new Map(schema.fields.map(({ name }) => [name, rows.map((row) => row[name])]))
        encoder.writeColumns({ length: rows.length, columns })
        const stats = encoder.finish()
        const fromRows = encode(schema, rows)
        expect(Buffer.compare(concatenate(encoder.takeBytes()), fromRows.bytes)).toBe(0)
        expect(stats).toEqual(fromRows.stats)
      }),
      { numRuns: 30 },
    )
  })

  test.each<[string, DeltaType, unknown[]]>([
    ['structs', struct({ a: long, b: long }), [null, { a: null, b: null }, { a: 1, b: null }]],
    [
      'structs of structs',
      struct({ a: struct({ b: long }) }),
      [null, { a: null }, { a: { b: null } }, { a: { b: 1 } }],
    ],
    ['arrays', array(long), [null, [], [null], [1, null, 2], []]],
    ['arrays of arrays', array(array(long)), [null, [], [null], [[]], [[null]], [[1], null, [], [2, 3]]]],
    ['arrays of structs', array(struct({ a: long })), [null, [], [null], [{ a: null }], [{ a: 1 }, null]]],
    ['structs of arrays', struct({ a: array(long) }), [null, { a: null }, { a: [] }, { a: [null] }, { a: [1, 2] }]],
    ['maps', map(text, long), [null, new Map(), new Map([['k', null]]), new Map([['k', 1]])]],
    ['maps of arrays', map(text, array(long)), [null, new Map(), new Map([['a', null]]), new Map([['a', []]])]],
  ])('tell null, empty and absent apart in %s', async (_, type, values) => {
    expect(await roundTrip(type, values)).toEqual(values)
  })

  test('may be nested a hundred levels deep', async () => {
    let type: DeltaType = long
    let value: unknown = 7
    for (let level = 0; level < 100; level++) {
      type = level % 2 ? struct({ s: type }) : array(type)
      value = level % 2 ? { s: value } : [null, value]
    }
    const schema = schemaOf({ c: type })
    const rows = [{ c: value }, { c: null }]
    expect(await decode(encode(schema, rows).bytes, schema)).toEqual(rows)
  })

  test('may be nested deeper than a byte can count', async () => {
    let type: DeltaType = long
    let value: unknown = 7
    for (let level = 0; level < 300; level++) {
      type = array(type)
      value = [value]
    }
    const schema = schemaOf({ c: type })
    const rows = [{ c: value }, { c: [] }]
    expect(await decode(encode(schema, rows).bytes, schema)).toEqual(rows)
  })
})

describe('values of nested columns', () => {
  test.each<[string, unknown]>([
    [
      'a Map',
      new Map([
        ['a', 1],
        ['b', null],
      ]),
    ],
    ['an object', { a: 1, b: null }],
    ['entries', [{ key: 'a', value: 1 }, { key: 'b' }]],
  ])('a map may be %s', async (_, value) => {
    expect(await roundTrip(map(text, long), [value])).toEqual([
      new Map([
        ['a', 1],
        ['b', null],
      ]),
    ])
  })

  test('an array may be a typed array', async () => {
    const values = [Int32Array.of(1, -2), BigInt64Array.of(3n), Float64Array.of(4)]
    expect(await roundTrip(array(long), values)).toEqual([[1, -2], [3], [4]])
  })

  test('keys of every form are told apart as what they mean', () => {
    const twice = [
      [
        map(long, long),
        new Map<unknown, number>([
          [1, 1],
          [1n, 2],
        ]),
      ],
      [
        map(text, long),
        [
          { key: 'a', value: 1 },
          { key: 'a', value: 2 },
        ],
      ],
      [
        map({ type: 'binary' }, long),
        new Map([
          [Uint8Array.of(1), 1],
          [Uint8Array.of(1), 2],
        ]),
      ],
    ] as const
    for (const [type, value] of twice) {
      expect(() => encode(schemaOf({ c: type }), [{ c: value }])).toThrow('each key of the map once')
    }
  })

  test('a column of type void is null and not stored, also inside a struct', async () => {
    const empty: DeltaType = { type: 'void' }
    const schema = schemaOf({ nothing: empty, s: struct({ nothing: empty, a: long }) })
    const { bytes, stats } = encode(schema, [{ nothing: null, s: { a: 1 } }, { s: { nothing: null } }])
    expect(parquetMetadata(bytes.slice().buffer).schema.map(({ name }) => name)).toEqual(['schema', 's', 'a'])
    expect(stats.columns.map(({ path }) => path)).toEqual([['s', 'a']])
    expect(await decode(bytes, schema)).toEqual([
      { nothing: null, s: { nothing: null, a: 1 } },
      { nothing: null, s: { nothing: null, a: null } },
    ])
    expect(() => encode(schema, [{ s: { nothing: 1 } }])).toThrow("row 1, column 's.nothing': expected void")
  })

  test.each<[string, DeltaType]>([
    ['c.element', array({ type: 'void' })],
    ['c.value', map(text, { type: 'void' })],
    ['c', struct({})],
    ['c.a', struct({ a: struct({ b: { type: 'void' } }), d: long })],
  ])('nothing can be stored at %s, so the column is refused', (name, type) => {
    expect(() => parquetEncoder(schemaOf({ c: type }))).toThrow(`column '${name}' cannot be written to Parquet`)
  })
})

describe('a refusal', () => {
  const schema = schemaOf({ a: struct({ b: array(struct({ c: long })), m: map(text, long, false) }) })

  test.each<[unknown, string]>([
    [{ b: [{ c: 1 }, null, { c: 'x' }] }, "row 3, column 'a.b[2].c': expected long"],
    [
      { b: [{ c: 1, d: 2 }] },
      'row 3, column \'a.b[0]\': expected struct, an object of the fields c, found the member "d"',
    ],
    [{ b: 'x' }, "row 3, column 'a.b': expected array"],
    [{ m: { k: null } }, 'row 3, column \'a.m{"k"}\': expected a value'],
    [{ m: [['k', 1]] }, "row 3, column 'a.m[0]': expected an entry of a map"],
    [{ m: [{ key: null, value: 1 }] }, "row 3, column 'a.m{null}': expected a key"],
    [[1], "row 3, column 'a': expected struct"],
    [new Date(0), "row 3, column 'a': expected struct"],
  ])('of %j says: %s', (a, message) => {
    const rows = [{ a: null }, { a: { b: [], m: {} } }, { a }, { a: 'later' }]
    for (const write of [
      () => encode(schema, rows as Row[]),
      () => parquetEncoder(schema).writeColumns({ length: 4, columns: new Map([['a', rows.map((row) => row.a)]]) }),
    ]) {
      expect(write).toThrow(DeltaError)
      expect(write).toThrow(message)
    }
  })

  test.each<[string, DeltaType, unknown]>([
    ['c', struct({ a: long }), null],
    ['c.a', struct({ a: long }, false), {}],
    ['c[1]', array(long, false), [1, null]],
    ['c[0]', array(array(long), false), [null]],
    ['c[0].a', array(struct({ a: array(long) }, false)), [{ a: null }]],
    ['c{"k"}', map(text, struct({ a: long }), false), { k: null }],
  ])('of a null names %s, which is not nullable', (place, type, value) => {
    const required: StructType = { type: 'struct', fields: [field('c', type, false)] }
    expect(() => encode(required, [{ c: value }])).toThrow(`row 1, column '${place}': expected a value, because`)
  })
})

describe('the schema of a file', () => {
  test('has lists and maps in their three levels, annotated in the old and the new way, and every id', () => {
    const ids = {
      'delta.columnMapping.id': 1,
      'delta.columnMapping.nested.ids': { 'c.element': 7, 'c.element.key': 8 },
    }
    const inner = struct({ a: long }, false)
    const column = { ...field('c', array(map(text, inner, false)), false), metadata: ids }
    const { bytes } = encode({ type: 'struct', fields: [column] }, [])
    const stated = parquetMetadata(bytes.slice().buffer).schema.map((element) => {
      const { name, repetition_type: repetition, converted_type: converted, logical_type: logical } = element
      return [name, repetition, element.num_children, converted, logical?.type, element.field_id]
    })
    expect(stated).toEqual([
      ['schema', undefined, 1, undefined, undefined, undefined],
      ['c', 'REQUIRED', 1, 'LIST', 'LIST', 1],
      ['list', 'REPEATED', 1, undefined, undefined, undefined],
      ['element', 'OPTIONAL', 1, 'MAP', 'MAP', 7],
      ['key_value', 'REPEATED', 2, undefined, undefined, undefined],
      ['key', 'REQUIRED', undefined, 'UTF8', 'STRING', 8],
      ['value', 'REQUIRED', 1, undefined, undefined, undefined],
      ['a', 'REQUIRED', undefined, undefined, undefined, undefined],
    ])
  })

  test('names leaves by their whole path, and counts nulls and empty lists among their values', () => {
    const schema = schemaOf({ c: array(struct({ a: long })) })
    const { bytes } = encode(schema, [{ c: [{ a: 1 }, null, { a: 2 }] }, { c: [] }, { c: null }])
    const [chunk] = parquetMetadata(bytes.slice().buffer).row_groups[0]?.columns ?? []
    expect(chunk?.meta_data).toMatchObject({ path_in_schema: ['c', 'list', 'element', 'a'], num_values: 5n })
    expect(chunk?.meta_data?.statistics).toMatchObject({ null_count: 3n, min_value: 1n, max_value: 2n })
  })
})

describe('statistics', () => {
  test('have bounds for the leaves of structs, and for lists and maps only how many are null', () => {
    const inner = struct({ a: long, tags: array(text), more: struct({ b: text }) })
    const schema = schemaOf({ s: inner, m: map(text, long), l: array(struct({ x: long })) })
    const { stats } = encode(schema, [
      { s: { a: 5, tags: [], more: { b: 'x' } }, m: {}, l: [{ x: 1 }] },
      { s: { a: 3, tags: null, more: null }, m: null, l: [] },
      { s: null, m: { k: 1 }, l: null },
    ])
    const expected: FileStats = {
      numRecords: 3,
      columns: [
        { path: ['s', 'a'], nullCount: 1, min: 3, max: 5 },
        { path: ['s', 'tags'], nullCount: 2 },
        { path: ['s', 'more', 'b'], nullCount: 2, min: 'x', max: 'x' },
        { path: ['m'], nullCount: 1 },
        { path: ['l'], nullCount: 1 },
      ],
    }
    expect(stats).toEqual(expected)
  })
})
