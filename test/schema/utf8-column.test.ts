import { expect, test } from 'vitest'
import { piecesOf, Utf8Column } from '../../src/schema/index.ts'

const bytes = new TextEncoder().encode('aäb😀')
const column = new Utf8Column({ bytes, offsets: Int32Array.of(0, 1, 3, 3, 8), isPresent: (index) => index !== 2 })

test('a column of UTF-8 is read by index, as an array of strings is', () => {
  expect(Array.from(column)).toEqual(['a', 'ä', null, 'b😀'])
  expect(Array.prototype.slice.call(column, 1, 3)).toEqual(['ä', null])
  expect([column[1], 2 in column, 4 in column, 'length' in column]).toEqual(['ä', true, false, true])
})

test('a part of it lies over the same bytes', () => {
  const part = column.subarray(1, 9)
  expect(Array.from(part)).toEqual(['ä', null, 'b😀'])
  expect(Array.from(part.subarray(1, 2))).toEqual([null])
  expect(part.texts.bytes).toBe(bytes)
})

test('pieces of a batch keep their bytes', () => {
  const offsets = new Int32Array(5001).fill(bytes.length)
  const long = new Utf8Column({ bytes, offsets, isPresent: undefined })
  const batch = { length: 5000, columns: new Map([['c', long]]) }
  const pieces = [...piecesOf({ kind: 'columns', batch })]
  expect(pieces.map((piece) => piece.kind === 'columns' && piece.batch.columns.get('c'))).toEqual([
    expect.any(Utf8Column),
    expect.any(Utf8Column),
  ])
})
