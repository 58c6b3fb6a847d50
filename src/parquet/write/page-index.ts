import { ThriftWriter } from '../thrift/thrift-writer.ts'
import type { DataPage } from './page.ts'
import type { FooterBounds } from './values/value-writer.ts'

/** `BoundaryOrder` of `parquet.thrift`. */
const BoundaryOrder = { UNORDERED: 0, ASCENDING: 1, DESCENDING: 2 } as const

type Compare = (a: Uint8Array, b: Uint8Array) => number
type CompleteBounds = Required<FooterBounds>

const NOTHING = new Uint8Array(0)

/**
 * The `ColumnIndex` of a column chunk: the bounds of each page, so that readers skip pages (parquet-format "PageIndex").
 * @returns undefined when a page with values has no bounds, because of a NaN say: the index cannot express that.
 */
export function formatColumnIndex(pages: readonly DataPage[], compare: Compare): Uint8Array | undefined {
  const bounds = pages.map((page) => (page.nulls < page.count ? page.bounds : undefined))
  if (!bounds.every(isNullOrComplete)) return undefined
  const thrift = new ThriftWriter()
  thrift.bools(
    1,
    bounds.map((page) => page === undefined),
  )
  thrift.binaries(
    2,
    bounds.map((page) => page?.min.bytes ?? NOTHING),
  )
  thrift.binaries(
    3,
    bounds.map((page) => page?.max.bytes ?? NOTHING),
  )
  thrift.i32(4, boundaryOrder(bounds.filter(isPresent), compare))
  thrift.i64s(
    5,
    pages.map((page) => page.nulls),
  )
  return thrift.finish()
}

/** The `OffsetIndex` of a column chunk: where each page is and with which row it begins. */
export function formatOffsetIndex(pages: readonly DataPage[], offset: number): Uint8Array {
  let at = offset
  let row = 0
  const thrift = new ThriftWriter()
  thrift.structs(1, pages, ({ storedSize, rows }) => {
    thrift.i64(1, at)
    thrift.i32(2, storedSize)
    thrift.i64(3, row)
    at += storedSize
    row += rows
  })
  return thrift.finish()
}

/** Whether both bounds of the pages rise, or fall, from page to page. */
function boundaryOrder(bounds: readonly CompleteBounds[], compare: Compare): number {
  let rises = true
  let falls = true
  for (const [i, { min, max }] of bounds.entries()) {
    const before = bounds[i - 1]
    if (before === undefined) continue
    const [least, greatest] = [compare(min.bytes, before.min.bytes), compare(max.bytes, before.max.bytes)]
    if (least < 0 || greatest < 0) rises = false
    if (least > 0 || greatest > 0) falls = false
  }
  if (rises) return BoundaryOrder.ASCENDING
  return falls ? BoundaryOrder.DESCENDING : BoundaryOrder.UNORDERED
}

function isPresent(bounds: CompleteBounds | undefined): bounds is CompleteBounds {
  return bounds !== undefined
}

function isNullOrComplete(bounds: FooterBounds | undefined): bounds is CompleteBounds | undefined {
  return bounds === undefined || (bounds.min !== undefined && bounds.max !== undefined)
}
