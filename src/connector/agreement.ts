import type { AllTold } from './all-told.ts'
import { groupBy } from './metadata/group-by.ts'
import { isPublished, newestOf, type RunRow, rowsOf } from './metadata/runs.ts'
import type { SchemaFieldRow } from './metadata/schema-fields.ts'
import type { SchemaVersionRow } from './metadata/schema-versions.ts'
import { hasStatus } from './metadata/workflow-metadata.ts'
import type { WorkflowRow } from './metadata/workflows.ts'
import { RUN_COMMITTED } from './promote.ts'
import { parseRunAppId } from './run.ts'
import type { ShownAt } from './shown-tables.ts'
import { formatLatestTable } from './table-name.ts'

/** What the tables of workflows say themselves, as the share shows them. */
export interface ShownFacts {
  /** Tables of versions, by name; rows are null where only reading them would tell. */
  readonly versions: ReadonlyMap<string, { readonly rows: number | null; readonly runs: ReadonlySet<string> }>
  /** The rows of latest tables, by name. */
  readonly latest: ReadonlyMap<string, number | null>
}

/** Of tables that cannot be read nothing is known. */
export function factsOf(connectorId: string, shown: readonly ShownAt[]): ShownFacts {
  const versions = new Map<string, { rows: number | null; runs: Set<string> }>()
  const latest = new Map<string, number | null>()
  for (const { entry, name, table } of shown) {
    if (table === undefined) continue
    const { rows } = table.info()
    if (name?.kind === 'latest') latest.set(entry.name, rows)
    if (name?.kind !== 'version') continue
    const committed = [...table.transactions()].filter(([, version]) => version === RUN_COMMITTED)
    const runs = committed.flatMap(([appId]) => parseRunAppId(connectorId, appId)?.runId ?? [])
    versions.set(entry.name, { rows, runs: new Set(runs) })
  }
  return { versions, latest }
}

/** Where the metadata tables tell different things, or other ones than the tables that they tell of, in words. */
export function faultsOf({ workflows, versions, fields, runs }: AllTold, facts: ShownFacts): string[] {
  return [
    ...faultsOfRuns(runs, facts),
    ...faultsOfWorkflows(workflows, runs, facts),
    ...faultsOfVersions(versions, runs, facts),
    ...faultsOfFields(fields, versions),
  ]
}

/** Where `WORKFLOW_RUNS` tells of other runs than the tables hold, in words. */
export function faultsOfRuns(runs: readonly RunRow[], { versions, latest }: ShownFacts): string[] {
  const told = groupBy(runs.filter(isPublished), ({ TABLE_NAME }) => TABLE_NAME)
  const faults: string[] = []
  for (const [name, table] of versions) {
    const ofTable = told.get(name) ?? []
    const isSame = ofTable.length === table.runs.size && ofTable.every(({ RUN_ID }) => table.runs.has(RUN_ID))
    const rows = rowsOf(ofTable)
    if (isSame && (table.rows === null || table.rows === rows)) continue
    faults.push(
      `WORKFLOW_RUNS tells of ${ofTable.length} runs and ${rows} rows in ${name}, which has ${table.runs.size} and ${table.rows}`,
    )
  }
  for (const [name, ofTable] of told) {
    const isShown = ofTable.some(({ WORKFLOW_ID }) => latest.has(formatLatestTable(WORKFLOW_ID)))
    if (isShown && !versions.has(name)) faults.push(`WORKFLOW_RUNS tells of runs in ${name}, which is not shared`)
  }
  return faults
}

/** Where `WORKFLOWS` tells of another newest run than `WORKFLOW_RUNS`, or of other latest tables than are shown. */
export function faultsOfWorkflows(
  workflows: readonly WorkflowRow[],
  runs: readonly RunRow[],
  { latest }: ShownFacts,
): string[] {
  const told = groupBy(runs.filter(isPublished), ({ WORKFLOW_ID }) => WORKFLOW_ID)
  const shown = workflows.filter(({ LATEST_TABLE }) => LATEST_TABLE !== null)
  const faults = shown.flatMap(({ WORKFLOW_ID: id, LATEST_TABLE: name, LATEST_RUN_ID, LATEST_ROW_COUNT }) => {
    const newest = newestOf(told.get(id) ?? [])?.RUN_ID ?? null
    const rows = name === null ? undefined : latest.get(name)
    return [
      ...(newest === LATEST_RUN_ID
        ? []
        : [`WORKFLOWS tells of ${LATEST_RUN_ID} as the newest run of workflow ${id}, expected ${newest}`]),
      ...(rows === null || rows === LATEST_ROW_COUNT
        ? []
        : [
            `WORKFLOWS tells of ${LATEST_ROW_COUNT} rows in ${name}, which has ${rows ?? 'none, for it is not shared'}`,
          ]),
    ]
  })
  const names = new Set(shown.map(({ LATEST_TABLE }) => LATEST_TABLE))
  const untold = [...latest.keys()].filter((name) => !names.has(name))
  return [...faults, ...untold.map((name) => `WORKFLOWS does not tell of ${name}, which is shared`)]
}

/** Where `WORKFLOW_SCHEMA_VERSIONS` tells of other tables than are shown, or of other rows than `WORKFLOW_RUNS`. */
export function faultsOfVersions(
  versions: readonly SchemaVersionRow[],
  runs: readonly RunRow[],
  { versions: tables }: ShownFacts,
): string[] {
  const told = groupBy(runs.filter(isPublished), ({ TABLE_NAME }) => TABLE_NAME)
  const shown = versions.filter((version) => !hasStatus(version, 'RETIRED'))
  const names = new Set(shown.map(({ TABLE_NAME }) => TABLE_NAME))
  const untold = [...tables.keys()].filter((name) => !names.has(name))
  return [
    ...shown.flatMap(({ TABLE_NAME: name, TOTAL_ROWS }) => {
      if (!tables.has(name)) return [`WORKFLOW_SCHEMA_VERSIONS tells of ${name}, which is not shared`]
      const rows = rowsOf(told.get(name) ?? [])
      if (rows === TOTAL_ROWS) return []
      return [`WORKFLOW_SCHEMA_VERSIONS tells of ${TOTAL_ROWS} rows in ${name}, its runs have ${rows}`]
    }),
    ...untold.map((name) => `WORKFLOW_SCHEMA_VERSIONS does not tell of ${name}, which is shared`),
  ]
}

/** Where `WORKFLOW_SCHEMA_FIELDS` tells of other versions than `WORKFLOW_SCHEMA_VERSIONS`. */
export function faultsOfFields(fields: readonly SchemaFieldRow[], versions: readonly SchemaVersionRow[]): string[] {
  const keyOf = (row: SchemaFieldRow | SchemaVersionRow): string => `${row.SCHEMA_VERSION} ${row.WORKFLOW_ID}`
  const described = new Set(fields.map(keyOf))
  const known = new Set(versions.map(keyOf))
  const lacking = versions.filter((version) => !described.has(keyOf(version)))
  const strange = fields.find((field) => !known.has(keyOf(field)))
  return [
    ...lacking.map(({ TABLE_NAME }) => `WORKFLOW_SCHEMA_FIELDS tells of no column of ${TABLE_NAME}`),
    ...(strange === undefined
      ? []
      : [
          `WORKFLOW_SCHEMA_FIELDS tells of version ${strange.SCHEMA_VERSION} of workflow ${strange.WORKFLOW_ID}, which is not known`,
        ]),
  ]
}
