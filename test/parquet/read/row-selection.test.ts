import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countRows, covers, joinRanges, touches } from '../../../src/parquet/read/row-selection.ts'

const ranges = fc
  .array(fc.tuple(fc.nat(60), fc.nat(8)), { maxLength: 12 })
  .map((pairs) => pairs.map(([start, length]) => ({ start, end: start + length })))

test('ranges that are joined hold the same rows, in order and apart', () => {
  fc.assert(
    fc.property(ranges, (given) => {
      const joined = joinRanges(given)
      const rows = new Set(given.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)))
      expect(countRows(joined)).toBe(rows.size)
      for (const row of rows) expect(covers(joined, row, row + 1)).toBe(true)
      for (const [i, { start }] of joined.entries()) expect(start).toBeGreaterThan(joined[i - 1]?.end ?? -1)
    }),
  )
})

test('whether rows are touched or covered is told as by going through all ranges', () => {
  fc.assert(
    fc.property(ranges, fc.nat(70), fc.integer({ min: 1, max: 10 }), (given, start, length) => {
      const joined = joinRanges(given)
      const end = start + length
      expect(touches(joined, start, end)).toBe(joined.some((range) => range.start < end && start < range.end))
      expect(covers(joined, start, end)).toBe(joined.some((range) => range.start <= start && end <= range.end))
    }),
  )
})
