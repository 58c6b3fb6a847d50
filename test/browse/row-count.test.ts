import { describe, expect, test } from 'vitest'
import { rowsOfLine, sampleVersions } from '../../src/browse/page/row-count.ts'

describe('the versions that are counted', () => {
  test.each([
    [0, 0, [0]],
    [5, 5, [5]],
    [0, 3, [0, 1, 2, 3]],
    [90, 93, [90, 91, 92, 93]],
  ])('from %i to %i are all of them where they are few', (first, newest, expected) => {
    expect(sampleVersions(first, newest)).toEqual(expected)
  })

  test('are spread evenly where they are many, with the first and the newest', () => {
    expect(sampleVersions(0, 100, 5)).toEqual([0, 25, 50, 75, 100])
    const sample = sampleVersions(3, 100_000)
    expect([sample.length, sample[0], sample.at(-1)]).toEqual([12, 3, 100_000])
  })
})

describe('the rows of a line', () => {
  const stats = JSON.stringify({ numRecords: 10 })

  test.each([
    ['an empty line', '', 0],
    ['the protocol', '{"protocol":{"minReaderVersion":1}}', 0],
    ['the end', '{"endStreamAction":{"refreshToken":"r"}}', 0],
    ['a file of the parquet format', JSON.stringify({ file: { url: 'u', stats } }), 10],
    ['a file of the delta format', JSON.stringify({ file: { deltaSingleAction: { add: { stats } } } }), 10],
    [
      'a file some of whose rows are deleted',
      JSON.stringify({ file: { deltaSingleAction: { add: { stats, deletionVector: { cardinality: 3 } } } } }),
      7,
    ],
  ])('of %s are counted', (_, line, rows) => {
    expect(rowsOfLine(line)).toBe(rows)
  })

  test.each([
    ['without statistics', JSON.stringify({ file: { url: 'u' } })],
    ['with statistics that do not count', JSON.stringify({ file: { stats: '{}' } })],
    ['with damaged statistics', JSON.stringify({ file: { stats: '{' } })],
    ['that says that the answer broke off', '{"endStreamAction":{"errorMessage":"gone"}}'],
    ['that says that there is more elsewhere', '{"endStreamAction":{"nextPageToken":"t"}}'],
    ['that is none', '{"file":'],
  ])('%s cannot be told', (_, line) => {
    expect(rowsOfLine(line)).toBeUndefined()
  })
})
