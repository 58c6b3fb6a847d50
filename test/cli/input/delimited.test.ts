import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cells, delimitedRows } from '../../../src/cli/input/delimited.ts'
import { sourceOf } from './source-of.ts'

async function rows(text: string, delimiter: ',' | '\t' = ','): Promise<Cells[]> {
  const found: Cells[] = []
  for await (const { cells } of delimitedRows(sourceOf(text, 'rows.csv'), delimiter)) found.push(cells)
  return found
}

test('an empty cell is null, a quoted empty one is an empty string', async () => {
  expect(await rows('a,b,c\n1,,""\n')).toEqual([
    ['a', 'b', 'c'],
    ['1', null, ''],
  ])
})

test('quotes hold delimiters, line breaks and doubled quotes', async () => {
  expect(await rows('a,b\r\n"1,2","x\r\n""y"""\r\n')).toEqual([
    ['a', 'b'],
    ['1,2', 'x\r\n"y"'],
  ])
})

test('blank lines are passed over, but are rows of a single column', async () => {
  expect(await rows('a,b\n\n1,2\n\n')).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ])
  expect(await rows('a\n1\n\n2\n')).toEqual([['a'], ['1'], [null], ['2']])
})

test('tabs separate the cells of a TSV file, commas do not', async () => {
  expect(await rows('a\tb\n1,2\t3', '\t')).toEqual([
    ['a', 'b'],
    ['1,2', '3'],
  ])
})

test('any cells come back from the text that RFC 4180 makes of them', async () => {
  const cell = fc.oneof(
    fc.constant(null),
    fc.string().map((text) => text.toWellFormed()),
  )
  const width = fc.integer({ min: 2, max: 4 })
  const table = width.chain((cells) =>
    fc.array(fc.array(cell, { minLength: cells, maxLength: cells }), { minLength: 1 }),
  )
  const quote = (text: string | null): string => (text === null ? '' : `"${text.replaceAll('"', '""')}"`)
  await fc.assert(
    fc.asyncProperty(table, async (cells) => {
      expect(await rows(cells.map((row) => row.map(quote).join(',')).join('\n'))).toEqual(cells)
    }),
  )
})

describe('what cannot be read is refused with its place:', () => {
  test.each([
    ['a,b\n1,2\n3\n', 'rows.csv, row 2 (line 3): expected 2 cells as in the header, found 1; every row needs'],
    ['a,b\n1,2,3\n', 'rows.csv, row 1 (line 2): expected 2 cells as in the header, found 3; is a cell that holds'],
    ['a,b\n1,"2\n3,4\n', 'a quoted cell is opened and never closed'],
    ['a,b\n1,x"y\n', 'a quote stands where none may be'],
    ['a,b\n1,"x"y\n', 'a quote stands where none may be'],
  ])('%j', async (text, message) => {
    await expect(rows(text)).rejects.toMatchObject({ code: 'invalid-data', message: expect.stringContaining(message) })
  })
})
