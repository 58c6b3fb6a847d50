import * as arrow from 'apache-arrow'
import { describe, expect, test } from 'vitest'
import { isArrowSchema, schemaFromArrow, typeName } from '../../src/schema/index.ts'
import { field } from './arbitrary.ts'

function column(type: arrow.DataType): string {
  const schema = new arrow.Schema([new arrow.Field('c', type, true)])
  const [field] = schemaFromArrow(schema).fields
  return field === undefined ? 'nothing' : typeName(field.type)
}

function text(name: string): arrow.Field {
  return new arrow.Field(name, new arrow.Utf8())
}

function mapOf(value: arrow.DataType, nullable = true): arrow.DataType {
  const entry = { key: new arrow.Utf8(), value }
  const fields = [new arrow.Field('k', entry.key, false), new arrow.Field('v', value, nullable)]
  return new arrow.Map_(new arrow.Field('entries', new arrow.Struct<typeof entry>(fields), false))
}

test.each<[string, arrow.DataType]>([
  ['byte', new arrow.Int8()],
  ['short', new arrow.Int16()],
  ['integer', new arrow.Int32()],
  ['long', new arrow.Int64()],
  ['short', new arrow.Uint8()],
  ['integer', new arrow.Uint16()],
  ['long', new arrow.Uint32()],
  ['decimal(20,0)', new arrow.Uint64()],
  ['float', new arrow.Float16()],
  ['float', new arrow.Float32()],
  ['double', new arrow.Float64()],
  ['string', new arrow.Utf8()],
  ['string', new arrow.LargeUtf8()],
  ['string', new arrow.Utf8View()],
  ['string', new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())],
  ['long', new arrow.Dictionary(new arrow.Int64(), new arrow.Int8())],
  ['string', new arrow.Null()],
  ['binary', new arrow.Binary()],
  ['binary', new arrow.LargeBinary()],
  ['binary', new arrow.BinaryView()],
  ['binary', new arrow.FixedSizeBinary(16)],
  ['boolean', new arrow.Bool()],
  ['date', new arrow.DateDay()],
  ['date', new arrow.DateMillisecond()],
  ['timestamp', new arrow.TimestampMicrosecond('Europe/Berlin')],
  ['timestamp_ntz', new arrow.TimestampNanosecond()],
  ['decimal(38,10)', new arrow.Decimal(10, 38, 128)],
  ['decimal(5,0)', new arrow.Decimal(0, 5, 256)],
  ['array<integer>', new arrow.List(new arrow.Field('item', new arrow.Int32()))],
  ['array<string>', new arrow.LargeList(new arrow.Field('item', new arrow.Utf8()))],
  ['array<float>', new arrow.FixedSizeList(2, new arrow.Field('item', new arrow.Float32()))],
  ['struct<a:string,b:long>', new arrow.Struct([text('a'), new arrow.Field('b', new arrow.Int64())])],
  ['map<string,struct<a:string>>', mapOf(new arrow.Struct([text('a')]))],
])('%s for %s', (name, type) => {
  expect(column(type)).toBe(name)
})

test('names, order and nullability are kept', () => {
  const schema = new arrow.Schema([
    new arrow.Field('b', new arrow.Int32(), false),
    new arrow.Field('a', new arrow.Utf8(), true),
  ])
  expect(schemaFromArrow(schema).fields.map(({ name, nullable }) => [name, nullable])).toEqual([
    ['b', false],
    ['a', true],
  ])
})

test('whether a part may be null is kept, at every level', () => {
  const typeOf = (type: arrow.DataType): unknown => {
    return schemaFromArrow(new arrow.Schema([new arrow.Field('c', type)])).fields[0]?.type
  }
  const item = new arrow.Field('item', new arrow.Struct([new arrow.Field('a', new arrow.Bool(), false)]), false)
  expect(typeOf(new arrow.List(item))).toEqual({
    type: 'array',
    elementType: { type: 'struct', fields: [field('a', { type: 'boolean' }, false)] },
    containsNull: false,
  })
  expect(typeOf(mapOf(new arrow.Utf8(), false))).toMatchObject({ type: 'map', valueContainsNull: false })
  expect(typeOf(mapOf(new arrow.Utf8()))).toMatchObject({ type: 'map', valueContainsNull: true })
})

test('a part that has no Delta type is named with the way down to it', () => {
  const times = new arrow.List(
    new arrow.Field('item', new arrow.Struct([new arrow.Field('t', new arrow.TimeSecond())])),
  )
  expect(() => column(mapOf(times))).toThrow("column c{}[].t: Arrow's Time32<SECOND> has no Delta type")
})

describe('what Delta has no column for is refused by name', () => {
  test.each<[string, arrow.DataType]>([
    ["column c: Arrow's Time64<MICROSECOND> has no Delta type", new arrow.TimeMicrosecond()],
    ["column c: Arrow's Duration", new arrow.DurationSecond()],
    ["column c: Arrow's Interval", new arrow.IntervalDayTime()],
    ['Delta has no decimal(40,2)', new arrow.Decimal(2, 40, 256)],
    ['Delta has no decimal(5,-2)', new arrow.Decimal(-2, 5, 128)],
  ])('%s', (message, type) => {
    expect(() => column(type)).toThrow(message)
    expect(() => column(type)).toThrow(expect.objectContaining({ code: 'unsupported', details: { column: 'c' } }))
  })
})

test('an Arrow schema is known by its shape, and is no Delta schema', () => {
  expect(isArrowSchema(new arrow.Schema([new arrow.Field('c', new arrow.Int32())]))).toBe(true)
  expect(isArrowSchema({ type: 'struct', fields: [{ name: 'c', type: { type: 'long' } }] })).toBe(false)
  for (const other of [null, {}, { fields: 1 }, 'x']) expect(isArrowSchema(other)).toBe(false)
})
