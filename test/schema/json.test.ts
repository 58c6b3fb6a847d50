import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatSchema, parseSchema, type StructType, typeName } from '../../src/schema/index.ts'

const NESTED =
  '{"type":"struct","fields":[' +
  '{"name":"id","type":"long","nullable":false,"metadata":{"delta.columnMapping.id":1,"comment":"key"}},' +
  '{"name":"price","type":"decimal(10,2)","nullable":true,"metadata":{}},' +
  '{"name":"tags","type":{"type":"array","elementType":"string","containsNull":false},"nullable":true,"metadata":{}},' +
  '{"name":"by","type":{"type":"map","keyType":"string","valueType":{"type":"struct","fields":[' +
  '{"name":"at","type":"timestamp_ntz","nullable":true,"metadata":{}}]},"valueContainsNull":true},"nullable":true,"metadata":{}}]}'

test('a schema is printed byte for byte as it was read', () => {
  expect(formatSchema(parseSchema(NESTED))).toBe(NESTED)
})

test('a schema that is parsed already is taken, in our own form too', () => {
  const schema = parseSchema(NESTED)
  expect(parseSchema(JSON.parse(NESTED))).toEqual(schema)
  expect(parseSchema(schema)).toEqual(schema)
})

test('a primitive may be written as an object, and a variant as either', () => {
  const text =
    '{"type":"struct","fields":[{"name":"a","type":{"type":"variant"}},{"name":"b","type":"variant"},{"name":"c","type":"decimal"}]}'
  expect(parseSchema(text).fields.map((field) => typeName(field.type))).toEqual(['variant', 'variant', 'decimal(10,0)'])
})

test('what is left out is nullable, without metadata', () => {
  expect(parseSchema('{"type":"struct","fields":[{"name":"a","type":"date"}]}').fields).toEqual([
    { name: 'a', type: { type: 'date' }, nullable: true, metadata: {} },
  ])
})

describe('a text that is no schema', () => {
  const field = (type: string): string => `{"type":"struct","fields":[{"name":"a","type":${type}}]}`
  test.each([
    ['nonsense', 'schema is not valid JSON'],
    ['"long"', 'schema is not valid: expected a struct of columns, found "long"'],
    ['[]', 'expected a type name or an object with "type"'],
    ['{"type":"struct"}', 'expected "fields" to be an array, found nothing'],
    ['{"type":"struct","fields":[1]}', 'expected field 1 to be an object, found 1'],
    ['{"type":"struct","fields":[{"type":"long"}]}', 'expected field 1 to have a "name"'],
    ['{"type":"struct","fields":[{"name":"a"}]}', 'column a of schema is not valid'],
    ['{"type":"struct","fields":[{"name":"a","type":"long","nullable":"no"}]}', '"nullable" to be true or false'],
    ['{"type":"struct","fields":[{"name":"a","type":"long","metadata":[]}]}', '"metadata" to be an object'],
    [field('"decimal(39,2)"'), 'expected decimal(p,s) with 1 ≤ p ≤ 38 and 0 ≤ s ≤ p, found "decimal(39,2)"'],
    [field('"decimal(5,6)"'), 'decimal(5,6)'],
    [field('{"type":"array","elementType":7}'), 'column a.element of schema is not valid'],
  ])('%s is refused, with its place', (text, message) => {
    expect(() => parseSchema(text)).toThrow(message)
    expect(() => parseSchema(text)).toThrow(expect.objectContaining({ code: 'invalid-data' }))
    expect(() => parseSchema(text, { code: 'invalid-argument', what: '--schema' })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('--schema') }),
    )
  })

  test('a type that Delta does not have is unsupported', () => {
    expect(() => parseSchema(field('"interval"'))).toThrow('column a of schema has the type "interval"')
    expect(() => parseSchema(field('"interval"'))).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })
})

describe('schemas that peers wrote', () => {
  const folder = new URL('../../fixtures/schema/delta/', import.meta.url)
  test.each(readdirSync(folder))('%s is read and printed without loss', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8').trim()
    const schema: StructType = parseSchema(text)
    expect(JSON.parse(formatSchema(schema))).toEqual(JSON.parse(text))
  })
})
