import { expect, test } from 'vitest'
import { parseActivityEvent } from '../../../src/connector/activity.ts'
import { ACTIVITY_LOG, type ActivityRow, activityRow } from '../../../src/connector/metadata/activity-log.ts'
import { publishEvents } from '../../../src/connector/metadata/events.ts'
import { PinnedTable } from '../../../src/connector/metadata/pinned-table.ts'
import { hour, metadataTables } from './sample.ts'

function rowOf(n: number, ingestedAt = 50, more: object = {}): ActivityRow {
  const event = parseActivityEvent({ title: 'CREATED', dateTime: hour(n), ...more })
  return activityRow(event, { includeUserEmail: false, ingestedAt: hour(ingestedAt) })
}

test('events are added once, however often and in whatever company they come', async () => {
  const tables = metadataTables()
  const publish = async (...rows: ActivityRow[]) => {
    const written = await publishEvents(tables.settings, rows)
    tables.publish([written])
    return written.changed
  }
  expect(await publish()).toBe(true)
  expect(await publish(rowOf(3), rowOf(1), rowOf(3, 51))).toBe(true)
  expect(await publish(rowOf(1, 52), rowOf(3, 52))).toBe(false)
  expect(await publish(rowOf(2, 53), rowOf(3, 53), rowOf(1, 53, { id: 'other' }))).toBe(true)
  const rows = await new PinnedTable(ACTIVITY_LOG, tables.settings).rows()
  expect(rows.toSorted(ACTIVITY_LOG.compare)).toEqual(
    [rowOf(1), rowOf(1, 53, { id: 'other' }), rowOf(2, 53), rowOf(3)].sort(ACTIVITY_LOG.compare),
  )
})

test('events of a publication that died are as if they had never been', async () => {
  const tables = metadataTables()
  tables.publish([await publishEvents(tables.settings, [rowOf(1)])])
  await publishEvents(tables.settings, [rowOf(2), rowOf(3)])
  tables.publish([await publishEvents(tables.settings, [rowOf(3, 60)])])
  const rows = await new PinnedTable(ACTIVITY_LOG, tables.settings).rows()
  expect(rows.toSorted(ACTIVITY_LOG.compare)).toEqual([rowOf(1), rowOf(3, 60)])
})
