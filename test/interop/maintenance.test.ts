import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable } from '../../src/index.ts'
import { type Place, places } from './place.ts'
import { readersOf } from './readers.ts'
import { columns, given, inOrder, rows, schemaOf } from './sample.ts'

const readersAnywhere = ['delta-rs', 'Polars', 'deltaquill']
const readersOfDirectories = ['DuckDB', 'Spark', 'Spark row by row']

describe.each(Object.entries(places))('a table that was looked after, in %s', (name, open) => {
  let place: Place
  let read: Record<string, unknown>
  beforeAll(async () => {
    place = await open()
    const path = `${place.location}/looked-after`
    const table = await createTable(path, { schema: schemaOf(columns), partitionBy: ['country'] })
    // One file a row, packed; then everything twice, taken back; and what is left over deleted.
    for (const row of rows) await table.append([given(row)])
    const { version, filesRemoved } = await table.optimize()
    expect(filesRemoved).toBeGreaterThan(1)
    await table.append(rows.map(given))
    await table.restore({ version })
    expect((await table.vacuum({ retentionMilliseconds: 0, force: true })).deleted).toBeGreaterThan(rows.length / 2)
    await table.forgetHistory({ before: table.version })
    await table.settled()
    read = await readersOf(path, place.storage)
  })
  afterAll(() => place.close())

  test.each(name === 'MinIO' ? readersAnywhere : [...readersAnywhere, ...readersOfDirectories])(
    '%s reads what was written',
    (reader) => {
      expect(read[reader]).toEqual(inOrder(rows))
    },
  )
})
