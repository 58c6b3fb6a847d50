import { expect, test } from 'vitest'
import { changeSummary } from '../../../src/connector/metadata/change-summary.ts'
import { schemaFieldRows } from '../../../src/connector/metadata/schema-fields.ts'
import { factsOf, type RunSample } from './sample.ts'

const columns = (fields: NonNullable<RunSample['fields']>, money?: 'flat') =>
  schemaFieldRows(factsOf({ n: 1, fields, ...(money && { money }) }))

const summary = (before: ReturnType<typeof columns>, after: ReturnType<typeof columns>): unknown =>
  JSON.parse(changeSummary(before, after) ?? 'null')

test('a change of a schema is told in the words of Kadoa', () => {
  const before = columns([
    { name: 'title' },
    { name: 'sku', isKey: true },
    { name: 'price', dataType: 'NUMBER' },
    { name: 'id' },
  ])
  const after = columns([
    { name: 'id', isKey: true },
    { name: 'rating', dataType: 'NUMBER' },
    { name: 'title' },
    { name: 'price', dataType: 'CURRENCY' },
  ])
  expect(summary(before, after)).toEqual({
    added: [{ name: 'rating', dataType: 'NUMBER', isKey: false }],
    removed: [{ name: 'sku', dataType: 'STRING', isKey: true }],
    updated: [
      { name: 'id', dataType: 'STRING', isKey: true, previousDataType: 'STRING', previousIsKey: false },
      { name: 'price', dataType: 'MONEY', isKey: false, previousDataType: 'NUMBER', previousIsKey: false },
    ],
    unchanged: ['title'],
  })
})

test('a field is updated when it is published in other columns', () => {
  const price = [{ name: 'price', dataType: 'MONEY' }]
  expect(summary(columns(price), columns(price, 'flat'))).toMatchObject({ updated: [{ name: 'price' }], unchanged: [] })
})

test('what its author says of a field is no change of it', () => {
  const before = columns([{ name: 'title', description: 'old', isRequired: true }])
  const after = columns([{ name: 'title', description: 'new', isUnique: true }])
  expect(summary(before, after)).toEqual({ added: [], removed: [], updated: [], unchanged: ['title'] })
})

test('the first version is no change', () => {
  expect(changeSummary(undefined, columns([{ name: 'title' }]))).toBeNull()
})
