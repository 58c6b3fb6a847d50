import { expect, test } from 'vitest'
import { fileId } from '../../src/wire/index.ts'

test('the id of a file depends on its table and its path, and on nothing else', () => {
  expect(fileId('table', 'a=1/part.parquet')).toBe(fileId('table', 'a=1/part.parquet'))
  expect(fileId('table', 'part.parquet')).toMatch(/^[0-9a-f]{32}$/)
  expect(new Set([fileId('t', 'a'), fileId('t', 'b'), fileId('u', 'a')]).size).toBe(3)
})
