import type { StructField } from '../schema/index.ts'
import type { Run } from './run.ts'

/**
 * Where a row comes from. These columns follow the fields in every table of a workflow; none begins with `_`, for such
 * names are never published.
 */
export const LINEAGE_FIELDS = [
  { name: 'KADOA_RUN_ID', type: { type: 'string' }, nullable: false, metadata: {} },
  { name: 'KADOA_JOB_ID', type: { type: 'string' }, nullable: true, metadata: {} },
  { name: 'KADOA_RUN_STARTED_AT', type: { type: 'timestamp' }, nullable: true, metadata: {} },
  { name: 'KADOA_RUN_FINISHED_AT', type: { type: 'timestamp' }, nullable: false, metadata: {} },
  { name: 'KADOA_ROW_INDEX', type: { type: 'long' }, nullable: false, metadata: {} },
  { name: 'KADOA_ROW_KEY', type: { type: 'string' }, nullable: true, metadata: {} },
] as const satisfies readonly StructField[]

/** The names that a field cannot have, in the order in which they are taken. The last is that of an optional partition. */
export const LINEAGE_NAMES: readonly string[] = [...LINEAGE_FIELDS.map(({ name }) => name), 'KADOA_RUN_DATE']

export type Lineage = { readonly [Name in (typeof LINEAGE_FIELDS)[number]['name']]: string | number | null }

/** The lineage of a run's rows: what is the same in all of them, its place and its key not yet told. */
export function lineageOf(run: Run): Lineage {
  return {
    KADOA_RUN_ID: run.runId,
    KADOA_JOB_ID: run.jobId,
    KADOA_RUN_STARTED_AT: run.startedAt,
    KADOA_RUN_FINISHED_AT: run.finishedAt,
    KADOA_ROW_INDEX: null,
    KADOA_ROW_KEY: null,
  }
}
