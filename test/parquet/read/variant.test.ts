import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bufferAccess, openParquet } from '../../../src/parquet/index.ts'
import { variantReader } from '../../../src/parquet/read/variant.ts'
import { type DeltaType, formatRowJson, type StructType } from '../../../src/schema/index.ts'
import { schemaOf } from '../arbitraries.ts'
import { readAll } from '../encode.ts'

const folder = new URL('../../../fixtures/parquet/variant/', import.meta.url)
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.parquet'))
  .map((name) => name.replace('.parquet', ''))

describe('variants that DuckDB wrote', () => {
  test.each(names)('%s are read as their JSON', async (name) => {
    const bytes = readFileSync(new URL(`${name}.parquet`, folder))
    const lines = readFileSync(new URL(`${name}.jsonl`, folder), 'utf8')
      .trimEnd()
      .split('\n')
    const { schema } = await openParquet(bufferAccess(bytes, name))
    expect(schema).toEqual(schemaOf({ v: 'variant' }))
    const print = formatRowJson(schema)
    const { columns } = await readAll(bytes)
    const read = columns.get('v')?.map((v) => JSON.parse(print({ v })).v)
    expect(read).toEqual(lines.map((line) => JSON.parse(line)))
  })
})

const binary: DeltaType = { type: 'binary' }
const EMPTY = Uint8Array.of(1, 0, 0)
const NAMES = Uint8Array.of(1, 1, 0, 1, 97)

/** A part of a shredded variant. */
const part = (typed: DeltaType): StructType => schemaOf({ value: binary, typed_value: typed })
const read = (typed: DeltaType | undefined, stored: object): unknown => {
  const group = schemaOf({ metadata: binary, value: binary, ...(typed && { typed_value: typed }) })
  return variantReader(group)?.({ metadata: EMPTY, value: null, typed_value: null, ...stored })
}

describe('a variant', () => {
  test.each<[DeltaType, unknown, unknown]>([
    [{ type: 'decimal', precision: 9, scale: 2 }, -150, '-1.50'],
    [{ type: 'timestamp' }, -1, '1969-12-31T23:59:59.999999Z'],
    [{ type: 'timestamp_ntz' }, 0, '1970-01-01T00:00:00.000000'],
    [binary, Uint8Array.of(1), Uint8Array.of(1)],
    [{ type: 'boolean' }, false, false],
    [
      { type: 'array', elementType: part({ type: 'long' }), containsNull: false },
      [{ value: null, typed_value: 5 }],
      [5],
    ],
  ])('in a column of %j is given as rows have it', (type, typed_value, expected) => {
    expect(read(type, { typed_value })).toEqual(expected)
  })

  test('of which only some members are shredded is put together, and those that it lacks are not there', () => {
    const typed = schemaOf({
      b: part({ type: 'long' }),
      c: part({ type: 'long' }),
      ['__proto__']: part({ type: 'long' }),
    })
    const shredded = {
      b: { value: null, typed_value: 7 },
      c: { value: null, typed_value: null },
      ['__proto__']: { value: Uint8Array.of(0), typed_value: null },
    }
    const value = Uint8Array.of(2, 1, 0, 0, 1, 4)
    const found = read(typed, { metadata: NAMES, value, typed_value: shredded })
    expect(Object.entries(found as object)).toEqual([
      ['a', true],
      ['b', 7],
      ['__proto__', null],
    ])
  })

  test('without a value is null', () => {
    expect(read(undefined, {})).toBeNull()
    expect(read({ type: 'long' }, {})).toBeNull()
  })

  test('with two values, or without metadata, is damaged', () => {
    expect(() => read({ type: 'long' }, { value: Uint8Array.of(0), typed_value: 1 })).toThrow('two values')
    expect(() => read(undefined, { metadata: null })).toThrow('no metadata')
  })

  test('is not what a group without its columns stores', () => {
    expect(variantReader(schemaOf({ metadata: binary }))).toBeUndefined()
    expect(variantReader(schemaOf({ value: binary }))).toBeUndefined()
    expect(variantReader(schemaOf({ metadata: 'string', value: 'string' }))).toBeUndefined()
  })
})
