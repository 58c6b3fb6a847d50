import { DeltaError } from '../../errors.ts'
import { sameJson } from '../../record/index.ts'
import { compareUtf8, type Row } from '../../schema/index.ts'
import { groupBy } from './group-by.ts'
import { type Growth, growTable } from './grow.ts'
import { type MetadataSettings, PinnedTable, type WrittenTable } from './pinned-table.ts'
import { replaceRows } from './replace.ts'
import { type RunRow, WORKFLOW_RUNS } from './runs.ts'
import { WORKFLOW_SCHEMA_FIELDS } from './schema-fields.ts'
import { WORKFLOW_SCHEMA_VERSIONS } from './schema-versions.ts'
import type { WorkflowMetadata } from './workflow-metadata.ts'
import { WORKFLOWS } from './workflows.ts'

/** What the metadata tables say of workflows, by their ids. */
export type MetadataOf = ReadonlyMap<string, WorkflowMetadata>

/**
 * The four tables that tell of workflows, as the share shows them. Load, decide, write: whatever else was written to them
 * is never seen, and a writer that comes in between makes the write end in a `conflict`; then begin anew, with a new one of
 * these, from what the share shows.
 */
export interface Metadata {
  /** @param options.since of runs, only those that finished then or later. All of them without it. */
  load(workflowIds: Iterable<string>, options?: { readonly since?: string | undefined }): Promise<MetadataOf>
  /**
   * Writes what is to be said of workflows in place of what was loaded; of others all stays. Tables that are not there yet
   * are made. A table of which nothing changes is not written.
   * @returns the version of each table that says so.
   * @throws {DeltaError} `conflict` when somebody else wrote to one of them meanwhile: nothing of this is to be shown;
   * `invalid-argument` for a workflow that was not loaded.
   */
  write(next: MetadataOf): Promise<WrittenTable[]>
}

/** Does no I/O. */
export function openMetadata(settings: MetadataSettings): Metadata {
  const { signal } = settings
  const workflows = new PinnedTable(WORKFLOWS, settings)
  const versions = new PinnedTable(WORKFLOW_SCHEMA_VERSIONS, settings)
  const fields = new PinnedTable(WORKFLOW_SCHEMA_FIELDS, settings)
  const runs = new PinnedTable(WORKFLOW_RUNS, settings)
  const loaded = new Map<string, WorkflowMetadata>()
  return {
    async load(workflowIds, { since } = {}) {
      const ids = new Set(workflowIds)
      const [ofWorkflows, ofVersions, ofFields, ofRuns] = await Promise.all([
        rowsOf(workflows, ids),
        rowsOf(versions, ids),
        rowsOf(fields, ids),
        rowsOf(runs, ids, since === undefined ? {} : { FINISHED_AT: { gte: since } }),
      ])
      const found = Array.from(ids, (id): [string, WorkflowMetadata] => [
        id,
        {
          workflow: ofWorkflows.get(id)?.[0],
          versions: ofVersions.get(id) ?? [],
          fields: ofFields.get(id) ?? [],
          runs: ofRuns.get(id) ?? [],
        },
      ])
      for (const [id, metadata] of found) loaded.set(id, metadata)
      return new Map(found)
    },

    async write(next) {
      const changes = Array.from(next, ([id, after]) => ({ before: knownOf(loaded, id), after }))
      const write = <R extends OfWorkflow>(table: PinnedTable<R>, list: (of: WorkflowMetadata) => readonly R[]) =>
        replaceRows(table, replacement(table, changes, list), signal)
      return allOf([
        write(workflows, ({ workflow }) => (workflow === undefined ? [] : [workflow])),
        write(versions, (of) => of.versions),
        write(fields, (of) => of.fields),
        growTable(runs, growthOf(changes), signal),
      ])
    },
  }
}

type OfWorkflow = Row & { readonly WORKFLOW_ID: string }

interface Change {
  readonly before: WorkflowMetadata
  readonly after: WorkflowMetadata
}

/**
 * The rows of some workflows. The tables lie in the order of their keys, so between the first and the last of one or a few
 * there is little else.
 */
async function rowsOf<R extends OfWorkflow>(
  table: PinnedTable<R>,
  ids: ReadonlySet<string>,
  where: object = {},
): Promise<Map<string, R[]>> {
  const inOrder = [...ids].sort(compareUtf8)
  if (inOrder.length === 0) return new Map()
  const rows = await table.rows({ WORKFLOW_ID: { gte: inOrder[0], lte: inOrder.at(-1) }, ...where })
  return groupBy(
    rows.filter(({ WORKFLOW_ID }) => ids.has(WORKFLOW_ID)),
    ({ WORKFLOW_ID }) => WORKFLOW_ID,
  )
}

/** All rows that a table is to have; undefined where they are those that it has. */
function replacement<R extends OfWorkflow>(
  table: PinnedTable<R>,
  changes: readonly Change[],
  list: (of: WorkflowMetadata) => readonly R[],
): (() => Promise<R[]>) | undefined {
  const changed = changes
    .map(({ before, after }) => ({ before: list(before), after: list(after) }))
    .filter(({ before, after }) => before !== after && !sameRows(before, after))
  if (changed.length === 0) return undefined
  const ids = new Set(changed.flatMap(({ before, after }) => [...before, ...after]).map((row) => row.WORKFLOW_ID))
  return async () => {
    const all = await table.rows()
    const others = all.filter(({ WORKFLOW_ID }) => !ids.has(WORKFLOW_ID))
    return [...others, ...changed.flatMap(({ after }) => after)]
  }
}

function sameRows(a: readonly Row[], b: readonly Row[]): boolean {
  return a.length === b.length && a.every((row, index) => sameRow(row, b[index]))
}

/** Whatever the order of their columns. */
function sameRow(a: Row, b: Row | undefined): boolean {
  if (a === b || b === undefined) return a === b
  const names = Object.keys(a)
  return names.every((name) => a[name] === b[name] || sameJson({ value: a[name] }, { value: b[name] }))
}

function growthOf(changes: readonly Change[]): Growth<RunRow> {
  const rows = changes.flatMap(({ before, after }) => {
    const known = new Map(before.runs.map((run) => [run.RUN_ID, run]))
    return after.runs.map((run) => ({ run, was: known.get(run.RUN_ID) }))
  })
  return {
    added: rows.filter(({ was }) => was === undefined).map(({ run }) => run),
    changed: rows.filter(({ run, was }) => was !== undefined && !sameRow(run, was)).map(({ run }) => run),
  }
}

function knownOf(loaded: ReadonlyMap<string, WorkflowMetadata>, id: string): WorkflowMetadata {
  const known = loaded.get(id)
  if (known !== undefined) return known
  throw new DeltaError(
    'invalid-argument',
    `the metadata of workflow ${JSON.stringify(id)} cannot be written: it was not loaded before`,
  )
}

/** Waits for all, so that none is left at work behind an error. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work)
  const failed = settled.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
}
