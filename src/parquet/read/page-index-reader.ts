import { parseThrift } from '../thrift/thrift-reader.ts'
import type { ByteRange } from './byte-ranges.ts'
import type { StoredChunk, StoredStatistics } from './file-metadata.ts'
import { type RowRange, touches } from './row-selection.ts'

/** A data page of a column chunk, by the offset index: its bytes with the header, and the rows that begin in it. */
export interface PagePlace extends ByteRange {
  readonly rows: RowRange
}

/** An `OffsetIndex` of `parquet.thrift`. @throws {RangeError} when its pages are not those of the chunk. */
export function parseOffsetIndex(bytes: Uint8Array<ArrayBuffer>, chunk: StoredChunk, rows: number): PagePlace[] {
  const pages = parseThrift(bytes)
    .struct.structs(1)
    .map((page) => {
      const start = page.integer(1) ?? 0
      return { start, end: start + (page.integer(2) ?? 0), firstRow: page.integer(3) ?? -1 }
    })
  let [at, row] = [chunk.bytes.start, 0]
  return pages.map(({ start, end, firstRow }, i) => {
    const nextRow = pages[i + 1]?.firstRow ?? rows
    if (start < at || end < start || end > chunk.bytes.end || firstRow !== row || nextRow < firstRow) {
      throw new RangeError('the index of its pages is not in order')
    }
    at = end
    row = nextRow
    return { start, end, rows: { start: firstRow, end: nextRow } }
  })
}

/** A part of a chunk that is to be read: whole pages, and the row with which they begin. */
export interface PieceRange extends ByteRange {
  readonly firstRow: number
}

/** The parts of a chunk that hold the wanted rows: its dictionary, and runs of pages. */
export function piecesWith(rows: readonly RowRange[], pages: readonly PagePlace[], chunk: StoredChunk): PieceRange[] {
  const firstPage = pages[0]?.start ?? chunk.bytes.end
  const pieces: { start: number; end: number; firstRow: number }[] = []
  if (firstPage > chunk.bytes.start) pieces.push({ start: chunk.bytes.start, end: firstPage, firstRow: 0 })
  let run: { start: number; end: number; firstRow: number } | undefined
  for (const { start, end, rows: own } of pages) {
    if (!touches(rows, own.start, own.end)) {
      run = undefined
    } else if (run !== undefined) {
      run.end = end
    } else {
      run = { start, end, firstRow: own.start }
      pieces.push(run)
    }
  }
  return pieces
}

/**
 * What a `ColumnIndex` of `parquet.thrift` says about each page, in the form of a chunk's statistics. Of nulls it is said
 * only whether there are none (0) or nothing else (1).
 * @throws {RangeError} when it is not about `count` pages.
 */
export function parseColumnIndex(bytes: Uint8Array<ArrayBuffer>, count: number): StoredStatistics[] {
  const { struct } = parseThrift(bytes)
  const [onlyNulls, minima, maxima, nulls] = [
    struct.bools(1),
    struct.binaries(2),
    struct.binaries(3),
    struct.integers(5),
  ]
  if (onlyNulls.length !== count || minima.length !== count || maxima.length !== count) {
    throw new RangeError('the index of a column is not about its pages')
  }
  return onlyNulls.map((isNull, i) => {
    if (isNull) return { nullCount: 1, min: undefined, max: undefined, deprecated: false }
    return { nullCount: nulls[i] === 0 ? 0 : undefined, min: minima[i], max: maxima[i], deprecated: false }
  })
}
