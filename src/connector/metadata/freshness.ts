import { formatLatestTable } from '../table-name.ts'
import { type MetadataSettings, PinnedTable } from './pinned-table.ts'
import { isPublished, WORKFLOW_RUNS } from './runs.ts'
import { WORKFLOWS } from './workflows.ts'

/** When the newest run finished whose rows a table has, as the share tells it now: by the names of tables. */
export async function loadFreshness(settings: MetadataSettings): Promise<Map<string, string>> {
  const newest = new Map<string, string>()
  const columns = ['TABLE_NAME', 'FINISHED_AT', 'STATUS']
  for await (const row of new PinnedTable(WORKFLOW_RUNS, settings).read({ columns })) {
    const { TABLE_NAME: name, FINISHED_AT: finishedAt, STATUS: status } = row
    if (typeof name !== 'string' || typeof finishedAt !== 'string' || !isPublished({ STATUS: String(status) })) continue
    // Times of one length, in UTC: their text sorts as they do.
    if (finishedAt > (newest.get(name) ?? '')) newest.set(name, finishedAt)
  }
  for (const { WORKFLOW_ID: id, LATEST_RUN_FINISHED_AT: finishedAt } of await new PinnedTable(
    WORKFLOWS,
    settings,
  ).rows()) {
    if (finishedAt !== null) newest.set(formatLatestTable(id), finishedAt)
  }
  return newest
}
