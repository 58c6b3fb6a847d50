import { z } from 'zod'
import { DeltaError, isDeltaError } from '../errors.ts'
import { isoTime } from '../manifest/index.ts'
import {
  changeRecord,
  createRecord,
  type DamagedRecord,
  listRecords,
  type RecordOptions,
  readRecord,
  surveyRecords,
} from '../record/index.ts'
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
import { assignVersion, withoutRun } from './schema-version.ts'
import { claimWorkflowName, workflowName } from './table-name.ts'

/** How many runs a version remembers: as many of the newest may be taken back before one decides that is not there. */
const MAX_RUNS = 16

const runAgeShape = z.object({ runId: z.string(), finishedAt: z.string() })

const versionShape = z.object({
  version: z.int().min(1).max(MAX_SCHEMA_VERSION),
  layoutHash: z.string(),
  descriptorHash: z.string(),
  /** The schema as the run gave it for which the version was made. */
  descriptor: schemaDescriptorShape,
  /** Runs that were given this version, published or not, by age: the oldest, and the newest {@link MAX_RUNS} less one. */
  runs: z.array(runAgeShape),
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

/** As {@link listWorkflowRecords}, with what is damaged in its place. */
export function surveyWorkflowRecords(
  store: ObjectStore,
  connectorId: string,
  options: RecordOptions,
): Promise<(WorkflowRecord | DamagedRecord)[]> {
  return surveyRecords(store, workflowsFolder(connectorId), workflowRecordShape, options)
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

/** The workflow that a name stands for; undefined where no record says it that can be read. */
export async function findWorkflowOfName(
  store: ObjectStore,
  connectorId: string,
  name: string,
  options: RecordOptions,
): Promise<string | undefined> {
  try {
    return (await readRecord(store, workflowKey(connectorId, name), workflowRecordShape, options))?.workflowId
  } catch (error) {
    if (!isDeltaError(error, 'invalid-data')) throw error
    return undefined
  }
}

/**
 * Gives a workflow its name in tables and keys, for ever, before anything is kept under it.
 * @throws {DeltaError} `already-exists` when it belongs to another workflow.
 */
export async function claimWorkflow(
  store: ObjectStore,
  connectorId: string,
  workflowId: string,
  options: RecordOptions,
): Promise<void> {
  if ((await findWorkflowRecord(store, connectorId, workflowId, options)) !== undefined) return
  const name = workflowName(workflowId)
  const fresh: WorkflowRecord = { connectorVersion: CONNECTOR_VERSION, workflowId, name, versions: [] }
  await findOrCreate(store, workflowKey(connectorId, name), fresh, options)
  await findWorkflowRecord(store, connectorId, workflowId, options)
}

/**
 * Gives a run the version of its workflow's schema, in one compare-and-swap: two runs with the same new schema get the same
 * number. Asked again for the same run, it answers the same; with another layout, it takes the run out of the version that
 * it had.
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
  const now = isoTime((options.runtime ?? systemRuntime).now())
  let assigned: RecordedVersion | undefined
  const assign = (record: WorkflowRecord): WorkflowRecord => {
    claimWorkflowName(new Map([[name, record.workflowId]]), workflowId)
    const next = withRun(record, { run, schema, layout, now })
    assigned = next.assigned
    return next.record
  }
  const missing = (): DeltaError => wentAway(key, workflowId)
  await changeRecord(store, key, workflowRecordShape, assign, missing, options)
  if (assigned === undefined) throw missing()
  return assigned
}

/**
 * Takes a run out of the version that it was given, if any: no later run is numbered by it. Its version and table stay, be
 * they without a run.
 */
export async function forgetVersionOf(
  store: ObjectStore,
  connectorId: string,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
  options: RecordOptions,
): Promise<void> {
  if ((await findWorkflowRecord(store, connectorId, workflowId, options)) === undefined) return
  const key = workflowKey(connectorId, workflowName(workflowId))
  const forget = (record: WorkflowRecord): WorkflowRecord => {
    const versions = record.versions.map((each) => withoutRun(each, { runId }))
    return versions.every((each) => record.versions.includes(each)) ? record : { ...record, versions }
  }
  await changeRecord(store, key, workflowRecordShape, forget, () => wentAway(key, workflowId), options)
}

function wentAway(key: string, workflowId: string): DeltaError {
  return new DeltaError('not-found', `the record ${key} of workflow ${workflowId} went away: deliver the run again`)
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
  const known = record.versions.find((each) => each.version === version)
  const fresh: RecordedVersion = {
    version,
    layoutHash: layout.hash,
    descriptorHash: descriptorHash(schema),
    descriptor: schema,
    runs: [],
    createdAt: now,
  }
  const assigned = withAge(known ?? fresh, { runId: run.runId, finishedAt: run.finishedAt })
  const others = record.versions.filter((each) => each.version !== version).map((each) => withoutRun(each, run))
  const versions = [...others, assigned].sort((a, b) => a.version - b.version)
  const isSame = record.versions.length === versions.length && record.versions.every((each) => versions.includes(each))
  return { record: isSame ? record : { ...record, versions }, assigned }
}

function withAge(version: RecordedVersion, age: RunAge): RecordedVersion {
  const { runs } = version
  if (runs.some(({ runId, finishedAt }) => runId === age.runId && finishedAt === age.finishedAt)) return version
  const [oldest, ...later] = [...withoutRun(version, age).runs, age].sort(compareRuns)
  return oldest === undefined ? version : { ...version, runs: [oldest, ...later.slice(1 - MAX_RUNS)] }
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
