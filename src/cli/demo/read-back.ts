import { openProfile, type SharedCatalog } from '../../client/index.ts'
import { DeltaError } from '../../errors.ts'
import { formatJson, isJsonObject, type JsonObject, parseJson } from '../../json.ts'
import { formatRowJson } from '../../schema/index.ts'
import type { Profile } from '../../wire/index.ts'
import type { Session } from '../session.ts'
import { SCHEMA, SHARE } from './connector.ts'
import { sampleRuns } from './sample.ts'

/** A table as the recipient found it. A type, so that it counts as JSON. */
export type SeenTable = { readonly name: string; readonly rows: number }

/**
 * Reads every table of the share over HTTP, as its recipient does, and compares those of the workflows with what was
 * delivered.
 * @throws {DeltaError} `internal` when a table is missing, or holds something else.
 */
export async function readBack(profile: Profile, session: Session): Promise<SeenTable[]> {
  const { runtime, signal } = session
  const catalog = openProfile(profile, { runtime })
  const expected = expectedTables()
  const seen: SeenTable[] = []
  for (const { name } of await catalog.tables(SHARE, SCHEMA, { signal })) {
    const rows = await rowsOf(catalog, name, session)
    const wanted = expected.get(name)
    if (wanted !== undefined && !sameRows(rows, wanted)) {
      throw new DeltaError('internal', `the recipient read rows of ${name} that are not those that were delivered`)
    }
    seen.push({ name, rows: rows.length })
  }
  const missing = [...expected.keys()].find((name) => !seen.some((table) => table.name === name))
  if (missing !== undefined) throw new DeltaError('internal', `the recipient does not see ${missing}`)
  return seen.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Each version with the rows of its run, the latest tables with those of the newest, and what tells of the runs. */
function expectedTables(): ReadonlyMap<string, readonly object[]> {
  const runs = sampleRuns()
  const rows = runs.map((run) => run.rows.map(withoutPrivate))
  const [monday = [], openings = [], tuesday = []] = rows
  return new Map<string, readonly object[]>([
    ['WF_LAPTOPS__V1', monday],
    ['WF_LAPTOPS__V2', tuesday],
    ['WF_LAPTOPS__LATEST', tuesday],
    ['WF_OPENINGS__V1', openings],
    ['WF_OPENINGS__LATEST', openings],
    ['WORKFLOW_RUNS', runs.map(({ run }) => ({ RUN_ID: run.runId, STATUS: 'PUBLISHED' }))],
    ['ACTIVITY_LOG', runs.map(({ run }) => ({ RESOURCE_ID: run.runId }))],
  ])
}

function withoutPrivate(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !isPrivate(key)))
}

function isPrivate(key: string): boolean {
  return key.startsWith('_')
}

async function rowsOf(catalog: SharedCatalog, name: string, { signal }: Session): Promise<JsonObject[]> {
  const table = catalog.table(`${SHARE}.${SCHEMA}.${name}`)
  const format = formatRowJson((await table.metadata({ signal })).schema)
  const rows: JsonObject[] = []
  for await (const row of table.read({ signal })) {
    const parsed = parseJson(format(row))
    if (isJsonObject(parsed)) rows.push(parsed)
  }
  return rows
}

/** In any order, and by the columns of `wanted`: there are more, such as the run that a row comes from. None is private. */
function sameRows(rows: readonly JsonObject[], wanted: readonly object[]): boolean {
  const columns = Object.keys(wanted[0] ?? {})
  const lines = (all: readonly object[]): string[] =>
    all.map((row) => formatJson(columns.map((column) => Object.getOwnPropertyDescriptor(row, column)?.value))).sort()
  const [found, expected] = [lines(rows), lines(wanted)]
  const hasPrivate = rows.some((row) => Object.keys(row).some(isPrivate))
  return !hasPrivate && found.length === expected.length && found.every((line, index) => line === expected[index])
}
