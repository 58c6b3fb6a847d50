import { describe, expect, test } from 'vitest'
import { checkRange, type Range, resolveRange } from '../../src/store/range.ts'

describe('a range of an object of 10 bytes', () => {
  test.each<[Range | undefined, number, number]>([
    [undefined, 0, 10],
    [{ start: 0 }, 0, 10],
    [{ start: 3, end: 5 }, 3, 5],
    [{ start: 3, end: 99 }, 3, 10],
    [{ start: 10 }, 10, 10],
    [{ start: 4, end: 4 }, 4, 4],
    [{ suffix: 3 }, 7, 10],
    [{ suffix: 99 }, 0, 10],
    [{ suffix: 0 }, 10, 10],
  ])('%j is bytes %d to %d', (range, start, end) => {
    expect(resolveRange(range, 10, 'key')).toEqual({ start, end })
  })
})

test('a range that starts past the end is refused, naming key and size', () => {
  expect(() => resolveRange({ start: 11 }, 10, 'a/key')).toThrow(/a\/key starts past its end: it has 10 bytes/)
})

test('what is no range is refused before anything is read', () => {
  for (const range of [{ start: -1 }, { start: 0.5 }, { start: Number.NaN }, { start: 2, end: 1 }, { suffix: -1 }]) {
    expect(() => checkRange(range)).toThrow(/is no range of bytes/)
  }
  expect(() => checkRange(undefined)).not.toThrow()
})
