import type { Table } from '../table/index.ts'
import { commitAgain } from './commit-again.ts'
import type { ConnectorContext } from './context.ts'
import { type Erasure, erasedRows } from './erasure.ts'
import { asSpelledIn } from './spellings.ts'
import type { TablePlace } from './table-place.ts'
import { findTableAt, setEraseEpoch } from './version-table.ts'

export interface ErasedFrom {
  /** How many rows went. */
  readonly rows: number
  /** With each key as the table spelled it, too. */
  readonly erasure: Erasure
}

/**
 * Deletes rows of a table, in commits that do not say which, however the table spells their keys. First the table learns of the
 * erasure: whoever staged rows before it cannot commit them any more, and what was committed until then is deleted with the rest.
 * @returns undefined where there is no such table.
 */
export function eraseFromTable(
  context: ConnectorContext,
  place: TablePlace & { readonly pin?: number | undefined },
  erasure: Erasure,
  epoch: number,
): Promise<ErasedFrom | undefined> {
  const { signal } = context
  const { location, store, pin } = place
  let spelled = erasure
  return commitAgain(context, `rows could not be erased from ${location}`, async () => {
    const table = await findTableAt(context, { location, store }, { keepVersions: pin === undefined ? [] : [pin] })
    if (table === undefined) return undefined
    await setEraseEpoch(table, epoch, signal)
    spelled = await asSpelledIn(table, spelled, signal)
    const rows = await deleteRows(table, spelled, signal)
    await table.settled()
    return { rows, erasure: spelled }
  })
}

async function deleteRows(table: Table, erasure: Erasure, signal: AbortSignal | undefined): Promise<number> {
  const where = erasedRows(erasure, table.schema)
  if (where === undefined) return 0
  const { rowsDeleted } = await table.delete({ where, withoutValues: true, signal })
  return rowsDeleted ?? 0
}
