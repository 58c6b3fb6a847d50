import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import * as mini from 'zod/mini'
import { isZodSchema, schemaFromZod, typeName, type ZodSchema } from '../../src/schema/index.ts'
import { field } from './arbitrary.ts'

function column(schema: ZodSchema): string {
  const [field] = schemaFromZod(z.object({ c: schema as z.ZodType })).fields
  return field === undefined ? 'nothing' : `${typeName(field.type)}${field.nullable ? '?' : ''}`
}

test.each<[string, ZodSchema]>([
  ['string', z.string()],
  ['string', z.string().min(1).max(10)],
  ['string', z.uuid()],
  ['string', z.email()],
  ['string', z.url().brand('Url')],
  ['string', z.templateLiteral(['sku-', z.number()])],
  ['string', z.iso.time()],
  ['date', z.iso.date()],
  ['timestamp', z.iso.datetime()],
  ['timestamp', z.iso.datetime({ offset: true })],
  ['timestamp', z.string().datetime()],
  ['double', z.number()],
  ['double', z.number().min(0).max(1)],
  ['double', z.float64()],
  ['float', z.float32()],
  ['long', z.int()],
  ['long', z.number().int().positive()],
  ['long', z.uint32()],
  ['integer', z.int32()],
  ['long', z.bigint()],
  ['long', z.int64()],
  ['decimal(20,0)', z.uint64()],
  ['boolean', z.boolean()],
  ['timestamp', z.date()],
  ['timestamp', z.coerce.date()],
  ['string', z.enum(['a', 'b'])],
  ['long', z.enum({ a: 1, b: 2 })],
  ['string', z.literal(['a', 'b'])],
  ['string?', z.literal(['a', null])],
  ['string?', z.string().nullable()],
  ['string?', z.string().optional()],
  ['double?', z.number().nullish()],
  ['string?', z.string().default('x')],
  ['string', z.string().optional().nonoptional()],
  ['string', z.string().readonly()],
  ['string?', z.union([z.string(), z.null()])],
  ['string', z.union([z.literal('a'), z.string()])],
  ['struct<>', z.object({})],
  ['struct<a:long,b:array<string>>', z.object({ a: z.int(), b: z.array(z.string()) })],
  ['array<struct<a:double>>?', z.array(z.looseObject({ a: z.number() })).optional()],
  ['map<string,long>', z.record(z.string(), z.int())],
  ['map<string,long>', z.partialRecord(z.enum(['a', 'b']), z.int())],
  ['map<date,array<double>>', z.map(z.iso.date(), z.array(z.number()))],
  ['array<string>', z.union([z.array(z.string()), z.array(z.enum(['a']))])],
  ['string', mini.string()],
  ['array<long>', mini.array(mini.int())],
  ['long?', mini.nullable(mini.int())],
])('%s for a zod schema', (type, schema) => {
  expect(column(schema)).toBe(type)
})

test('fields keep their order', () => {
  const { fields } = schemaFromZod(z.object({ b: z.string(), a: z.number().nullable() }))
  expect(fields).toEqual([
    { name: 'b', type: { type: 'string' }, nullable: false, metadata: {} },
    { name: 'a', type: { type: 'double' }, nullable: true, metadata: {} },
  ])
})

test('whether a part may be null is kept, at every level', () => {
  const inner = z.object({ a: z.int(), b: z.string().nullable() })
  const shape = { list: z.array(inner.nullable()), all: z.array(inner), map: z.record(z.string(), z.int().nullish()) }
  const [list, all, map] = schemaFromZod(z.object(shape)).fields.map((field) => field.type)
  const struct = { type: 'struct', fields: [field('a', { type: 'long' }, false), field('b', { type: 'string' })] }
  expect(list).toEqual({ type: 'array', elementType: struct, containsNull: true })
  expect(all).toEqual({ type: 'array', elementType: struct, containsNull: false })
  expect(map).toEqual({
    type: 'map',
    keyType: { type: 'string' },
    valueType: { type: 'long' },
    valueContainsNull: true,
  })
})

test('a part that gives no column type is named with the way down to it', () => {
  const schema = z.object({ a: z.array(z.object({ 'b c': z.map(z.string(), z.any()) })) })
  expect(() => schemaFromZod(schema)).toThrow('column a[].`b c`{}: z.any gives no column type')
  expect(() => schemaFromZod(schema)).toThrow(expect.objectContaining({ details: { column: 'a' } }))
})

test('an object that contains itself ends in a refusal', () => {
  const node = z.object({
    name: z.string(),
    get children() {
      return z.array(node)
    },
  })
  expect(() => schemaFromZod(node)).toThrow('column children: z.object gives no column type: it nests more than 100')
})

describe('what gives no column type is refused by name', () => {
  test.each<[string, ZodSchema]>([
    ['z.tuple gives no column type: its elements have types of their own', z.tuple([z.string(), z.int()])],
    ['z.set gives no column type: rows hold arrays', z.set(z.string())],
    ['z.lazy gives no column type: it may contain itself', z.lazy(() => z.string())],
    ['z.record gives no column type: the keys of an object are text', z.record(z.number(), z.string())],
    ['z.map gives no column type: its keys may be null', z.map(z.string().nullable(), z.string())],
    ['it has no type but null', z.array(z.null())],
    [
      'z.union gives no column type: its options differ in what may be null',
      z.union([z.array(z.string()), z.array(z.string().nullable())]),
    ],
    [
      'z.union gives no column type: its options have several types: struct<a:long>, struct<b:long>',
      z.union([z.object({ a: z.int() }), z.object({ b: z.int() })]),
    ],
    ['z.pipe gives no column type: rows are not run through zod', z.string().transform(Number)],
    ['z.any', z.any()],
    ['z.custom', z.instanceof(Uint8Array)],
    ['z.union gives no column type: its options have several types: string, double', z.union([z.string(), z.number()])],
    ['z.literal gives no column type: its values have several types: string, long', z.literal(['a', 1])],
    ['z.iso.datetime({ local: true })', z.iso.datetime({ local: true })],
    ['it has no type but null', z.null()],
  ])('%s', (message, schema) => {
    expect(() => column(schema)).toThrow(/^column c(?:\[\])?: /)
    expect(() => column(schema)).toThrow(message)
    expect(() => column(schema)).toThrow(expect.objectContaining({ code: 'unsupported', details: { column: 'c' } }))
  })
})

test('a table needs a z.object', () => {
  expect(() => schemaFromZod(z.string())).toThrow("a table's zod schema must be a z.object, found z.string")
})

test('a zod schema is known by its shape', () => {
  expect(isZodSchema(z.object({}))).toBe(true)
  expect(isZodSchema(mini.string())).toBe(true)
  for (const other of [null, {}, { _zod: 1 }, 'z', { type: 'struct', fields: [] }])
    expect(isZodSchema(other)).toBe(false)
})
