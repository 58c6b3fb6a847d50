import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTable, type Row } from '../../src/index.ts'
import { formatJson } from '../../src/json.ts'
import {
  type ChangesReading,
  clientReads,
  clientReadsChanges,
  type Found,
  frameOf,
  inOneForm,
  type Reading,
} from './client-readings.ts'
import { type Place, places } from './place.ts'
import { type SharedTable, sharedTables } from './shared-tables.ts'
import { openSharing, type Sharing } from './sharing.ts'

/** By which format the client asks; by none, it takes what the server says. */
const formats = { parquet: { use_delta_format: false }, delta: { use_delta_format: true }, either: {} }
type Format = keyof typeof formats

/** Every table by every format; the many files one by one only where it takes no time. */
const whole = sharedTables.flatMap((table) =>
  (['parquet', 'delta', 'either'] as const)
    .filter((format) => table.name !== 'many_files' || format === 'delta')
    .map((format) => ({ table, format, refusal: refusalOf(table, format) })),
)

const column = (name: string, valueType: string) => ({ op: 'column', name, valueType })
const literal = (value: string, valueType: string) => ({ op: 'literal', value, valueType })
const of = (op: string, ...children: object[]) => JSON.stringify({ op, children })

/** Readings of more than whole tables: the ids that they give, or what the client says why it has none. */
const partial: readonly (readonly [what: string, reading: Reading, ids: number | readonly number[] | RegExp])[] = (
  ['parquet', 'delta'] as const
).flatMap((format) => {
  const by = formats[format]
  return [
    [`an older version (${format})`, { table: 'generations', version: 2, ...by }, [1, 2]],
    [`a version to come (${format})`, { table: 'generations', version: 9, ...by }, /400|404/],
    [
      `the version at a time to come (${format})`,
      { table: 'generations', timestamp: '2999-01-01T00:00:00Z', ...by },
      /400/,
    ],
    [`a time before the table (${format})`, { table: 'generations', timestamp: '2001-01-01T00:00:00Z', ...by }, /400/],
    [
      `an older version of what is shown without history (${format})`,
      { table: 'newest_only', version: 2, ...by },
      /40[0-9]/,
    ],
    [`a version behind the pinned one (${format})`, { table: 'pinned', version: 3, ...by }, /40[0-9]/],
    [`a version before the pinned one (${format})`, { table: 'pinned', version: 1, ...by }, [1]],
    [`three rows (${format})`, { table: 'some_files', limit: 3, ...by }, 3],
    [`no rows (${format})`, { table: 'some_files', limit: 0, ...by }, 0],
    [`more rows than there are (${format})`, { table: 'some_files', limit: 1000, ...by }, 20],
    [`five rows of a thousand files (${format})`, { table: 'many_files', limit: 5, ...by }, 5],
    [
      `two partitions of a thousand (${format})`,
      {
        table: 'many_files',
        jsonPredicateHints: of(
          'or',
          JSON.parse(of('equal', column('part', 'int'), literal('7', 'int'))),
          JSON.parse(of('equal', column('part', 'int'), literal('999', 'int'))),
        ),
        ...by,
      },
      [7, 999],
    ],
    [
      `the files whose statistics a hint does not exclude (${format})`,
      {
        table: 'some_files',
        jsonPredicateHints: of('greaterThan', column('id', 'long'), literal('17', 'long')),
        ...by,
      },
      [18, 19],
    ],
    [`a table in batches (${format})`, { table: 'some_files', convert_in_batches: true, ...by }, 20],
  ] as const
})

const ranges: readonly Omit<ChangesReading, 'use_delta_format'>[] = [
  ...['every_type', 'nested', 'partitioned', 'mapped_by_us', 'in_part', 'with_feed'].map((table) => ({
    table,
    starting_version: 0,
  })),
  { table: 'with_feed', starting_version: 1, ending_version: 1 },
  { table: 'with_feed', starting_timestamp: '2001-01-01T00:00:00Z', ending_version: 2 },
]

/** Every range by both formats. */
const changes = ranges.flatMap((range) =>
  (['parquet', 'delta'] as const).map((format) => ({ range: { ...range, ...formats[format] }, format })),
)

