import type { AddFile } from '../log/index.ts'
import type { TableEntry } from '../manifest/index.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import type { TableQuery } from '../wire/index.ts'
import type { LoadedTable } from './loaded-table.ts'
import { partitionFilter } from './partition-filter.ts'
import { queryHints, turnTaker } from './query-hints.ts'

/** A file of an answer, and how many rows are certainly had with it and those before it. */
export interface ChosenFile {
  readonly file: AddFile
  readonly rows: number
}

/**
 * The files of a table that a query needs, of those that the share shows. Sound: a file is left out only if no row of it
 * can be wanted, be it because its rows cannot match or because the files before it certainly hold as many as are wanted.
 * @param files in the order in which rows are counted.
 * @param rows that were had already.
 */
export async function* chooseFiles(
  files: AsyncIterable<AddFile> | Iterable<AddFile>,
  {
    query,
    table,
    rows = 0,
    runtime = systemRuntime,
  }: {
    readonly query: TableQuery
    readonly table: LoadedTable
    readonly rows?: number
    readonly runtime?: Runtime
  },
): AsyncGenerator<ChosenFile> {
  const { limit = Number.POSITIVE_INFINITY } = query
  const hinted = queryHints(query, table)
  const takeTurns = turnTaker(hinted, runtime)
  let counted = rows
  for await (const file of files) {
    if (counted >= limit) return
    const { isWanted, wantedRows } = hinted(file)
    const turn = takeTurns()
    if (turn) await turn
    if (!isWanted) continue
    counted += wantedRows
    yield { file, rows: counted }
  }
}

/** The files of a table that the share shows. @throws {DeltaError} `unsupported` for a filter that does not fit the table. */
export async function* shownFiles(table: LoadedTable, entry: TableEntry): AsyncGenerator<AddFile> {
  const isShown = partitionFilter(entry, table)
  for await (const files of table.files()) for (const file of files) if (isShown(file)) yield file
}
