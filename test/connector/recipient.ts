import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import { openProfile, type SharedCatalog, type SharedTable } from '../../src/client/index.ts'
import type { ConnectorConfig } from '../../src/connector/index.ts'
import { isDeltaError } from '../../src/errors.ts'
import type { Runtime } from '../../src/runtime.ts'
import type { Row } from '../../src/schema/index.ts'
import { sharingHandler } from '../../src/server/index.ts'
import { memoryStore, type ObjectStore, prefixStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'

/** What a recipient sees of a connector's share at one moment, every table read to its end. */
export interface Seen {
  readonly [table: string]: readonly Row[]
}

/** A version of a table that its recipient may read, though it may not be the one that the share shows. */
export interface SeenVersion {
  readonly table: string
  readonly version: number
  readonly rows: readonly Row[]
}

/**
 * All that the holder of a token reads, asking the real server for what the real manifest shows: that of one moment, for
 * the protocol has no way to ask for several tables at once.
 */
export async function seeAsRecipient(world: Shared, bearerToken: string): Promise<Seen> {
  return seeAll(await catalogOf(world, bearerToken))
}

/** All versions that the holder of a token reads of the tables that show their history. */
export async function seeHistoryAsRecipient(world: Shared, bearerToken: string): Promise<SeenVersion[]> {
  const catalog = await catalogOf(world, bearerToken)
  const seen: SeenVersion[] = []
  for (const { share, schema, name } of await catalog.allTables()) {
    for await (const version of versionsOf(catalog.table(`${share}.${schema}.${name}`))) {
      seen.push({ table: name, ...version })
    }
  }
  return seen
}

async function* versionsOf(table: SharedTable): AsyncGenerator<Omit<SeenVersion, 'table'>> {
  const oldest = await unlessRefused(table.version({ startingTimestamp: 0 }))
  if (oldest === undefined) return
  const newest = await table.version()
  for (let version = oldest; version <= newest; version++) {
    // The log of what is old may be cleaned up, and its files deleted.
    const rows = await unlessRefused(collect(table.read({ version })))
    if (rows !== undefined) yield { version, rows }
  }
}

/** Undefined where it is not shared, or not there any more. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isDeltaError(error, 'invalid-argument') || isDeltaError(error, 'not-found')) return undefined
    throw error
  }
}

interface Shared {
  readonly store: ObjectStore
  readonly runtime: Runtime
}

/** The share as the holder of a token finds it at one moment. */
async function catalogOf({ store, runtime }: Shared, bearerToken: string): Promise<SharedCatalog> {
  const root = store.location.endsWith('/') ? store.location : `${store.location}/`
  const handler = sharingHandler({
    store: await withManifestOfNow({ store, runtime }),
    openTable: (location) => {
      const { presigner: _, ...inner } = prefixStore(store, location.slice(root.length))
      return inner
    },
    runtime,
    authCache: 0,
  })
  const endpoint = 'http://sharing.example/delta-sharing'
  const fetch: typeof globalThis.fetch = (input, init) => handler(new Request(input, init))
  return openProfile({ endpoint, bearerToken }, { fetch, runtime })
}

/** The store, but that what is published on it from now on is not seen. */
async function withManifestOfNow({ store, runtime }: Shared): Promise<ObjectStore> {
  const manifest = memoryStore({ runtime })
  for await (const { key } of store.list({ prefix: MANIFEST })) {
    await manifest.put(key, (await store.get(key)).body, { mode: 'create' })
  }
  const holderOf = (key: string): ObjectStore => (key.startsWith(MANIFEST) ? manifest : store)
  return {
    ...store,
    get: (key, options) => holderOf(key).get(key, options),
    head: (key, options) => holderOf(key).head(key, options),
    // The server makes keys to sign with where there are none yet.
    put: (key, body, options) => holderOf(key).put(key, body, options),
    list: (options = {}) => holderOf(options.prefix ?? '').list(options),
  }
}

const MANIFEST = 'sharing/'

async function seeAll(catalog: SharedCatalog): Promise<Seen> {
  const tables = await catalog.allTables()
  const rows = await Promise.all(
    tables.map(async ({ share, schema, name }) => {
      return [name, await collect(catalog.table(`${share}.${schema}.${name}`).read())] as const
    }),
  )
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The runs that a recipient finds told of in `WORKFLOW_RUNS`, oldest first. */
export function runsIn(seen: Seen): string[] {
  return [...(seen.WORKFLOW_RUNS ?? [])]
    .filter(({ STATUS }) => STATUS === 'PUBLISHED')
    .sort((a, b) => compareText(ageOf(a), ageOf(b)))
    .map(({ RUN_ID }) => String(RUN_ID))
}

type LatestMode = ConnectorConfig['latestMode']

const placeOf = (row: Row): string => `${row.KADOA_RUN_FINISHED_AT} ${row.KADOA_RUN_ID}`
const ageOf = (run: Row): string => `${run.FINISHED_AT} ${run.RUN_ID}`
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Holds what a recipient saw to be one whole generation: the metadata tells of each run that has rows, and each run that
 * it tells of has all of them, each once; the latest table of a workflow shows its newest run, or what one of some modes shows of
 * the version of that run; what is said of workflows, versions and fields agrees with the tables that are there; and of
 * workflows that are not shared none is.
 */
export function expectWholeGeneration(seen: Seen, latestModes: readonly LatestMode[] = ['latest_run']): void {
  const tables = Object.keys(seen)
  if (tables.length === 0) return
  const { WORKFLOWS = [], WORKFLOW_RUNS = [], WORKFLOW_SCHEMA_VERSIONS = [], WORKFLOW_SCHEMA_FIELDS = [] } = seen
  const withdrawn = WORKFLOWS.filter(({ LATEST_TABLE }) => LATEST_TABLE === null).map(({ WORKFLOW_ID }) => WORKFLOW_ID)
  const published = WORKFLOW_RUNS.filter(({ STATUS, WORKFLOW_ID }) => {
    return STATUS === 'PUBLISHED' && !withdrawn.includes(WORKFLOW_ID)
  })
  for (const { TABLE_NAME, WORKFLOW_ID } of WORKFLOW_SCHEMA_VERSIONS) {
    if (withdrawn.includes(WORKFLOW_ID)) expect(tables, `the tables of ${WORKFLOW_ID}`).not.toContain(TABLE_NAME)
  }
  for (const table of tables.filter((name) => /__V\d+$/.test(name))) {
    const told = published.filter(({ TABLE_NAME }) => TABLE_NAME === table)
    expect(countsOf(seen[table] ?? []), `the runs in ${table}`).toEqual(
      Object.fromEntries(told.filter(hasRows).map((run) => [run.RUN_ID, run.ROW_COUNT])),
    )
    const version = WORKFLOW_SCHEMA_VERSIONS.filter(({ TABLE_NAME }) => TABLE_NAME === table)
    expect(version, `versions called ${table}`).toHaveLength(1)
    expect(version[0]?.TOTAL_ROWS, `TOTAL_ROWS of ${table}`).toBe(seen[table]?.length)
    const fields = WORKFLOW_SCHEMA_FIELDS.filter(
      (field) => field.WORKFLOW_ID === version[0]?.WORKFLOW_ID && field.SCHEMA_VERSION === version[0]?.SCHEMA_VERSION,
    )
    expect(fields.length, `fields of ${table}`).toBeGreaterThan(0)
  }
  for (const run of published) expect(tables, `the table of run ${run.RUN_ID}`).toContain(run.TABLE_NAME)
  for (const workflow of WORKFLOWS) {
    if (!withdrawn.includes(workflow.WORKFLOW_ID)) expectLatest(seen, workflow, published, latestModes)
  }
  expect(WORKFLOWS.map(({ WORKFLOW_ID }) => WORKFLOW_ID).sort()).toEqual(
    [...new Set(WORKFLOW_RUNS.map(({ WORKFLOW_ID }) => WORKFLOW_ID))].sort(),
  )
}

function expectLatest(seen: Seen, workflow: Row, published: readonly Row[], modes: readonly LatestMode[]): void {
  const runs = published.filter(({ WORKFLOW_ID }) => WORKFLOW_ID === workflow.WORKFLOW_ID)
  const newest = runs.reduce((a, b) => (compareText(ageOf(a), ageOf(b)) >= 0 ? a : b), runs[0] ?? {})
  expect(workflow.LATEST_RUN_ID, `the newest run of ${workflow.WORKFLOW_ID}`).toBe(newest.RUN_ID ?? null)
  const latest = seen[String(workflow.LATEST_TABLE)] ?? []
  const possible = modes.map((mode) => inOrder(latestRows(seen[String(newest.TABLE_NAME)] ?? [], newest, mode)))
  const [expected] = possible
  const isOneOf = possible.some((rows) => isDeepStrictEqual(rows, inOrder(latest)))
  if (!isOneOf) expect(inOrder(latest), `rows of ${workflow.LATEST_TABLE} by ${modes.join(' or ')}`).toEqual(expected)
  if (modes[0] === 'latest_run' && modes.length === 1) {
    expect(latest, `rows of ${workflow.LATEST_TABLE}`).toHaveLength(Number(newest.ROW_COUNT ?? 0))
  }
  expect(workflow.LATEST_ROW_COUNT).toBe(latest.length)
}

/** What a latest table shows of the rows of the version of the newest run. */
function latestRows(rows: readonly Row[], newest: Row, mode: LatestMode): readonly Row[] {
  switch (mode) {
    case 'latest_run':
      return rows.filter(({ KADOA_RUN_ID }) => KADOA_RUN_ID === newest.RUN_ID)
    case 'all_runs_of_latest_version':
      return rows
    case 'current_by_key':
      return [...new Map(inOrder(rows).map((row) => [row.KADOA_ROW_KEY, row])).values()]
  }
}

/** By their runs, the oldest first, and within a run as it was delivered. */
function inOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => {
    return compareText(placeOf(a), placeOf(b)) || Number(a.KADOA_ROW_INDEX) - Number(b.KADOA_ROW_INDEX)
  })
}

const hasRows = ({ ROW_COUNT }: Row): boolean => ROW_COUNT !== 0

/** How many rows each run has; each must be there once. */
function countsOf(rows: readonly Row[]): Record<string, number> {
  const places = new Set(rows.map(({ KADOA_RUN_ID, KADOA_ROW_INDEX }) => `${KADOA_RUN_ID} ${KADOA_ROW_INDEX}`))
  expect(places.size, 'rows that are there twice').toBe(rows.length)
  const counts: Record<string, number> = {}
  for (const { KADOA_RUN_ID: id } of rows) counts[String(id)] = (counts[String(id)] ?? 0) + 1
  return counts
}
