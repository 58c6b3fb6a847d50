import { expect, test } from 'vitest'
import { schemaFieldRows } from '../../../src/connector/metadata/schema-fields.ts'
import { factsOf } from './sample.ts'

test('each column of a version has a row, in the order of the table', () => {
  const facts = factsOf({
    n: 1,
    schemaVersion: 2,
    money: 'flat',
    fields: [
      { name: 'price', dataType: 'MONEY', description: 'In cents', isRequired: true },
      { name: 'Price', isKey: true, isUnique: false },
      { name: '_score', dataType: 'NUMBER' },
      { name: 'kind', fieldType: 'CLASSIFICATION', categories: [{ title: 'new' }, { title: '"used"' }] },
      { name: 'sum', fieldType: 'TRANSFORM_OUTPUT', dataType: 'COUNTER' },
    ],
  })
  const same = { WORKFLOW_ID: 'wf1', SCHEMA_VERSION: 2, IS_REQUIRED: null, IS_UNIQUE: null }
  const price = {
    ...same,
    FIELD_NAME: 'price',
    KADOA_TYPE: 'MONEY',
    FIELD_TYPE: 'SCHEMA',
    CAST_POLICY: 'MONEY_MINOR_UNITS',
    IS_KEY: false,
    IS_REQUIRED: true,
    DESCRIPTION: 'In cents',
    CATEGORIES: null,
  }
  const text = { ...same, DELTA_TYPE: 'string', CAST_POLICY: 'TO_STRING', DESCRIPTION: null }
  expect(schemaFieldRows(facts)).toEqual([
    { ...price, ORDINAL: 1, COLUMN_NAME: 'price_AMOUNT', DELTA_TYPE: 'decimal(20,4)' },
    { ...price, ORDINAL: 2, COLUMN_NAME: 'price_CURRENCY', DELTA_TYPE: 'string' },
    {
      ...text,
      ORDINAL: 3,
      FIELD_NAME: 'Price',
      COLUMN_NAME: 'Price',
      KADOA_TYPE: 'STRING',
      FIELD_TYPE: 'SCHEMA',
      IS_KEY: true,
      IS_UNIQUE: false,
      CATEGORIES: null,
    },
    {
      ...text,
      ORDINAL: 4,
      FIELD_NAME: 'kind',
      COLUMN_NAME: 'kind',
      KADOA_TYPE: 'STRING',
      FIELD_TYPE: 'CLASSIFICATION',
      IS_KEY: false,
      CATEGORIES: '["new","\\"used\\""]',
    },
    {
      ...text,
      ORDINAL: 5,
      FIELD_NAME: 'sum',
      COLUMN_NAME: 'sum',
      KADOA_TYPE: 'COUNTER',
      FIELD_TYPE: 'TRANSFORM_OUTPUT',
      IS_KEY: false,
      CATEGORIES: null,
    },
  ])
})
