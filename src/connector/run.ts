import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { compareUtf8 } from '../schema/index.ts'
import { idShape, parseInput, timeShape } from './input.ts'
import { MAX_SCHEMA_VERSION, schemaDescriptorShape } from './schema-descriptor.ts'

/** `DATA_QUALITY_ISSUES` is an `integer` column. */
const MAX_ISSUES = 2 ** 31 - 1

export const runShape = z
  .object({
    workflowId: idShape,
    runId: idShape.nullish(),
    jobId: idShape.nullish(),
    state: z.string(),
    startedAt: timeShape.nullish(),
    finishedAt: timeShape.nullish(),
    /** The number of its schema, or the schema itself. */
    schemaVersion: z.int().min(1).max(MAX_SCHEMA_VERSION).nullish(),
    schema: schemaDescriptorShape.nullish(),
    expectedRecords: z.int().nonnegative().nullish(),
    quality: z.object({ issueCount: z.int().nonnegative().max(MAX_ISSUES), metrics: z.json().nullish() }).nullish(),
  })
  .superRefine((run, context) => {
    const say = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message })
    if ((run.runId ?? run.jobId ?? undefined) === undefined) say('runId', 'expected the id of the run, or its jobId')
    if (run.schema && run.schema.workflowId !== run.workflowId) say('schema', 'it is that of another workflow')
  })

/** One finished run of a workflow, without its rows. Times are text, `2026-01-02T03:04:05.123456Z`. */
export interface Run extends Omit<z.infer<typeof runShape>, 'state' | 'runId' | 'jobId' | 'startedAt' | 'finishedAt'> {
  readonly runId: string
  readonly jobId: string | null
  readonly startedAt: string | null
  readonly finishedAt: string
}

/** The only state whose data may be published: others are not complete, or are held for review (`VALIDATING`). */
export const FINISHED = 'FINISHED'

/**
 * Takes a run as Kadoa's API describes it. "Run id" and "job id" are one there, so a run without `runId` has that of its
 * job.
 * @throws {DeltaError} `invalid-argument` naming each fault by its path, or the state of a run that is not finished.
 */
export function parseRun(value: unknown): Run {
  const {
    state,
    runId: ownId,
    jobId = null,
    startedAt = null,
    finishedAt,
    ...rest
  } = parseInput('the run', runShape, value)
  const runId = ownId ?? jobId ?? ''
  if (state !== FINISHED) {
    throw new DeltaError(
      'invalid-argument',
      `run ${runId} cannot be published: its state is ${state}; only runs that are ${FINISHED} are`,
      { blame: 'kadoa' },
    )
  }
  if (finishedAt === null || finishedAt === undefined) {
    throw new DeltaError(
      'invalid-argument',
      'the run cannot be taken: finishedAt: expected when it finished, found none',
    )
  }
  return { ...rest, runId, jobId, startedAt, finishedAt }
}

/** What tells how old a run is among those of its workflow. */
export type RunAge = Pick<Run, 'finishedAt' | 'runId'>

/**
 * Orders runs of one workflow by age: by when they finished, then by id. Runs may arrive in any order, and the table
 * `…__LATEST` moves to a newer run only.
 */
export function compareRuns(a: RunAge, b: RunAge): number {
  // Times of one length, in UTC: their text sorts as they do.
  return compareUtf8(a.finishedAt, b.finishedAt) || compareUtf8(a.runId, b.runId)
}

/** Whether two are one run: a run id is its workflow's own. */
export function isSameRun(a: RunName, b: RunName): boolean {
  return a.workflowId === b.workflowId && a.runId === b.runId
}

type RunName = Pick<Run, 'workflowId' | 'runId'>

/**
 * The `appId` of a run's transaction: a run that is delivered twice is in the table once. One id a run, because a single
 * counter would take an older run that comes late for one that is there already.
 */
export function runAppId(connectorId: string, run: Pick<Run, 'workflowId' | 'runId'>): string {
  return `kadoa:${[connectorId, run.workflowId, run.runId].map(escapeColons).join(':')}`
}

/** The `appId` by which an attempt at a run is given up, in the table that its rows were staged for. It names no run. */
export function attemptAppId(
  connectorId: string,
  { attempt, ...run }: Pick<Run, 'workflowId' | 'runId'> & { readonly attempt: string },
): string {
  return `${runAppId(connectorId, run)}:${escapeColons(attempt)}`
}

/** The run that {@link runAppId} names; undefined where it names none of this connector's. */
export function parseRunAppId(connectorId: string, appId: string): Pick<Run, 'workflowId' | 'runId'> | undefined {
  const [kind, connector, workflowId, runId, ...more] = appId.split(':').map(unescapeColons)
  if (kind !== 'kadoa' || connector !== connectorId || more.length > 0) return undefined
  return workflowId === undefined || runId === undefined ? undefined : { workflowId, runId }
}

/** Ids are UUIDs, which stay as they are; others must not run into each other. */
function escapeColons(id: string): string {
  return id.replaceAll('%', '%25').replaceAll(':', '%3A')
}

function unescapeColons(text: string): string {
  return text.replaceAll('%3A', ':').replaceAll('%25', '%')
}
