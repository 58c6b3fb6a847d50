import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonPieces } from '../../../src/cli/input/json-pieces.ts'
import type { JsonPiece } from '../../../src/schema/index.ts'

/** Cuts a text that arrives in chunks of the given size. */
function cut(text: string, size = text.length): JsonPiece[] {
  const pieces = new JsonPieces('rows.json')
  const found: JsonPiece[] = []
  for (let at = 0; at < text.length; at += size) found.push(...pieces.push(text.slice(at, at + size)))
  return [...found, ...pieces.end()]
}

const texts = (pieces: readonly JsonPiece[]): string[] => pieces.map((piece) => piece.text)

test('the elements of an array are cut out with the place where each starts', () => {
  expect(cut('[\n {"a": 1},\n {"b": [2, "]"]}, 3]')).toEqual([
    { text: '{"a": 1}', line: 2, character: 2 },
    { text: '{"b": [2, "]"]}', line: 3, character: 2 },
    { text: '3', line: 3, character: 19 },
  ])
})

test('values that follow each other are cut apart, on lines or not', () => {
  expect(texts(cut('{"a": 1}\n{"a": 2} {"a": 3}{"a": 4}\n7\n"x"'))).toEqual([
    '{"a": 1}',
    '{"a": 2}',
    '{"a": 3}',
    '{"a": 4}',
    '7',
    '"x"',
  ])
})

test('quotes, brackets and backslashes inside strings do not end a value', () => {
  const row = JSON.stringify({ 'a"]}\\': '\\"[{,' })
  expect(texts(cut(`[${row},${row}]`))).toEqual([row, row])
})

test('an empty array has no values', () => {
  expect(cut(' [ ] ')).toEqual([])
})

test('any rows come back the same, however the text is cut into chunks', () => {
  const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 })
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 40 }), fc.boolean(), (values, size, asArray) => {
      const text = asArray ? JSON.stringify(values, null, 1) : values.map((row) => JSON.stringify(row)).join('\n')
      expect(texts(cut(text, size)).map((piece) => JSON.parse(piece))).toEqual(JSON.parse(JSON.stringify(values)))
    }),
  )
})

describe('what stands wrong between values is refused with its place:', () => {
  test.each([
    ['[1 2', 'line 1, character 5: expected "," or "]", found the end of the text'],
    ['[{}, ]', 'line 1, character 6: expected a value, found "]"'],
    ['[{},,{}]', 'line 1, character 5: expected a value, found ",{}]"'],
    ['[{}\n{}]', 'line 2, character 1: expected "," or "]", found "{}]"'],
    ['[{}] x', 'line 1, character 6: expected nothing more, found "x"'],
    ['{},{}', 'line 1, character 3: expected a value, found ",{}"'],
    ['[{}', 'line 1, character 4: expected "," or "]", found the end of the text'],
  ])('%j', (text, message) => {
    expect(() => cut(text)).toThrow(`rows.json is not valid JSON: ${message}`)
    expect(() => cut(text, 1)).toThrow('rows.json is not valid JSON')
  })
})
