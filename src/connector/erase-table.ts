import type { Table } from '../table/index.ts'
import { commitAgain } from './commit-again.ts'
import type { ConnectorContext } from './context.ts'
import { type Erasure, erasedRows } from './erasure.ts'
import type { TablePlace } from './table-place.ts'
import { findTableAt, setEraseEpoch } from './version-table.ts'

/**
 * Deletes rows of a table, in commits that do not say which. First the table learns of the erasure: whoever staged rows
 * before it cannot commit them any more, and what was committed until then is deleted with the rest.
 * @returns how many rows went; undefined where there is no such table.
 */
export function eraseFromTable(
  context: ConnectorContext,
  place: TablePlace & { readonly pin?: number | undefined },
  erasure: Erasure,
  epoch: number,
): Promise<number | undefined> {
  const { signal } = context
  const { location, store, pin } = place
  return commitAgain(context, `rows could not be erased from ${location}`, async () => {
    const table = await findTableAt(context, { location, store }, { keepVersions: pin === undefined ? [] : [pin] })
    if (table === undefined) return undefined
    await setEraseEpoch(table, epoch, signal)
    const rows = await deleteRows(table, erasure, signal)
    await table.settled()
    return rows
  })
}

async function deleteRows(table: Table, erasure: Erasure, signal: AbortSignal | undefined): Promise<number> {
  const where = erasedRows(erasure, table.schema)
  if (where === undefined) return 0
  const { rowsDeleted } = await table.delete({ where, withoutValues: true, signal })
  return rowsDeleted ?? 0
}
