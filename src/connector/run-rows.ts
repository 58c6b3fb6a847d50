import type { Row } from '../schema/index.ts'
import type { LineageNames } from './lineage.ts'

/** A table, or one that is shared. */
interface Readable {
  read(options: { readonly columns: readonly string[]; readonly signal?: AbortSignal | undefined }): AsyncIterable<Row>
}

/** How many rows each run has in the table of its version. One column of the table is read. */
export async function countRuns(
  table: Readable,
  { KADOA_RUN_ID: column }: LineageNames,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for await (const { [column]: runId } of table.read({ columns: [column], signal })) {
    counts.set(String(runId), (counts.get(String(runId)) ?? 0) + 1)
  }
  return counts
}
