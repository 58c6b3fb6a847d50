import { formatJson, parseJson } from '../../json.ts'
import type { ShownTable } from '../../manifest/index.ts'
import { withoutEmails } from '../activity.ts'
import { isSelected } from '../connector-record.ts'
import { ACTIVITY_LOG, type ActivityRow } from '../metadata/activity-log.ts'
import { type MetadataSettings, PinnedTable } from '../metadata/pinned-table.ts'
import { replaceRows } from '../metadata/replace.ts'
import { type Fence, metadataEntry } from './fence.ts'

/**
 * Prepares the activity log without the events of workflows that are not selected, and without addresses of users where the
 * configuration does not name them. Undefined where there is nothing of that in it.
 * @throws {DeltaError} `conflict` when another publisher wrote it meanwhile.
 */
export async function reduceEvents(settings: MetadataSettings, fence: Fence): Promise<ShownTable | undefined> {
  const { record } = fence
  const { activityLog } = record.config
  if (activityLog === false) return undefined
  const table = new PinnedTable(ACTIVITY_LOG, settings)
  const before = await table.rows()
  const after = before
    .filter(({ WORKFLOW_ID: id }) => id === null || isSelected(record, id))
    .map((row) => (activityLog.includeUserEmail ? row : withoutEmail(row)))
  if (after.length === before.length && after.every((row, index) => row === before[index])) return undefined
  return metadataEntry(fence, await replaceRows(table, async () => after, settings.signal))
}

function withoutEmail(row: ActivityRow): ActivityRow {
  const { USER_EMAIL, DETAILS } = row
  if (USER_EMAIL === null && DETAILS === null) return row
  const details = DETAILS === null ? null : withoutEmails(parseJson(DETAILS, 'DETAILS'))
  const text = details === null ? null : formatJson(details)
  if (USER_EMAIL === null && text === DETAILS) return row
  return { ...row, USER_EMAIL: null, DETAILS: text === '{}' ? null : text }
}
