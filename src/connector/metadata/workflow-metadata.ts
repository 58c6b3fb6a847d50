import type { RunRow } from './runs.ts'
import type { SchemaFieldRow } from './schema-fields.ts'
import type { SchemaVersionRow, SchemaVersionStatus } from './schema-versions.ts'
import type { WorkflowRow } from './workflows.ts'

/**
 * What the metadata tables say of one workflow. A change of it is a function from one to the next, without side effects;
 * a list that stays as it is stays the same object.
 */
export interface WorkflowMetadata {
  /** Undefined until the first run is published. */
  readonly workflow: WorkflowRow | undefined
  readonly versions: readonly SchemaVersionRow[]
  readonly fields: readonly SchemaFieldRow[]
  /** Those that the change looks at: all, or only the newer ones. */
  readonly runs: readonly RunRow[]
}

export const NO_METADATA: WorkflowMetadata = { workflow: undefined, versions: [], fields: [], runs: [] }

/** The status of each version once `latest` is the one that `WF_<id>__LATEST` has. What is pending or retired stays so. */
export function withStatuses(versions: readonly SchemaVersionRow[], latest: number | null): SchemaVersionRow[] {
  return versions.map((version) => {
    const isFixed = hasStatus(version, 'RETIRED') || hasStatus(version, 'PENDING')
    const isLatest = version.SCHEMA_VERSION === latest && !hasStatus(version, 'RETIRED')
    const status: SchemaVersionStatus = isLatest ? 'PUBLISHED' : 'SUPERSEDED'
    return { ...version, STATUS: isFixed ? version.STATUS : status, IS_LATEST: isLatest }
  })
}

export function hasStatus(version: SchemaVersionRow, status: SchemaVersionStatus): boolean {
  return version.STATUS === status
}
