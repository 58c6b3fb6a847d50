import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openProfile, type SharedTable } from '../../src/client/index.ts'
import { createTable } from '../../src/index.ts'
import { formatCommit, formatCommitPath, loadSnapshot, type Metadata } from '../../src/log/index.ts'
import { addTable } from '../../src/manifest/index.ts'
import { changeSchema } from '../../src/scan/index.ts'
import { formatRowJson } from '../../src/schema/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'
import { openChanges } from '../server/shared-changes.ts'
import { ENDPOINT } from '../server/world.ts'

/** Tables of Spark and delta-rs, each with the changes that its writer read. */
const FIXTURES = 'fixtures/changes'
const names = readdirSync(FIXTURES).filter((name) => !name.includes('.'))
/** Their rows can be told without deletion vectors and column mapping. */
const PLAIN = ['delta-rs', 'spark-rewritten']

const { world } = await openChanges()

/** A table of the world, answered in one of the formats; by a server that knows of no earlier metadata, if told so. */
function tableOf(name: string, format: 'parquet' | 'delta', { tellsHistory = true } = {}): SharedTable {
  const fetch: typeof globalThis.fetch = (input, init) => {
    const url = new URL(new Request(input).url)
    if (!tellsHistory) url.searchParams.delete('includeHistoricalMetadata')
    const headers = new Headers(init?.headers)
    const asked = headers.get('delta-sharing-capabilities')?.replace('delta,parquet', format)
    if (asked !== undefined) headers.set('delta-sharing-capabilities', asked)
    return world.handler(new Request(url, { ...init, headers }))
  }
  const profile = { endpoint: ENDPOINT, bearerToken: world.token }
  return openProfile(profile, { fetch, runtime: world.runtime }).table(`sales.shop.${name}`)
}

/** The first version is the table's creation in all of them, before its feed was on in some. */
const firstOf = (expected: readonly Record<string, unknown>[]): number =>
  Math.min(...expected.map(({ _commit_version: version }) => Number(version)))

