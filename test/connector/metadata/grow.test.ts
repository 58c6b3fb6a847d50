import { expect, test } from 'vitest'
import { ACTIVITY_LOG, type ActivityRow } from '../../../src/connector/metadata/activity-log.ts'
import { growTable } from '../../../src/connector/metadata/grow.ts'
import { PinnedTable } from '../../../src/connector/metadata/pinned-table.ts'
import { hour, metadataTables } from './sample.ts'

function event(n: number): ActivityRow {
  const none = Object.fromEntries(ACTIVITY_LOG.schema.fields.map(({ name }) => [name, null]))
  return ACTIVITY_LOG.parse({ ...none, EVENT_ID: `event-${n}`, EVENT_TIME: hour(n), TITLE: 'CREATED' })
}

test('a table of many small files is written together, and has all rows', async () => {
  const tables = metadataTables()
  const rows = Array.from({ length: 33 }, (_, n) => event(n))
  const head = await new PinnedTable(ACTIVITY_LOG, tables.settings).head()
  for (const row of rows.slice(1)) await head.append([row])
  tables.publish([{ name: 'ACTIVITY_LOG', version: head.version }])
  const table = new PinnedTable(ACTIVITY_LOG, tables.settings)
  const written = await growTable(table, { added: rows.slice(0, 1), changed: [] })
  expect(written.version).toBe(head.version + 2)
  tables.publish([written])
  const shown = new PinnedTable(ACTIVITY_LOG, tables.settings)
  expect((await shown.head()).files()).toHaveLength(1)
  expect((await shown.rows()).toSorted(ACTIVITY_LOG.compare)).toEqual(rows)
})

test.each([{ added: [event(3)] }, { changed: [event(1)] }])(
  'of two that write %j at once one is a conflict',
  async (rows) => {
    const tables = metadataTables()
    const open = () => new PinnedTable(ACTIVITY_LOG, tables.settings)
    tables.publish([await growTable(open(), { added: [event(1)], changed: [] })])
    const late = open()
    await late.head()
    await growTable(open(), { added: [event(2)], changed: [] })
    await expect(growTable(late, { added: [], changed: [], ...rows })).rejects.toMatchObject({ code: 'conflict' })
  },
)

test.each([
  ['the version that is shown is taken back and then written to', true, 3],
  ['the newest version is written anew at once, without it', false, 2],
] as const)('a table with what died beyond it, where recipients see %s', async (_, isPinned, commits) => {
  const tables = metadataTables()
  const settings = { ...tables.settings, isPinned }
  const open = () => new PinnedTable(ACTIVITY_LOG, settings)
  const start = await growTable(open(), { added: [event(1), event(2)], changed: [] })
  tables.publish([start])
  await growTable(open(), { added: [event(3)], changed: [] })
  const renamed = { ...event(1), TITLE: 'RENAMED' }
  const written = await growTable(open(), { added: [event(4)], changed: [renamed] })
  expect(written.version).toBe(start.version + commits)
  tables.publish([written])
  expect((await open().rows()).toSorted(ACTIVITY_LOG.compare)).toEqual([renamed, event(2), event(4)])
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
