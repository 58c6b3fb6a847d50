import { ACTIVITY_LOG, type ActivityRow } from './activity-log.ts'
import { growTable } from './grow.ts'
import { type MetadataSettings, PinnedTable, type WrittenTable } from './pinned-table.ts'

/**
 * Adds events to what the share shows of `ACTIVITY_LOG`; the table is made where there is none. An event is a fact and
 * stays as it was told first: one whose id is there, or that comes twice, is left out. For that an event keeps its time:
 * its id is looked for among those of the same time span.
 * @throws {DeltaError} `conflict` when somebody else wrote to the table meanwhile: nothing of this is to be shown.
 */
export async function publishEvents(settings: MetadataSettings, events: readonly ActivityRow[]): Promise<WrittenTable> {
  const table = new PinnedTable(ACTIVITY_LOG, settings)
  const byId = new Map(events.toReversed().map((event) => [event.EVENT_ID, event]))
  for (const id of await knownIds(table, events)) byId.delete(id)
  return growTable(table, { added: [...byId.values()], changed: [] }, settings.signal)
}

async function knownIds(table: PinnedTable<ActivityRow>, events: readonly ActivityRow[]): Promise<string[]> {
  // Times of one length, in UTC: their text sorts as they do.
  const times = events.map(({ EVENT_TIME }) => EVENT_TIME).sort()
  if (times.length === 0) return []
  const where = { EVENT_TIME: { gte: times[0], lte: times.at(-1) } }
  const ids: string[] = []
  for await (const row of table.read({ where, columns: ['EVENT_ID'] })) ids.push(String(row.EVENT_ID))
  return ids
}
