import type { StructField, StructType } from '../schema/index.ts'
import type { Run } from './run.ts'

/**
 * Where a row comes from. These columns follow the fields in every table of a workflow; none begins with `_`, for such
 * names are never published.
 */
const LINEAGE_FIELDS = [
  { name: 'KADOA_RUN_ID', type: { type: 'string' }, nullable: false, metadata: {} },
  { name: 'KADOA_JOB_ID', type: { type: 'string' }, nullable: true, metadata: {} },
  { name: 'KADOA_RUN_STARTED_AT', type: { type: 'timestamp' }, nullable: true, metadata: {} },
  { name: 'KADOA_RUN_FINISHED_AT', type: { type: 'timestamp' }, nullable: false, metadata: {} },
  { name: 'KADOA_ROW_INDEX', type: { type: 'long' }, nullable: false, metadata: {} },
  { name: 'KADOA_ROW_KEY', type: { type: 'string' }, nullable: true, metadata: {} },
] as const satisfies readonly StructField[]

/** The names that a field cannot have, in any case, in the order in which they are taken. The last is that of an optional partition. */
export const LINEAGE_NAMES: readonly string[] = [...LINEAGE_FIELDS.map(({ name }) => name), 'KADOA_RUN_DATE']

/** How the names of the lineage are written; names of columns ignore case in SQL, and nowhere else. */
export type LineageCase = 'upper' | 'lower'

/** What the columns of the lineage are called in the tables of a connector. */
export type LineageNames = { readonly [Column in (typeof LINEAGE_FIELDS)[number]['name']]: string }

const NAMES: { readonly [Case in LineageCase]: LineageNames } = {
  upper: namesBy((name) => name),
  lower: namesBy((name) => name.toLowerCase()),
}

function namesBy(written: (name: string) => string): LineageNames {
  return {
    KADOA_RUN_ID: written('KADOA_RUN_ID'),
    KADOA_JOB_ID: written('KADOA_JOB_ID'),
    KADOA_RUN_STARTED_AT: written('KADOA_RUN_STARTED_AT'),
    KADOA_RUN_FINISHED_AT: written('KADOA_RUN_FINISHED_AT'),
    KADOA_ROW_INDEX: written('KADOA_ROW_INDEX'),
    KADOA_ROW_KEY: written('KADOA_ROW_KEY'),
  }
}

/** The names as a connector is configured. */
export function lineageNames({ lineage = 'upper' }: { readonly lineage?: LineageCase | undefined }): LineageNames {
  return NAMES[lineage]
}

/** The names in a table that is there. No field has one of them, in any case. */
export function lineageIn({ fields }: StructType): LineageNames {
  return fields.some(({ name }) => name === NAMES.lower.KADOA_RUN_ID) ? NAMES.lower : NAMES.upper
}

/** The columns of the lineage, by their names. */
export function lineageFields(names: LineageNames): StructField[] {
  return LINEAGE_FIELDS.map((field) => ({ ...field, name: names[field.name] }))
}

/** The lineage of a run's rows: what is the same in all of them, its place and its key not yet told. */
export function lineageOf(run: Run, names: LineageNames): { readonly [column: string]: string | null } {
  return {
    [names.KADOA_RUN_ID]: run.runId,
    [names.KADOA_JOB_ID]: run.jobId,
    [names.KADOA_RUN_STARTED_AT]: run.startedAt,
    [names.KADOA_RUN_FINISHED_AT]: run.finishedAt,
    [names.KADOA_ROW_INDEX]: null,
    [names.KADOA_ROW_KEY]: null,
  }
}
