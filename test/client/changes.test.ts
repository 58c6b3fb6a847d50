import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openProfile, type SharedTable } from '../../src/client/index.ts'
import { createTable } from '../../src/index.ts'
import { formatCommit, formatCommitPath, loadSnapshot } from '../../src/log/index.ts'
import { addTable } from '../../src/manifest/index.ts'
import { changeSchema } from '../../src/scan/index.ts'
import { formatRowJson } from '../../src/schema/index.ts'
import { ENDPOINT, openWorld, type World } from '../server/world.ts'

/** Tables of Spark and delta-rs, each with the changes that its writer read. */
const FIXTURES = 'fixtures/changes'
const names = readdirSync(FIXTURES).filter((name) => !name.includes('.'))
/** Their rows can be told without deletion vectors and column mapping. */
const PLAIN = ['delta-rs', 'spark-rewritten']

let world: World
beforeAll(async () => {
  world = await openWorld()
  for (const name of names) await share(name)
})

/** Copies a table of the fixtures into the world, and shares it with its history. */
async function share(name: string): Promise<void> {
  const folder = join(FIXTURES, name, 'table')
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const path = join(file.parentPath, file.name)
    await world.tableAt(name).put(path.slice(folder.length + 1), readFileSync(path), { mode: 'create' })
  }
  await addTable(world.root, { share: 'sales', schema: 'shop', name, location: name, history: true }, world)
}

/** A table of the world, answered in one of the formats. */
function tableOf(name: string, format: 'parquet' | 'delta'): SharedTable {
  const fetch: typeof globalThis.fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    const asked = headers.get('delta-sharing-capabilities')?.replace('delta,parquet', format)
    if (asked !== undefined) headers.set('delta-sharing-capabilities', asked)
    return world.handler(new Request(input, { ...init, headers }))
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

/** Two rows in partitions; version 1 removes them and leaves the table partitioned in another way. */
async function shareRepartitioned(name: string, partitionBy: string[], partitionColumns: string[]): Promise<void> {
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
  const commit = formatCommit([{ metaData: { ...metadata, partitionColumns } }, ...removals])
  await store.put(formatCommitPath(1), new TextEncoder().encode(commit), { mode: 'create' })
  await addTable(root, { share: 'sales', schema: 'shop', name, location: name, history: true }, world)
}

test.each([
  ['in fewer', ['country'], []],
  ['in more', [], ['country']],
])(
  'changes from before the table was partitioned %s columns are refused: they would be found empty',
  async (how, before, after) => {
    const name = `partitioned-${how.replace(' ', '-')}`
    await shareRepartitioned(name, before, after)
    for (const format of ['delta', 'parquet'] as const) {
      const rows = tableOf(name, format).changes({ startingVersion: 0 })
      await expect(rows.next()).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringMatching(/version 0.* other partition columns/),
      })
    }
  },
)

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
