import type { Table } from '../table/index.ts'
import { columnLayout } from './column-layout.ts'
import type { ConnectorContext } from './context.ts'
import type { JournalEntry } from './journal-entry.ts'
import { type Fence, pinnedPlace } from './publish/fence.ts'
import { formatVersionTable } from './table-name.ts'
import { openOrCreateVersionTable } from './version-table.ts'

/**
 * Opens the table that the rows of a run were staged for, at its newest version.
 * @throws {DeltaError} as {@link openOrCreateVersionTable}.
 */
export function openRunTable(
  context: ConnectorContext,
  fence: Fence,
  {
    workflowId,
    schema,
    schemaVersion,
  }: Pick<JournalEntry, 'workflowId' | 'schema'> & { readonly schemaVersion: number },
): Promise<Table> {
  const { schema: name, config, eraseEpoch } = fence.record
  const { pin } = pinnedPlace(context, fence, formatVersionTable(workflowId, schemaVersion))
  const layout = columnLayout(schema, config)
  return openOrCreateVersionTable(context, { schema: name, workflowId, schemaVersion }, { layout, eraseEpoch, pin })
}
