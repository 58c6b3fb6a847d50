import type { AddFile } from '../log/index.ts'
import type { TableEntry } from '../manifest/index.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import type { TableQuery } from '../wire/index.ts'
import { type ChosenFile, chooseFiles, shownFiles } from './file-filter.ts'
import type { LoadedTable } from './loaded-table.ts'
import { queryHints, turnTaker } from './query-hints.ts'

/** Files of one page at most, as many as the protocol's reference server gives twice over: all of them are held at once. */
export const MAX_PAGE_FILES = 20_000

/** How far the pages before came. */
export interface PagePosition {
  /** The key of the last file considered; every key is greater than the empty one. */
  readonly after: string
  /** Rows that were certainly had. */
  readonly rows: number
}

export const FIRST_PAGE: PagePosition = { after: '', rows: 0 }

export interface FilePage {
  readonly files: readonly AddFile[]
  /** Where the next page begins; undefined where this is the last. */
  readonly next?: PagePosition
}

/**
 * One page of a query's answer. Files go by their paths, an order that every server gives the same version: so a page may
 * come from another server than the one before.
 * @param size files wanted in the page.
 */
export async function choosePage(
  {
    table,
    entry,
    query,
    runtime = systemRuntime,
  }: {
    readonly table: LoadedTable
    readonly entry: TableEntry
    readonly query: TableQuery
    readonly runtime?: Runtime
  },
  { after, rows }: PagePosition,
  size: number,
): Promise<FilePage> {
  const hinted = queryHints({ ...query, limit: Number.POSITIVE_INFINITY }, table)
  const takeTurns = turnTaker(hinted, runtime)
  const smallest = smallestKeys(Math.min(size, MAX_PAGE_FILES) + 1)
  for await (const file of shownFiles(table, entry)) {
    if (!(keyOf(file) > after && smallest.takes(file))) continue
    if (hinted(file).isWanted) smallest.add(file)
    const turn = takeTurns()
    if (turn) await turn
  }
  const candidates = smallest.sorted()
  const page = candidates.slice(0, Math.min(size, MAX_PAGE_FILES))
  const chosen: ChosenFile[] = []
  for await (const each of chooseFiles(page, { query, table, rows, runtime })) chosen.push(each)
  const files = chosen.map((each) => each.file)
  const last = chosen.at(-1)
  const isEnough = (last?.rows ?? rows) >= (query.limit ?? Number.POSITIVE_INFINITY)
  if (last === undefined || isEnough || candidates.length === page.length) return { files }
  return { files, next: { after: keyOf(last.file), rows: last.rows } }
}

/** What tells a live file from all others: two may share a path, where their deletion vectors differ. */
function keyOf({ path, deletionVector }: AddFile): string {
  return deletionVector === undefined
    ? path
    : `${path}\n${deletionVector.pathOrInlineDv}\n${deletionVector.offset ?? ''}`
}

interface Smallest {
  /** Whether a file could be among the smallest, as far as is known. */
  takes(file: AddFile): boolean
  add(file: AddFile): void
  sorted(): readonly AddFile[]
}

/** Keeps the files with the smallest keys: never more than twice as many as are wanted are held. */
function smallestKeys(count: number): Smallest {
  let kept: { readonly key: string; readonly file: AddFile }[] = []
  let bound: string | undefined
  const cut = (): void => {
    kept.sort((a, b) => (a.key < b.key ? -1 : 1))
    kept = kept.slice(0, count)
    if (kept.length === count) bound = kept.at(-1)?.key
  }
  return {
    takes: (file) => bound === undefined || keyOf(file) < bound,
    add(file) {
      kept.push({ key: keyOf(file), file })
      if (kept.length >= 2 * count) cut()
    },
    sorted() {
      cut()
      return kept.map((each) => each.file)
    },
  }
}