function linesOf(name: string): Record<string, unknown>[] {
  const text = readFileSync(join(FIXTURES, name, 'changes.jsonl'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** Only what is expected is compared: where times are not, they are those of the copy. */
function inOrder(rows: readonly Record<string, unknown>[], expected: readonly Record<string, unknown>[]): string[] {
  const columns = Object.keys(expected[0] ?? {}).sort()
  return rows.map((row) => JSON.stringify(columns.map((column) => row[column]))).sort()
}

describe.each(['delta', 'parquet'] as const)('changes in the %s format', (format) => {
  test.each(format === 'delta' ? names : PLAIN)('are those that the writer of %s told', async (name) => {
    const table = tableOf(name, format)
    const expected = linesOf(name)
    const text = formatRowJson(changeSchema((await table.metadata()).schema))
    const rows: Record<string, unknown>[] = []
    for await (const row of table.changes({ startingVersion: firstOf(expected) })) rows.push(JSON.parse(text(row)))
    expect(inOrder(rows, expected)).toEqual(inOrder(expected, expected))
    const versions = rows.map(({ _commit_version: version }) => Number(version))
    expect(versions).toEqual(versions.toSorted((a, b) => a - b))
  })
})

async function commit(store: ObjectStore, version: number, actions: Parameters<typeof formatCommit>[0]): Promise<void> {
  const bytes = new TextEncoder().encode(formatCommit(actions))
  await store.put(formatCommitPath(version), bytes, { mode: 'create' })
}

/** Two rows, perhaps in partitions; version 1 removes them and leaves the table with other metadata. */
async function shareOverwritten(
  name: string,
  { partitionBy = [], ...changed }: { readonly partitionBy?: string[] } & Partial<Metadata>,
): Promise<void> {
  const { runtime, root } = world
  const store = world.tableAt(name)
  const rows = [
    { n: 1, country: 'DE' },
    { n: 2, country: 'FR' },
  ]
  const properties = { 'delta.enableChangeDataFeed': 'true' }
  const table = await createTable(name, { store, runtime, rows, partitionBy, properties })
  await table.settled()
  const { metadata, files } = await loadSnapshot(store)
  const removals = [...files()].map(({ path, size, partitionValues }) => ({
    remove: { path, size, partitionValues, dataChange: true, extendedFileMetadata: true, deletionTimestamp: 0 },
  }))
  await commit(store, 1, [{ metaData: { ...metadata, ...changed } }, ...removals])
  await addTable(root, { share: 'sales', schema: 'shop', name, location: name, history: true }, world)
}

test.each([
  ['in fewer', ['country'], []],
  ['in more', [], ['country']],
])(
  'changes from before the table was partitioned %s columns are refused: they would be found empty',
  async (how, before, after) => {
    const name = `partitioned-${how.replace(' ', '-')}`
    await shareOverwritten(name, { partitionBy: before, partitionColumns: after })
    for (const format of ['delta', 'parquet'] as const) {
      for (const [tellsHistory, message] of [
        [true, /version 0.* was partitioned by/],
        [false, /version 0.* other partition columns/],
      ] as const) {
        const rows = tableOf(name, format, { tellsHistory }).changes({ startingVersion: 0 })
        await expect(rows.next()).rejects.toMatchObject({
          code: 'unsupported',
          message: expect.stringMatching(message),
        })
      }
    }
  },
)

const N_ALONE = JSON.stringify({
  type: 'struct',
  fields: [{ name: 'n', type: 'long', nullable: true, metadata: {} }],
})

describe.each(['delta', 'parquet'] as const)('changes of a table that lost a column, in the %s format,', (format) => {
  test.each([{}, { filesPerPage: 1 }])(
    'are refused from before it did to after, naming the column: %j',
    async (options) => {
      const name = `lost-${format}-${Object.keys(options).length}`
      await shareOverwritten(name, { schemaString: N_ALONE })
      await expect(
        tableOf(name, format)
          .changes({ startingVersion: 0, ...options })
          .next(),
      ).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringMatching(/version 0 .* version 1: column country was dropped/),
        details: { column: 'country' },
      })
    },
  )

  test('have it where they end before', async () => {
    const name = `lost-later-${format}`
    await shareOverwritten(name, { schemaString: N_ALONE })
    const rows = await collect(tableOf(name, format).changes({ startingVersion: 0, endingVersion: 0 }))
    expect(rows).toMatchObject([
      { n: 1, country: 'DE' },
      { n: 2, country: 'FR' },
    ])
  })

  test('are those of the newest metadata where the server tells no other', async () => {
    const name = `untold-${format}`
    await shareOverwritten(name, { schemaString: N_ALONE })
    const rows = await collect(tableOf(name, format, { tellsHistory: false }).changes({ startingVersion: 0 }))
    expect(rows.map((row) => `${row._change_type} ${row.n} ${row.country}`)).toEqual([
      'insert 1 undefined',
      'insert 2 undefined',
      'delete 1 undefined',
      'delete 2 undefined',
    ])
  })
})

test('changes of which all files are removals are refused from before the table was partitioned in another way', async () => {
  const { runtime, root } = world
  const store = world.tableAt('removed-before')
  const properties = { 'delta.enableChangeDataFeed': 'true' }
  const rows = [{ n: 1, country: 'DE' }]
  const table = await createTable('removed-before', { store, runtime, rows, properties })
  await table.settled()
  const { metadata, files } = await loadSnapshot(store)
  const removals = [...files()].map(({ path, size }) => ({
    remove: { path, size, partitionValues: {}, dataChange: true, extendedFileMetadata: true, deletionTimestamp: 0 },
  }))
  await commit(store, 1, removals)
  await commit(store, 2, [{ metaData: { ...metadata, partitionColumns: ['country'] } }])
  await addTable(
    root,
    { share: 'sales', schema: 'shop', name: 'removed-before', location: 'removed-before', history: true },
    world,
  )
  const shared = tableOf('removed-before', 'delta')
  for (const filesPerPage of [undefined, 1]) {
    await expect(shared.changes({ startingVersion: 1, filesPerPage }).next()).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/version 1 .* partitioned by nothing, then by country/),
    })
  }
  expect(await collect(shared.changes({ startingVersion: 1, endingVersion: 1 }))).toMatchObject([
    { n: 1, country: 'DE', _change_type: 'delete' },
  ])
})

test('changes come page by page where pages are asked for, and end where they should', async () => {
  const table = tableOf('spark-rewritten', 'parquet')
  const countOf = async (options: object): Promise<number> => {
    let rows = 0
    for await (const _ of table.changes({ startingVersion: 1, ...options })) rows++
    return rows
  }
  expect(await countOf({ filesPerPage: 1 })).toBe(await countOf({}))
  expect(await countOf({ endingVersion: 3 })).toBeLessThan(await countOf({}))
})
