import type { ShownTable } from '../../manifest/index.ts'
import { isCustomerVisible } from '../activity.ts'
import { ACTIVITY_LOG, activityRow } from '../metadata/activity-log.ts'
import { publishEvents } from '../metadata/events.ts'
import { type MetadataSettings, PinnedTable } from '../metadata/pinned-table.ts'
import type { EventBatch } from '../waiting-events.ts'
import { type Fence, metadataEntry } from './fence.ts'

/**
 * Prepares what the share is to show of the activity log: the events that wait, as far as the customer may see them.
 * Undefined where it shows them already, or no log at all.
 * @throws {DeltaError} `conflict` when another publisher wrote it meanwhile.
 */
export async function showEvents(
  settings: MetadataSettings,
  fence: Fence,
  batches: readonly EventBatch[],
  ingestedAt: string,
): Promise<ShownTable | undefined> {
  const { activityLog, workflows } = fence.record.config
  const isShown = settings.place(ACTIVITY_LOG.name).pin !== undefined
  if (activityLog === false) return undefined
  if (isShown && batches.length === 0 && !(await new PinnedTable(ACTIVITY_LOG, settings).isOvertaken()))
    return undefined
  const selected = workflows === 'all' ? workflows : new Set(workflows)
  const { includeUserEmail } = activityLog
  const rows = batches
    .flatMap(({ events }) => events)
    .filter((event) => isCustomerVisible(event, selected))
    .map((event) => activityRow(event, { includeUserEmail, ingestedAt }))
  const written = await publishEvents(settings, rows)
  return written.changed ? metadataEntry(fence, written) : undefined
}
