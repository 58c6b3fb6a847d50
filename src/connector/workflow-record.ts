import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { changeRecord, createRecord, listRecords, type RecordOptions, readRecord } from '../record/index.ts'
import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { type ColumnLayout, columnLayout, type LayoutOptions } from './column-layout.ts'
import { CONNECTOR_VERSION, connectorFolder } from './connector-record.ts'
import { compareRuns, type Run, type RunAge } from './run.ts'
import {
  descriptorHash,
  MAX_SCHEMA_VERSION,
  type SchemaDescriptor,
  schemaDescriptorShape,
} from './schema-descriptor.ts'
import { assignVersion } from './schema-version.ts'
import { claimWorkflowName, workflowName } from './table-name.ts'

const runAgeShape = z.object({ runId: z.string(), finishedAt: z.string() })

const versionShape = z.object({
  version: z.int().min(1).max(MAX_SCHEMA_VERSION),
  layoutHash: z.string(),
  descriptorHash: z.string(),
  /** The schema as the run gave it for which the version was made. */
  descriptor: schemaDescriptorShape,
  /** The oldest and the newest run that was given this version, published or not. */
  oldestRun: runAgeShape,
  newestRun: runAgeShape,
  createdAt: z.iso.datetime(),
})

const workflowRecordShape = z.object({
  connectorVersion: z.literal(CONNECTOR_VERSION),
  workflowId: z.string(),
  /** What stands for it in the names of its tables, for ever. */
  name: z.string(),
  versions: z.array(versionShape),
})

/** The versions of a workflow's schema that have a table or are about to. What is published is for the share to say. */
export type WorkflowRecord = Readonly<z.infer<typeof workflowRecordShape>>

export type RecordedVersion = WorkflowRecord['versions'][number]

function workflowsFolder(connectorId: string): string {
  return `${connectorFolder(connectorId)}/workflows/`
}

function workflowKey(connectorId: string, name: string): string {
  return `${workflowsFolder(connectorId)}${name}.json`
}

/** The records of all workflows of which a run was ever staged, by their names. */
export function listWorkflowRecords(
  store: ObjectStore,
  connectorId: string,
  options: RecordOptions,
): Promise<WorkflowRecord[]> {
  return listRecords(store, workflowsFolder(connectorId), workflowRecordShape, options)
}

/**
 * A workflow's record, `undefined` before its first run.
 * @throws {DeltaError} `already-exists` when its name belongs to another workflow.
 */
export async function findWorkflowRecord(
  store: ObjectStore,
  connectorId: string,
  workflowId: string,
  options: RecordOptions,
): Promise<WorkflowRecord | undefined> {
  const name = workflowName(workflowId)
  const record = await readRecord(store, workflowKey(connectorId, name), workflowRecordShape, options)
  if (record !== undefined) claimWorkflowName(new Map([[name, record.workflowId]]), workflowId)
  return record
}

/**
 * Gives a run the version of its workflow's schema, in one compare-and-swap: two runs with the same new schema get the same
 * number. Asked again for the same run, it answers the same.
 * @throws {DeltaError} `invalid-argument` for a number of the caller's that cannot be; `already-exists` when the name of the
 * workflow's tables belongs to another workflow.
 */
export async function assignSchemaVersion(
  store: ObjectStore,
  connectorId: string,
  { run, schema }: { readonly run: Run; readonly schema: SchemaDescriptor },
  options: RecordOptions & LayoutOptions,
): Promise<RecordedVersion> {
  const { workflowId } = run
  const name = workflowName(workflowId)
  const key = workflowKey(connectorId, name)
  await findOrCreate(store, key, { connectorVersion: CONNECTOR_VERSION, workflowId, name, versions: [] }, options)
  const layout = columnLayout(schema, options)
  const now = new Date((options.runtime ?? systemRuntime).now()).toISOString()
  let assigned: RecordedVersion | undefined
  const assign = (record: WorkflowRecord): WorkflowRecord => {
    claimWorkflowName(new Map([[name, record.workflowId]]), workflowId)
    const next = withRun(record, { run, schema, layout, now })
    assigned = next.assigned
    return next.record
  }
  const missing = (): DeltaError =>
    new DeltaError('not-found', `the record ${key} of workflow ${workflowId} went away: deliver the run again`)
  await changeRecord(store, key, workflowRecordShape, assign, missing, options)
  if (assigned === undefined) throw missing()
  return assigned
}

interface Assignment {
  readonly run: Run
  readonly schema: SchemaDescriptor
  readonly layout: Pick<ColumnLayout, 'hash'>
  readonly now: string
}

function withRun(
  record: WorkflowRecord,
  { run, schema, layout, now }: Assignment,
): { record: WorkflowRecord; assigned: RecordedVersion } {
  const wanted = { layoutHash: layout.hash, version: run.schemaVersion ?? schema.version, run }
  const { version } = assignVersion(record.versions, wanted)
  const age = { runId: run.runId, finishedAt: run.finishedAt }
  const known = record.versions.find((each) => each.version === version)
  const assigned =
    known === undefined
      ? {
          version,
          layoutHash: layout.hash,
          descriptorHash: descriptorHash(schema),
          descriptor: schema,
          oldestRun: age,
          newestRun: age,
          createdAt: now,
        }
      : { ...known, oldestRun: older(known.oldestRun, age), newestRun: older(known.newestRun, age, -1) }
  const isSame = assigned.oldestRun === known?.oldestRun && assigned.newestRun === known?.newestRun
  if (isSame && known !== undefined) return { record, assigned: known }
  const others = record.versions.filter((each) => each.version !== version)
  return { record: { ...record, versions: [...others, assigned].sort((a, b) => a.version - b.version) }, assigned }
}

function older(known: RunAge, other: RunAge, sign = 1): RunAge {
  return sign * compareRuns(other, known) < 0 ? other : known
}

async function findOrCreate(
  store: ObjectStore,
  key: string,
  fresh: WorkflowRecord,
  options: RecordOptions,
): Promise<void> {
  if ((await readRecord(store, key, workflowRecordShape, options)) !== undefined) return
  await createRecord(store, key, workflowRecordShape, fresh, () => true, options)
}
