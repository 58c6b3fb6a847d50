import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RowBitmap } from '../../../src/scan/deletion-vector/row-bitmap.ts'
import { formatRows, u32 } from './roaring.ts'

/** The rows of a set between two numbers. */
function rowsIn(bitmap: RowBitmap, start: number, end: number): number[] {
  const marks = new Uint8Array(end - start + 2)
  bitmap.mark(start, end, marks, 1)
  expect([marks[0], marks.at(-1)]).toEqual([0, 0])
  return Array.from(marks.subarray(1, -1), (mark, i) => (mark ? start + i : -1)).filter((row) => row >= 0)
}

/** Rows close together, far apart, and in long runs. */
const rowSets = fc
  .array(
    fc.tuple(
      fc.oneof(fc.nat(200_000), fc.constantFrom(65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 52)),
      fc.oneof(fc.constant(1), fc.nat(5000)),
    ),
    { maxLength: 8 },
  )
  .map((runs) => [...new Set(runs.flatMap(([start, length]) => Array.from({ length }, (_, i) => start + i)))])
  .map((rows) => rows.sort((a, b) => a - b))

describe('a set of rows', () => {
  test('has exactly the rows that were written, whatever the form of its containers', () => {
    fc.assert(
      fc.property(rowSets, fc.boolean(), fc.nat(300_000), fc.nat(100_000), (rows, runs, start, length) => {
        const bitmap = new RowBitmap(formatRows(rows, { runs }))
        expect(bitmap.cardinality).toBe(rows.length)
        expect(bitmap.end).toBe((rows.at(-1) ?? -1) + 1)
        const end = start + length
        expect(rowsIn(bitmap, start, end)).toEqual(rows.filter((row) => row >= start && row < end))
      }),
      { numRuns: 60 },
    )
  })

  test('may be in the older form of delta-spark', () => {
    const rows = [0, 7, 65_536, 2 ** 32 + 5]
    const bitmap = new RowBitmap(formatRows(rows, { native: true }))
    expect(rowsIn(bitmap, 0, 70_000)).toEqual([0, 7, 65_536])
    expect(rowsIn(bitmap, 2 ** 32, 2 ** 32 + 10)).toEqual([2 ** 32 + 5])
  })

  test('may be empty', () => {
    expect([new RowBitmap(formatRows([])).cardinality, new RowBitmap(formatRows([])).end]).toEqual([0, 0])
  })
})

describe('bytes that are no set of rows', () => {
  const rows = [3, 4, 7, 11, 18, 29]
  const whole = formatRows(rows)
  const changed = (at: number, ...bytes: number[]): Uint8Array => {
    const copy = whole.slice()
    copy.set(bytes, at)
    return copy
  }

  test.each<[string, Uint8Array, string]>([
    ['another magic number', changed(0, 0), 'it begins with'],
    ['another cookie', changed(16, 0), 'expected 12346 or 12347'],
    ['more bitmaps than bytes', changed(4, ...u32(2 ** 31), ...u32(2 ** 31)), 'it ends after'],
    ['more containers than there are keys', changed(20, ...u32(2 ** 31)), 'claims 2147483648 containers'],
    ['more containers than bytes', changed(20, ...u32(2 ** 16)), 'it ends after'],
    ['more values than bytes', changed(26, 255, 0), 'it ends after'],
    ['a value that comes twice', changed(34, 3, 0), 'out of order'],
    ['a row number beyond 2^53', changed(12, ...u32(2 ** 21)), 'beyond 2^53'],
  ])('are refused for %s', (_, bytes, message) => {
    expect(() => new RowBitmap(bytes)).toThrow(message)
  })

  test('are refused wherever they are cut off', () => {
    for (let end = 0; end < whole.length; end++) expect(() => new RowBitmap(whole.subarray(0, end))).toThrow(RangeError)
  })

  test('are refused where a container says it has more or fewer values than it has', () => {
    const bits = formatRows(Array.from({ length: 5000 }, (_, row) => row))
    bits[26] = 0
    expect(() => new RowBitmap(bits)).toThrow('has 5000 values, and is said to have')
    const runs = formatRows(rows, { runs: true })
    runs[23] = 9
    expect(() => new RowBitmap(runs)).toThrow('container 0 has 6 values, and is said to have 10')
  })

  test('never make it fail otherwise, or run out of memory', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }), (edits) => {
        const copy = whole.slice()
        for (const [at, byte] of edits) copy[at] = byte
        try {
          rowsIn(new RowBitmap(copy), 0, 100)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})
