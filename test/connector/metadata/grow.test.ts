import { expect, test } from 'vitest'
import { ACTIVITY_LOG, type ActivityRow } from '../../../src/connector/metadata/activity-log.ts'
import { growTable } from '../../../src/connector/metadata/grow.ts'
import { PinnedTable } from '../../../src/connector/metadata/pinned-table.ts'
import { hour, metadataTables } from './sample.ts'

function event(n: number): ActivityRow {
  const none = Object.fromEntries(ACTIVITY_LOG.schema.fields.map(({ name }) => [name, null]))
  return ACTIVITY_LOG.parse({ ...none, EVENT_ID: `event-${n}`, EVENT_TIME: hour(n), TITLE: 'CREATED' })
}

test('a table that grows by a row at a time has few files, and all rows', async () => {
  const tables = metadataTables()
  const rows = Array.from({ length: 34 }, (_, n) => event(n))
  for (const row of rows) {
    const table = new PinnedTable(ACTIVITY_LOG, tables.settings)
    tables.publish([await growTable(table, { added: [row], changed: [] })])
  }
  const table = new PinnedTable(ACTIVITY_LOG, tables.settings)
  const head = await table.head()
  expect(head.version).toBe(table.place.pin)
  expect(head.files()).toHaveLength(2)
  expect((await table.rows()).toSorted(ACTIVITY_LOG.compare)).toEqual(rows)
})

test('a table that does not grow is not touched', async () => {
  const tables = metadataTables()
  const start = await growTable(new PinnedTable(ACTIVITY_LOG, tables.settings), { added: [event(1)], changed: [] })
  tables.publish([start])
  const table = new PinnedTable(ACTIVITY_LOG, {
    ...tables.settings,
    place: (name) => ({ ...tables.settings.place(name), location: 'nowhere' }),
  })
  expect(await growTable(table, { added: [], changed: [] })).toEqual({
    name: 'ACTIVITY_LOG',
    location: 'nowhere',
    version: start.version,
    changed: false,
  })
})
