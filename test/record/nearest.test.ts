import { expect, test } from 'vitest'
import { nearest } from '../../src/record/nearest.ts'

test.each([
  ['emial', ['name', 'email'], 'email'],
  ['EMAIL', ['mail', 'email'], 'email'],
  ['workflow', ['workflows', 'schema'], 'workflows'],
  ['id', ['ip', 'name'], 'ip'],
  ['price', ['sku', 'title'], undefined],
  ['price', [], undefined],
])('%s is near, among %j, to %s', (name, known, expected) => {
  expect(nearest(name, known)).toBe(expected)
})