describe.each(Object.entries(places))('the official Python client, of every kind of table in %s', (_, open) => {
  let place: Place
  let sharing: Sharing
  let foundWhole: readonly Found[] = []
  let foundInPart: readonly Found[] = []
  let foundChanges: readonly Found[] = []

  beforeAll(async () => {
    place = await open()
    sharing = await openSharing(place)
    for (const { name, make, shown } of sharedTables) {
      await make(locationOf(name))
      await sharing.show({ name, location: locationOf(name), ...shown })
    }
    foundWhole = await clientReads(
      sharing.profile,
      whole.map(({ table, format }) => ({ table: shownName(table), ...formats[format] })),
    )
    foundInPart = await clientReads(
      sharing.profile,
      partial.map(([, reading]) => reading),
    )
    foundChanges = await clientReadsChanges(
      sharing.profile,
      changes.map(({ range }) => range),
    )
  })
  afterAll(async () => {
    await sharing?.close()
    place?.close()
  })

  test.each(whole.map((reading, index) => ({ ...reading, index, name: reading.table.name })))(
    'loads $name ($format) as we read it, or says why not',
    async ({ table, format, refusal, index }) => {
      const found = foundWhole[index]
      if (refusal !== undefined) return expect(found).toMatch(refusal)
      const form = format === 'delta' ? 'delta' : 'parquet'
      const { columns, rows } = frameOf(found)
      const ours = await readByUs(table)
      expect(columns.toSorted()).toEqual(ours.columns.toSorted())
      expect(inOneForm(rows, form)).toEqual(inOneForm(table.found ?? ours.rows, form))
    },
  )

  test.each(partial.map(([what, , expected], index) => ({ what, expected, index })))(
    'loads $what',
    ({ expected, index }) => {
      const found = foundInPart[index]
      if (expected instanceof RegExp) return expect(found).toMatch(expected)
      const ids = frameOf(found).rows.map(({ id }) => Number(id))
      if (typeof expected === 'number') expect(new Set(ids).size).toBe(expected)
      else expect(ids.toSorted((a, b) => a - b)).toEqual(expected)
    },
  )

  test.each(changes.map((each, index) => ({ ...each, index, text: formatJson(each.range) })))(
    'loads the changes $text as we read them, or says why not',
    async ({ range, format, index }) => {
      const table = tableNamed(range.table)
      const refusal = refusalOf(table, format)
      if (refusal !== undefined) return expect(foundChanges[index]).toMatch(refusal)
      const { rows } = frameOf(foundChanges[index])
      expect(inOneForm(rows.map(withoutTime), format)).toEqual(
        inOneForm((await changesByUs(range)).map(withoutTime), format),
      )
    },
  )

  async function changesByUs({
    table: name,
    starting_version: from = 0,
    ending_version: to,
  }: ChangesReading): Promise<Row[]> {
    const { shown = {} } = tableNamed(name)
    const table = await openTable(locationOf(name))
    const rows: Row[] = []
    for await (const row of table.changes({ from, ...(to !== undefined && { to }) })) {
      if (shown.partition === undefined || row.country === shown.partition.country) rows.push(row)
    }
    return rows
  }

  function locationOf(name: string): string {
    return `${place.location}/table-${sharedTables.findIndex((table) => table.name === name)}`
  }

  async function readByUs({ name, shown = {} }: SharedTable): Promise<{ columns: string[]; rows: Row[] }> {
    const version = typeof shown.version === 'number' ? { version: shown.version } : {}
    const table = await openTable(locationOf(name), version)
    const rows: Row[] = []
    for await (const row of table.read(shown.partition ? { where: shown.partition } : {})) rows.push(row)
    return { columns: table.schema.fields.map((field) => field.name), rows }
  }
})

function shownName({ name, shown }: SharedTable): string {
  return `${shown?.schema ?? 'shop'}.${name}`
}

/** By no format, the client is told to take the other one where this one does not do. */
function refusalOf({ refused = {} }: SharedTable, format: Format): RegExp | undefined {
  if (format !== 'either') return refused[format]
  return refused.parquet && refused.delta
}

function tableNamed(name: string): SharedTable {
  const found = sharedTables.find((table) => table.name === name)
  if (found === undefined) throw new Error(`no table is called ${name}`)
  return found
}

/** The client keeps whole seconds of a commit's time in one format. */
function withoutTime({ _commit_timestamp: _, ...row }: Readonly<Record<string, unknown>>) {
  return row
}
