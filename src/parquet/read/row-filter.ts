import { mayMatch, type Predicate, predicateColumns, type StatsView } from '../../predicate/index.ts'
import type { PhysicalValue } from '../../schema/index.ts'
import { readRanges } from './byte-ranges.ts'
import type { StoredChunk, StoredRowGroup } from './file-metadata.ts'
import type { FileSource } from './file-source.ts'
import { type PagePlace, parseColumnIndex, parseOffsetIndex } from './page-index-reader.ts'
import type { ReadPlan } from './read-plan.ts'
import { joinRanges, type RowRange } from './row-selection.ts'
import { type ColumnBounds, storedBounds } from './stored-bounds.ts'

/** A filter, and what is known of its columns before the file is looked at. */
export interface RowFilter {
  readonly where: Predicate
  /** How the filter's column at a path is stored. */
  readonly planOf: (path: readonly string[]) => ReadPlan
  /** Columns that have one value in all rows, whatever the file holds. */
  readonly constants: ReadonlyMap<string, PhysicalValue | null>
}

/**
 * The rows of a row group that may match: by the statistics of its column chunks, and by those of its pages where the
 * file has them. Sound: a row that is left out does not match.
 */
export async function rowsThatMayMatch(
  source: FileSource,
  group: StoredRowGroup,
  filter: RowFilter,
  signal: AbortSignal | undefined,
): Promise<readonly RowRange[]> {
  const columns = predicateColumns(filter.where).map((path) => filterColumn(path, group, filter))
  const known = new Map(columns.map(({ name, bounds }) => [name, bounds]))
  const all = [{ start: 0, end: group.rows }]
  if (group.rows === 0 || !mayMatch(filter.where, viewOf(known, group.rows))) return []
  const pages = await loadPages(source, group, columns, signal)
  if (pages.length === 0) return all
  const starts = new Set(pages.flatMap((column) => column.pages.map(({ rows }) => rows.start)))
  const cuts = [...starts, group.rows].sort((a, b) => a - b)
  const current = pages.map(() => 0)
  return joinRanges(
    cuts.flatMap((start, i) => {
      const end = cuts[i + 1] ?? start
      for (const [column, { name, pages: own }] of pages.entries()) {
        let page = current[column] ?? 0
        while ((own[page + 1]?.rows.start ?? Number.POSITIVE_INFINITY) <= start) page++
        current[column] = page
        known.set(name, own[page]?.bounds)
      }
      return mayMatch(filter.where, viewOf(known, 1)) ? [{ start, end }] : []
    }),
  )
}

/** What is known of a column: its one value, or bounds. */
type Knowledge = ColumnBounds | { readonly exact: PhysicalValue | null } | undefined

interface FilterColumn {
  readonly name: string
  readonly bounds: Knowledge
  readonly chunk: StoredChunk | undefined
  readonly plan: ReadPlan
}

function filterColumn(path: readonly string[], group: StoredRowGroup, { planOf, constants }: RowFilter): FilterColumn {
  const name = JSON.stringify(path)
  const [top = ''] = path
  const constant = path.length === 1 ? constants.get(top) : undefined
  if (constant !== undefined) return { name, bounds: { exact: constant }, chunk: undefined, plan: { kind: 'missing' } }
  const plan = planOf(path)
  if (plan.kind === 'missing') return { name, bounds: { exact: null }, chunk: undefined, plan }
  const chunk = plan.kind === 'leaf' && plan.node.repetition === 0 ? group.chunks[plan.node.chunk] : undefined
  const statistics = chunk?.statistics
  const bounds = plan.kind === 'leaf' && statistics ? storedBounds(statistics, plan.node.element, plan.leaf) : undefined
  return { name, bounds, chunk, plan }
}

function viewOf(known: ReadonlyMap<string, Knowledge>, rows: number): StatsView {
  const at = (path: readonly string[]): Knowledge => known.get(JSON.stringify(path))
  const bounds = (path: readonly string[]): ColumnBounds | undefined => {
    const found = at(path)
    return found && 'exact' in found ? undefined : found
  }
  return {
    numRecords: rows,
    nullCount: (path) => bounds(path)?.nullCount,
    min: (path) => bounds(path)?.min,
    max: (path) => bounds(path)?.max,
    mayHoldNaN: (path) => bounds(path)?.mayHoldNaN ?? true,
    exact(path) {
      const found = at(path)
      return found && 'exact' in found ? found.exact : undefined
    },
  }
}

interface PagedColumn {
  readonly name: string
  readonly pages: readonly (PagePlace & { readonly bounds: ColumnBounds })[]
}

/** The pages of the filter's columns that have an index, and more than one page. An index that is damaged is none. */
async function loadPages(
  { file, tail }: FileSource,
  group: StoredRowGroup,
  columns: readonly FilterColumn[],
  signal: AbortSignal | undefined,
): Promise<PagedColumn[]> {
  const indexed = columns.flatMap(({ name, chunk, plan }) => {
    if (plan.kind !== 'leaf' || !chunk?.offsetIndex || !chunk.columnIndex) return []
    return [{ name, chunk, plan, ranges: [chunk.offsetIndex, chunk.columnIndex] }]
  })
  const bytes = await readRanges(
    file,
    tail,
    indexed.flatMap(({ ranges }) => ranges),
    signal,
  )
  return indexed.flatMap(({ name, chunk, plan }, i) => {
    try {
      const places = parseOffsetIndex(bytes[2 * i] ?? new Uint8Array(0), chunk, group.rows)
      const statistics = parseColumnIndex(bytes[2 * i + 1] ?? new Uint8Array(0), places.length)
      if (places.length < 2) return []
      const bounded = statistics.map((each) => storedBounds(each, plan.node.element, plan.leaf))
      const pages = places.map((place, page) => ({ ...place, bounds: bounded[page] ?? NOTHING }))
      return [{ name, pages }]
    } catch {
      return []
    }
  })
}

const NOTHING: ColumnBounds = { nullCount: undefined, min: undefined, max: undefined, mayHoldNaN: true }
