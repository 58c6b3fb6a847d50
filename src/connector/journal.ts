import { DeltaError, isDeltaError } from '../errors.ts'
import { fewAtATime } from '../few-at-a-time.ts'
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
import { CONNECTOR_VERSION, connectorFolder } from './connector-record.ts'
import type { DeliveryHead } from './delivery.ts'
import { type JournalEntry, journalEntryShape, type Step } from './journal-entry.ts'
import { type PendingRun, pendingRun } from './pending.ts'
import { isSameRun, type Run } from './run.ts'

/**
 * Which step may follow which. A run that was held back may be delivered again; one that was taken back may not. A run that
 * is committed never falls back: what its table says is stronger than what its journal says.
 */
const FOLLOWS: { readonly [S in Step]: readonly Step[] } = {
  staging: ['staging', 'staged', 'held', 'retracted'],
  staged: ['committed', 'staging', 'published', 'retracted'],
  committed: ['published', 'retracted'],
  published: ['retracted'],
  held: ['staged', 'retracted'],
  retracted: [],
}

/** Entries that are read at the same time. */
const READERS = 16

/** What an entry says of its run at the beginning. */
export interface NewEntry {
  readonly head: DeliveryHead
  /** Names the files that this attempt stages. */
  readonly attempt: string
  readonly eraseEpoch: number
}

/**
 * The entry of a run, made where there is none: the work order by which anybody can go on with a publication that somebody
 * else began. One object a run.
 * @throws {DeltaError} `invalid-data` when the object belongs to another run.
 */
export async function openEntry(
  store: ObjectStore,
  connectorId: string,
  entry: NewEntry,
  options: RecordOptions,
): Promise<JournalEntry> {
  const { run } = entry.head
  const found = await findEntry(store, connectorId, run, options)
  if (found !== undefined) return found
  const fresh: JournalEntry = {
    connectorVersion: CONNECTOR_VERSION,
    workflowId: run.workflowId,
    runId: run.runId,
    step: 'staging',
    ...restarted(entry),
    changedAt: now(options),
  }
  const key = journalKey(connectorId, pendingRun(run))
  if (await createRecord(store, key, journalEntryShape, fresh, ({ attempt }) => attempt === fresh.attempt, options)) {
    return fresh
  }
  return openEntry(store, connectorId, entry, options)
}

/** What an attempt begins with, whatever earlier ones left. */
export function restarted({ head, attempt, eraseEpoch }: NewEntry): Partial<JournalEntry> & Attempted {
  const { run, workflow, schema, isBackfill = false } = head
  return { attempt, eraseEpoch, run, workflow, schema, isBackfill }
}

type Attempted = Pick<JournalEntry, 'attempt' | 'eraseEpoch' | 'run' | 'workflow' | 'schema' | 'isBackfill'>

/**
 * The entry of a run, `undefined` before its first delivery.
 * @throws {DeltaError} `invalid-data` when the object belongs to another run.
 */
export async function findEntry(
  store: ObjectStore,
  connectorId: string,
  run: Pick<Run, 'workflowId' | 'runId'>,
  options: RecordOptions,
): Promise<JournalEntry | undefined> {
  const entry = await findEntryByKey(store, connectorId, pendingRun(run), options)
  if (entry === undefined || isSameRun(entry, run)) return entry
  const file = `${store.location}/${journalKey(connectorId, pendingRun(run))}`
  throw new DeltaError(
    'invalid-data',
    `${file} is the journal of run ${entry.runId} of workflow ${entry.workflowId}, not of run ${run.runId} of workflow ${run.workflowId}`,
    { file },
  )
}

/** The same, by the names that stand in keys. */
function findEntryByKey(
  store: ObjectStore,
  connectorId: string,
  run: PendingRun,
  options: RecordOptions,
): Promise<JournalEntry | undefined> {
  return readRecord(store, journalKey(connectorId, run), journalEntryShape, options)
}

/** The journal of a run that is there and cannot be read. */
export interface UnreadableEntry extends PendingRun {
  readonly error: DeltaError
}

/** The entries of some runs, as far as they are there, and those that cannot be read. */
export async function surveyMarked(
  store: ObjectStore,
  connectorId: string,
  runs: readonly PendingRun[],
  options: RecordOptions,
): Promise<{ readonly entries: readonly JournalEntry[]; readonly unreadable: readonly UnreadableEntry[] }> {
  const unreadable: UnreadableEntry[] = []
  const find = async (run: PendingRun): Promise<JournalEntry | undefined> => {
    try {
      return await findEntryByKey(store, connectorId, run, options)
    } catch (error) {
      if (!isDeltaError(error, 'invalid-data')) throw error
      unreadable.push({ ...run, error })
      return undefined
    }
  }
  const entries = await fewAtATime(runs, READERS, find)
  return { entries: entries.filter((entry) => entry !== undefined), unreadable }
}

/** The entries of one workflow, or of all, in the order of their keys, with what is damaged in its place. */
export function surveyEntries(
  store: ObjectStore,
  connectorId: string,
  workflow: string | undefined,
  options: RecordOptions,
): Promise<(JournalEntry | DamagedRecord)[]> {
  const folder = workflow === undefined ? '' : `${workflow}/`
  return surveyRecords(store, `${journalFolder(connectorId)}${folder}`, journalEntryShape, options)
}

/** The same. @throws {DeltaError} `invalid-data` when one is damaged: for those who rely on having all. */
export function listEntries(
  store: ObjectStore,
  connectorId: string,
  options: RecordOptions & { readonly workflow?: string | undefined },
): Promise<JournalEntry[]> {
  const folder = options.workflow === undefined ? '' : `${options.workflow}/`
  return listRecords(store, `${journalFolder(connectorId)}${folder}`, journalEntryShape, options)
}

/**
 * Takes a run's entry one step further, by compare-and-swap. `change` gets what is there now and says what is to be
 * different, `undefined` for nothing: somebody else may have gone further.
 * @returns the entry as it is then.
 * @throws {DeltaError} `internal` for a step that may not follow; `invalid-data` when the entry is gone.
 */
export function changeEntry(
  store: ObjectStore,
  connectorId: string,
  run: Pick<Run, 'workflowId' | 'runId'>,
  change: (entry: JournalEntry) => Partial<JournalEntry> | undefined,
  options: RecordOptions,
): Promise<JournalEntry> {
  const key = journalKey(connectorId, pendingRun(run))
  const changed = (entry: JournalEntry): JournalEntry => {
    const difference = change(entry)
    if (difference === undefined) return entry
    const { step = entry.step } = difference
    if (step !== entry.step && !FOLLOWS[entry.step].includes(step)) {
      throw new DeltaError('internal', `run ${entry.runId} cannot go from ${entry.step} to ${step}`)
    }
    return { ...entry, ...difference, changedAt: now(options) }
  }
  const missing = (): DeltaError =>
    new DeltaError(
      'invalid-data',
      `the journal of run ${run.runId} is gone from ${store.location}/${key}: deliver the run again`,
      { file: key },
    )
  return changeRecord(store, key, journalEntryShape, changed, missing, options)
}

function now({ runtime = systemRuntime }: RecordOptions): string {
  return isoTime(runtime.now())
}

function journalFolder(connectorId: string): string {
  return `${connectorFolder(connectorId)}/journal/`
}

function journalKey(connectorId: string, { workflow, run }: PendingRun): string {
  return `${journalFolder(connectorId)}${workflow}/${run}.json`
}
