import type { Row } from '../../schema/index.ts'
import { type PinnedTable, startOver, type WrittenTable } from './pinned-table.ts'

/**
 * Writes a small table anew, as one file in the order of its keys, so that the rows of one workflow lie together.
 * @param next all its rows, made only if anything changes; undefined where nothing does: then it is written only where
 * recipients see something else than was published.
 * @throws {DeltaError} `conflict` when somebody else wrote to the table meanwhile.
 */
export async function replaceRows<R extends Row>(
  table: PinnedTable<R>,
  next: (() => Promise<readonly R[]>) | undefined,
  signal?: AbortSignal | undefined,
): Promise<WrittenTable> {
  const { pin } = table.place
  if (next === undefined && pin !== undefined && !(await table.isOvertaken())) return table.written(pin)
  const rows = await (next?.() ?? table.rows())
  try {
    const head = await table.headFromPin()
    const { version } = await head.overwrite(rows.toSorted(table.kind.compare), { exclusive: true, signal })
    return table.written(version)
  } catch (error) {
    throw startOver(error, table.kind.name)
  }
}
