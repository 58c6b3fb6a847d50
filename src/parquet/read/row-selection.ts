/** Rows `start` (inclusive) to `end` (exclusive) of a row group. */
export interface RowRange {
  readonly start: number
  readonly end: number
}

/** Ranges put in order, those that touch made one, and empty ones left out. */
export function joinRanges(ranges: readonly RowRange[]): RowRange[] {
  const joined: { start: number; end: number }[] = []
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (start >= end) continue
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else joined.push({ start, end })
  }
  return joined
}

export function countRows(ranges: readonly RowRange[]): number {
  return ranges.reduce((total, { start, end }) => total + end - start, 0)
}

/** Whether any of the ranges, which are in order and apart, reaches into rows `start` to `end`. */
export function touches(ranges: readonly RowRange[], start: number, end: number): boolean {
  const range = ranges[firstEndingAfter(ranges, start)]
  return range !== undefined && range.start < end
}

/** Whether one of the ranges, which are in order and apart, has all of the rows `start` to `end`. */
export function covers(ranges: readonly RowRange[], start: number, end: number): boolean {
  const range = ranges[firstEndingAfter(ranges, start)]
  return range !== undefined && range.start <= start && end <= range.end
}

/** The index of the first range that ends behind a row; as many as there are when none does. */
export function firstEndingAfter(ranges: readonly RowRange[], row: number): number {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ranges[middle]?.end ?? 0) > row) high = middle
    else low = middle + 1
  }
  return low
}
