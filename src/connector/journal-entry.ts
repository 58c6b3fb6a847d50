import { z } from 'zod'
import { BLAMES } from '../errors.ts'
import type { StagedPart } from '../table/index.ts'
import type { CheckProblem } from './check.ts'
import { CONNECTOR_VERSION } from './connector-record.ts'
import type { RunReport } from './report.ts'
import type { Run } from './run.ts'
import { schemaDescriptorShape } from './schema-descriptor.ts'
import { workflowShape } from './workflow.ts'

/**
 * How far a run has come. `staging`: its rows are being written where nobody looks. `staged`: they are there and passed
 * the checks. `committed`: they are in the table of their version, which no share shows yet. `published`: they are
 * shown. `held`: they did not pass. `retracted`: they were taken back.
 */
const STEPS = ['staging', 'staged', 'committed', 'published', 'held', 'retracted'] as const

export type Step = (typeof STEPS)[number]

const storedRunShape: z.ZodType<Run> = z.object({
  workflowId: z.string(),
  runId: z.string(),
  jobId: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string(),
  schemaVersion: z.int().nullish(),
  schema: schemaDescriptorShape.nullish(),
  expectedRecords: z.int().nullish(),
  quality: z.object({ issueCount: z.int(), metrics: z.json().nullish() }).nullish(),
})

const countShape = z.object({ column: z.string(), count: z.int() })

const reportShape: z.ZodType<RunReport> = z.object({
  rows: z.int(),
  castFailures: z.array(countShape.extend({ present: z.int(), samples: z.array(z.string()) })),
  precisionLoss: z.array(countShape),
  illFormedText: z.array(countShape),
  garbledText: z.array(countShape),
  extraFields: z.array(z.object({ name: z.string(), count: z.int() })),
  moreExtraFields: z.int(),
  columns: z.int(),
  missingColumns: z.array(z.string()),
  missingRequired: z.array(countShape),
  duplicateKeys: z.int(),
  rowsWithoutKey: z.int(),
})

const partShape: z.ZodType<StagedPart> = z.object({
  files: z.array(z.string()),
  rows: z.int(),
  bytes: z.int(),
  schema: z.string(),
  constraints: z.array(z.string()),
})

const problemShape: z.ZodType<CheckProblem> = z.object({
  check: z.string(),
  action: z.enum(['block', 'warn']),
  message: z.string(),
  blame: z.enum(BLAMES),
  remedy: z.string(),
  column: z.string().exactOptional(),
})

export const journalEntryShape = z.object({
  connectorVersion: z.literal(CONNECTOR_VERSION),
  workflowId: z.string(),
  runId: z.string(),
  step: z.enum(STEPS),
  /** Names the folder of the staged files; each delivery that begins anew has another. */
  attempt: z.string(),
  /** Erasures of the connector when the rows were staged. */
  eraseEpoch: z.int(),
  run: storedRunShape,
  workflow: workflowShape,
  schema: schemaDescriptorShape,
  isBackfill: z.boolean(),
  /** The staged files, from `staged` until the run is published. */
  part: partShape.optional(),
  /** What was seen in the rows; its samples go once the run is published. */
  report: reportShape.optional(),
  /** What the checks said. */
  problems: z.array(problemShape).optional(),
  /** From `staged` on. */
  schemaVersion: z.int().optional(),
  bytes: z.int().optional(),
  /** The version of its table that brought the rows. */
  tableVersion: z.int().optional(),
  /** The generation of the share that showed them first; a later one where whoever did so died before it said it. */
  generation: z.int().optional(),
  publishedAt: z.string().optional(),
  /** Why it was taken back, as it was said. */
  reason: z.string().optional(),
  changedAt: z.iso.datetime(),
})

/** The journal of one run. */
export type JournalEntry = Readonly<z.infer<typeof journalEntryShape>>
