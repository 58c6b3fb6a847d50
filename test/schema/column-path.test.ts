import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatColumnPath, parseColumnPaths } from '../../src/schema/index.ts'

test.each<[string, string[][]]>([
  ['', []],
  ['  ', []],
  ['a', [['a']]],
  ['a, b.c ,größe', [['a'], ['b', 'c'], ['größe']]],
  ['`a.b`.c,`x, y`', [['a.b', 'c'], ['x, y']]],
  ['`a``b`', [['a`b']]],
  [' a b . c ', [['a b', 'c']]],
])('%j is the list of columns %j', (text, paths) => {
  expect(parseColumnPaths(text)).toEqual(paths)
})

describe('what is no list of columns is refused, and the place named', () => {
  test.each([
    ['a,', 'character 3: expected a column name, found the end of the text'],
    ['a,,b', 'character 3: expected a column name, found ",b"'],
    ['a..b', 'character 3: expected a column name, found ".b"'],
    ['.a', 'character 1: expected a column name'],
    ['a.`b', 'character 3: expected a column name, found "`b"'],
    ['a`b`', 'character 2: expected "." or "," after a column name, found "`b`"'],
    ['``', 'character 1: expected a column name'],
  ])('%j', (text, message) => {
    expect(() => parseColumnPaths(text)).toThrow(message)
    expect(() => parseColumnPaths(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})

test('paths of any names are read back from their text', () => {
  const name = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ unit: fc.constantFrom('a', '.', '`', ',', ' '), minLength: 1 }),
  )
  const path = fc.array(name, { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(fc.array(path, { maxLength: 4 }), (paths) => {
      expect(parseColumnPaths(paths.map(formatColumnPath).join(', '))).toEqual(paths)
    }),
  )
})
