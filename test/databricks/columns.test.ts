import { expect, test } from 'vitest'
import { catalogColumns } from '../../src/databricks/index.ts'
import { parseSchema } from '../../src/schema/index.ts'

const columnOf = (type: Parameters<typeof parseSchema>[0], metadata = {}) =>
  catalogColumns(parseSchema({ type: 'struct', fields: [{ name: 'c', type, nullable: true, metadata }] } as never))[0]

test.each([
  ['string', 'STRING', 'string'],
  ['long', 'LONG', 'bigint'],
  ['integer', 'INT', 'int'],
  ['short', 'SHORT', 'smallint'],
  ['byte', 'BYTE', 'tinyint'],
  ['float', 'FLOAT', 'float'],
  ['double', 'DOUBLE', 'double'],
  ['boolean', 'BOOLEAN', 'boolean'],
  ['binary', 'BINARY', 'binary'],
  ['date', 'DATE', 'date'],
  ['timestamp', 'TIMESTAMP', 'timestamp'],
  ['timestamp_ntz', 'TIMESTAMP_NTZ', 'timestamp_ntz'],
  ['variant', 'VARIANT', 'variant'],
  ['void', 'NULL', 'void'],
])("a %s is Spark's %s, written %s", (type, typeName, typeText) => {
  expect(columnOf(type)).toEqual({
    name: 'c',
    typeName,
    typeText,
    typeJson: `{"name":"c","type":"${type}","nullable":true,"metadata":{}}`,
    position: 0,
    nullable: true,
  })
})

test('a decimal tells its precision and scale', () => {
  expect(columnOf('decimal(20,4)')).toMatchObject({
    typeName: 'DECIMAL',
    typeText: 'decimal(20,4)',
    precision: 20,
    scale: 4,
  })
})

test('what is nested is written in full', () => {
  const money = {
    type: 'struct',
    fields: [
      { name: 'amount', type: 'decimal(20,4)', nullable: true, metadata: {} },
      { name: 'currencyCode', type: 'string', nullable: true, metadata: {} },
    ],
  }
  const many = { type: 'map', keyType: 'string', valueType: money, valueContainsNull: true }
  const column = columnOf({ type: 'array', elementType: many, containsNull: false })
  expect(column).toMatchObject({
    typeName: 'ARRAY',
    typeText: 'array<map<string,struct<amount:decimal(20,4),currencyCode:string>>>',
  })
  expect(JSON.parse(column?.typeJson ?? '').type).toEqual({ type: 'array', elementType: many, containsNull: false })
})

test('a comment is told, and how the files call a column is not', () => {
  const mapping = { 'delta.columnMapping.id': 1, 'delta.columnMapping.physicalName': 'col-1' }
  expect(columnOf('string', { comment: 'in euro', ...mapping })).toMatchObject({
    comment: 'in euro',
    typeJson: '{"name":"c","type":"string","nullable":true,"metadata":{"comment":"in euro"}}',
  })
})
