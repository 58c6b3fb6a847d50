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

/** Whether any of the ranges reaches into rows `start` to `end`. */
export function touches(ranges: readonly RowRange[], start: number, end: number): boolean {
  return ranges.some((range) => range.start < end && start < range.end)
}
