import type { ParquetFile, RowRange } from '../../parquet/index.ts'
import type { AddFile } from '../actions.ts'
import { readAction } from './columns.ts'
import { readParsedStats } from './parsed-stats.ts'
import { addsOf } from './rows.ts'

/**
 * The adds in some rows of a row group, or in all: all their columns are read at once, as they are most of what a
 * checkpoint holds. Statistics come from their text, or from their columns where there is none.
 * @throws {DeltaError} `invalid-data`, `unsupported`.
 */
export async function readAdds(
  file: ParquetFile,
  rowGroup: number,
  rows: readonly RowRange[] | undefined,
  signal?: AbortSignal,
): Promise<Iterable<AddFile>> {
  const columns = await readAction(file, rowGroup, 'add', rows, signal)
  const [paths = [], texts = []] = [columns.get('path'), columns.get('stats')]
  const lacksText = paths.some((path, row) => path !== null && texts[row] === null)
  return addsOf(columns, lacksText ? await readParsedStats(file, rowGroup, rows, signal) : undefined)
}
