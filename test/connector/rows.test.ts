import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnLayout, type RowSource, readRows, rowCaster, type SchemaDescriptor } from '../../src/connector/index.ts'
import { JsonNumber, parseJson } from '../../src/json.ts'
import { encodeParquet } from '../../src/parquet/index.ts'
import type { Row } from '../../src/schema/index.ts'
import { collect } from '../collect.ts'
import { descriptorOf, everyType, fieldOf, run } from './sample.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const read = (source: RowSource, schema: SchemaDescriptor = descriptorOf()) => collect(readRows(source, schema))
const lines = (text: string) => read({ jsonLines: utf8(text), name: 'rows.jsonl' })

describe('rows as JSON Lines', () => {
  test('keep every digit, and their keys in order, whatever they are called', async () => {
    expect(await lines('{"b":12345678901234567890,"a":0.1}\n{"a":1e400}')).toEqual([
      { b: 12345678901234567890n, a: 0.1 },
      { a: new JsonNumber('1e400') },
    ])
    const [row] = await lines('{"__proto__":{"x":1},"toString":2}')
    expect(Object.entries(row ?? {})).toEqual([
      ['__proto__', { x: 1 }],
      ['toString', 2],
    ])
  })

  test('may come with a byte order mark, CRLF, empty lines, no newline at the end, or not at all', async () => {
    expect(await lines('\ufeff{"a":1}\r\n\r\n  \n{"a":2}')).toEqual([{ a: 1 }, { a: 2 }])
    expect(await lines('')).toEqual([])
  })

  test('are the same from bytes, a Blob and chunks that cut characters', async () => {
    const text = '{"a":"ä€😀"}\n'.repeat(3)
    async function* chunks() {
      for (const byte of utf8(text)) yield Uint8Array.of(byte)
    }
    const rows = await lines(text)
    expect(rows).toEqual(Array(3).fill({ a: 'ä€😀' }))
    expect(await read({ jsonLines: new Blob([text]) })).toEqual(rows)
    expect(await read({ jsonLines: chunks() })).toEqual(rows)
  })

  test.each([
    [
      '{"a":1}\n{"a":2',
      'rows.jsonl is not valid JSON: line 2, character 7: expected "," or "}", found the end of the text',
    ],
    ['{"a":1}\n\n[1]', 'rows.jsonl, row 2 (line 3): expected an object with a value a column, found an array of 1'],
    ['{"a":1}\nnull', 'row 2 (line 2): expected an object with a value a column, found null'],
    [
      '{"a":1,"b":{"c":1,"x":"c","y":"a:b","c":2}}',
      'row 1 (line 1): expected each key of an object once, found "c" twice',
    ],
    ['{"a" : "\\":\\\\", "b":[{"a":1}], "\\u0061" :2}', 'found "a" twice'],
    [`{"a":${'['.repeat(501)}${']'.repeat(501)}}`, 'expected at most 500 levels of nesting'],
    ['{"a":"x","b":"x","c":1,"c":2}', 'found "c" twice'],
  ])('are refused where they are none: %s', async (text, problem) => {
    await expect(lines(text)).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringContaining(problem),
      details: expect.objectContaining({ blame: 'kadoa' }),
    })
  })

  test('are taken with any keys and values that JSON can hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), async (rows) => {
        const text = rows.map((row) => JSON.stringify(row)).join('\n')
        expect(await lines(text)).toEqual(rows.map((row) => parseJson(JSON.stringify(row))))
      }),
    )
  })

  test('stop when the caller says so', async () => {
    const rows = readRows({ jsonLines: utf8('{}') }, descriptorOf(), { signal: AbortSignal.abort() })
    await expect(collect(rows)).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('rows as Parquet', () => {
  const field = (name: string, type: unknown) => ({ name, type, nullable: true, metadata: {} })
  const array = (elementType: unknown) => ({ type: 'array', elementType, containsNull: true })
  const struct = (...fields: object[]) => ({ type: 'struct', fields })
  const map = (keyType: string) => ({ type: 'map', keyType, valueType: 'decimal(5,1)', valueContainsNull: true })

  async function parquet(types: Readonly<Record<string, unknown>>, rows: readonly Row[]): Promise<Uint8Array> {
    const fields = Object.entries(types).map(([name, type]) => ({ name, type, nullable: true, metadata: {} }))
    return encodeParquet(rows, { schema: JSON.stringify({ type: 'struct', fields }) })
  }

  test('come as the API would have given them, every digit kept', async () => {
    const types = {
      text: 'string',
      long: 'long',
      double: 'double',
      decimal: 'decimal(38,2)',
      date: 'date',
      at: 'timestamp',
      local: 'timestamp_ntz',
      bytes: 'binary',
      list: array(struct(field('d', 'decimal(3,2)'), field('_secret', 'string'))),
      map: map('string'),
      numbered: map('integer'),
    }
    const rows = [
      {
        text: 'ä',
        long: 9007199254740993n,
        double: 0.1,
        decimal: '123456789012345678901234567890.10',
        date: '2026-01-02',
        at: '2026-01-02T03:04:05.123456Z',
        local: '2026-01-02T03:04:05',
        bytes: utf8('Straße'),
        list: [{ d: '1.50', _secret: 'x' }, null],
        map: new Map([['__proto__', '1.0']]),
        numbered: new Map([[1, null]]),
      },
      {},
      { map: new Map(), numbered: new Map() },
    ]
    const [row, empty, without] = await read({ parquet: await parquet(types, rows) })
    expect(row).toEqual({
      text: 'ä',
      long: 9007199254740993n,
      double: 0.1,
      decimal: new JsonNumber('123456789012345678901234567890.10'),
      date: '2026-01-02',
      at: '2026-01-02T03:04:05.123456Z',
      local: '2026-01-02T03:04:05.000000',
      bytes: 'Straße',
      list: [{ d: 1.5, _secret: 'x' }, null],
      map: JSON.parse('{"__proto__":1}'),
      numbered: [{ key: 1, value: null }],
    })
    expect(empty).toEqual(Object.fromEntries(Object.keys(types).map((name) => [name, null])))
    expect(without).toMatchObject({ map: {}, numbered: [] })
  })

  test('are published as the same rows in JSON are, text that holds JSON and private keys too', async () => {
    const object = { a: [{ _id: 1, b: 'x' }], _token: 'SECRET' }
    const given = {
      string: 'x',
      number: 12.5,
      boolean: true,
      date: '2026-01-02',
      datetime: '2026-01-02T03:04:05Z',
      money: { amount: 2490, currencyCode: 'EUR' },
      object,
      array: [object],
      _id: 'SECRET',
    }
    const types = {
      string: 'string',
      number: 'decimal(10,4)',
      boolean: 'boolean',
      date: 'date',
      datetime: 'timestamp',
      money: struct(field('amount', 'long'), field('currencyCode', 'string')),
      object: 'string',
      array: 'string',
      _id: 'string',
    }
    const stored = { ...given, object: JSON.stringify(object), array: JSON.stringify([object]) }
    const schema = descriptorOf(...everyType)
    const cast = rowCaster(columnLayout(schema), run)
    const [row] = await read({ parquet: await parquet(types, [stored]) }, schema)
    expect(cast(row, 0)).toEqual(cast(given, 0))
    expect(JSON.stringify(cast(row, 0))).not.toContain('SECRET')
  })

  test('are published as the same typed columns, from text that holds JSON and from structs', async () => {
    const shape = { weight: 'NUMBER', since: 'DATE', price: 'MONEY' }
    const schema = descriptorOf(fieldOf('text', 'OBJECT', { shape }), fieldOf('specs', 'OBJECT', { shape }))
    const specs = { weight: 1.5, since: '2026-01-02', price: { amount: 2490, currencyCode: 'EUR' } }
    const money = struct(field('amount', 'long'), field('currencyCode', 'string'))
    const types = {
      text: 'string',
      specs: struct(field('weight', 'decimal(10,4)'), field('since', 'date'), field('price', money)),
    }
    const stored = { text: JSON.stringify(specs), specs }
    const cast = rowCaster(columnLayout(schema, { nested: 'typed' }), run)
    const [row] = await read({ parquet: await parquet(types, [stored]) }, schema)
    expect(cast(row, 0)).toEqual(cast({ text: specs, specs }, 0))
    expect(cast(row, 0).problems).toEqual([])
  })

  test('leave private columns unread, and let bytes that are no text fail their cast', async () => {
    const schema = descriptorOf(fieldOf('a', 'STRING'), fieldOf('mail', 'STRING', { isPrivate: true }))
    const bytes = await parquet({ a: 'binary', mail: 'string', _id: 'long' }, [
      { a: Uint8Array.of(255), mail: 'x', _id: 1 },
    ])
    const [row] = await read({ parquet: bytes }, schema)
    expect(row).toEqual({ a: Uint8Array.of(255) })
    expect(rowCaster(columnLayout(schema), run)(row, 0).problems).toEqual([
      { column: 'a', problem: 'CAST_FAILED', found: '1 bytes' },
    ])
  })

  test.each([0, 3, 40, -1, -20])('are refused where the file is cut off at byte %i', async (end) => {
    const bytes = await parquet({ a: 'string' }, [{ a: 'x'.repeat(50) }])
    await expect(read({ parquet: bytes.subarray(0, end) })).rejects.toMatchObject({ code: 'invalid-data' })
  })
})
