import { expect, test } from 'vitest'
import { formatBytes, formatCount, formatFields, formatGrid } from '../../src/cli/grid.ts'

test('columns are as wide as their widest cell, numbers stand to the right, nothing trails', () => {
  expect(
    formatGrid(
      ['name', 'rows', 'note'],
      [
        ['a', 1, null],
        ['bcdef', 1000, 'x'],
      ],
    ),
  ).toBe('name   rows  note\na         1\nbcdef  1000  x')
})

test('the values of fields stand under each other', () => {
  expect(
    formatFields([
      ['table', 't'],
      ['id', 7],
    ]),
  ).toBe('table  t\nid     7')
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_960, '1.0 MB'],
  [23_456_789, '23.5 MB'],
  [5e15, '5000.0 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test('counts have their thousands apart and the right number of things', () => {
  expect([formatCount(1, 'row'), formatCount(3_000_000, 'row')]).toEqual(['1 row', '3,000,000 rows'])
})
