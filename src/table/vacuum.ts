import { DeltaError, messageOf, throwIfAborted } from '../errors.ts'
import {
  checkWritable,
  deletedFileRetention,
  formatCommitPath,
  loadSnapshot,
  neededFiles,
  type Snapshot,
} from '../log/index.ts'
import { physicalName } from '../schema/index.ts'
import type { ObjectMeta } from '../store/index.ts'
import { commitAfter } from './commit.ts'
import { isHiddenKey } from './hidden-key.ts'
import { inGroups } from './in-groups.ts'
import type { TableContext } from './settings.ts'
import type { Written } from './write.ts'

export interface VacuumOptions {
  /**
   * How long a file stays after no version needs it any more, and after it was written: so readers of older versions and
   * writers at work keep theirs. Default: `delta.deletedFileRetentionDuration`, else 7 days. Less than that needs `force`.
   */
  readonly retentionMilliseconds?: number | undefined
  /**
   * Allows a retention below the table's. Readers of older versions lose their files then, and writers those that they have
   * not committed yet: only for whoever knows that there are none.
   */
  readonly force?: boolean | undefined
  /** Versions that stay readable, however old they are, beside those that the table was opened with. */
  readonly keepVersions?: readonly number[] | undefined
  /** Tells what would be deleted, and deletes nothing. */
  readonly dryRun?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

export interface VacuumResult {
  /** The newest version when it ended. */
  readonly version: number
  /** Objects deleted, or to be deleted in a dry run; and their bytes. */
  readonly deleted: number
  readonly bytes: number
  /** Objects that a version worth keeping needs. */
  readonly kept: number
  /** Objects that nobody needs and that are too young to be deleted. */
  readonly young: number
  /** The keys of what would be deleted, in a dry run only. */
  readonly files?: readonly string[]
}

/** Keys a deletion. */
const BATCH = 1000
/** A clock further ahead of the storage's would take young files for old ones. S3 refuses requests from there on. */
const MOST_AHEAD = 15 * 60_000

/**
 * Deletes what lies below the table and no version worth keeping needs: neither the newest one, nor any that was the
 * newest within the retention, nor one of `keepVersions`. The log is never touched, nor what is hidden (names that begin
 * with `_` or `.`, change files and partitions aside), nor anything younger than the retention. Where something is to be
 * deleted, the table's history tells: `VACUUM START` before, `VACUUM END` after it, as Databricks and delta-rs have it; the
 * first of them is also how the storage's clock is known. The listing streams: memory is bounded by what is kept.
 * @throws {DeltaError} before anything is deleted: `invalid-argument` for a retention below the table's without `force`,
 * or a clock far ahead of the storage's; `not-found` for a version to be kept that is not there; `unsupported` for a table
 * that we do not write; `conflict` when somebody changed the table just then.
 */
export async function vacuum(
  context: TableContext,
  known: Snapshot,
  options: VacuumOptions,
): Promise<Written<VacuumResult>> {
  const { store, runtime } = context
  const { signal } = options
  const newest = await loadSnapshot(store, { from: known, signal })
  checkWritable(newest.protocol, newest.metadata, store.location)
  const retention = retentionOf(newest, options)
  const job: Job = { context, options, retention }
  const survey = await surveyOf(job, newest, runtime.now())
  if (options.dryRun) return { snapshot: newest, result: await forecast(survey, newest) }
  for await (const _ of survey.expendable()) return await run(job, newest)
  return { snapshot: newest, result: { version: newest.version, deleted: 0, bytes: 0, ...survey.counts } }
}

interface Job {
  readonly context: TableContext
  readonly options: VacuumOptions
  /** Milliseconds. */
  readonly retention: number
}

function retentionOf({ metadata, location }: Snapshot, { retentionMilliseconds, force }: VacuumOptions): number {
  const least = deletedFileRetention(metadata.configuration)
  const retention = retentionMilliseconds ?? least
  if (!(retention >= 0)) {
    const message = `retentionMilliseconds ${retention}: expected a number of milliseconds from 0`
    throw new DeltaError('invalid-argument', message)
  }
  if (retention >= least || force) return retention
  const message = `a vacuum of ${location} that keeps files for ${inHours(retention)} only could break readers and writers at work: the table keeps them for ${inHours(least)} (delta.deletedFileRetentionDuration); ask for that, or force it`
  throw new DeltaError('invalid-argument', message)
}

function inHours(milliseconds: number): string {
  return `${Number((milliseconds / 3_600_000).toFixed(3))} h`
}

/** What of the objects below a table goes. */
interface Survey {
  /** Counted while {@link Survey.expendable} goes on. */
  readonly counts: { kept: number; young: number }
  expendable(): AsyncGenerator<ObjectMeta>
}

/** @param clock milliseconds since 1970. */
async function surveyOf({ context, options, retention }: Job, newest: Snapshot, clock: number): Promise<Survey> {
  const { store } = context
  const { signal } = options
  // A version may count as committed after now, where many were committed in one moment.
  const since = Math.max(clock, newest.timestamp) - retention
  const keepVersions = [...context.keepVersions, ...(options.keepVersions ?? [])]
  const needed = await neededFiles(store, newest, { since, keepVersions, signal })
  const { schema, partitionColumns } = newest
  const partition = schema.fields.filter(({ name }) => partitionColumns.includes(name)).map(physicalName)
  const counts = { kept: 0, young: 0 }
  return {
    counts,
    async *expendable() {
      counts.kept = 0
      counts.young = 0
      for await (const object of store.list({ signal })) {
        throwIfAborted(signal)
        if (isHiddenKey(object.key, partition)) continue
        if (needed.has(object.key)) counts.kept++
        else if (object.lastModified > since) counts.young++
        else yield object
      }
    },
  }
}

async function forecast(survey: Survey, { version }: Snapshot): Promise<VacuumResult> {
  const files: string[] = []
  let bytes = 0
  for await (const { key, size } of survey.expendable()) {
    files.push(key)
    bytes += size
  }
  return { version, deleted: files.length, bytes, ...survey.counts, files }
}

async function run(job: Job, newest: Snapshot): Promise<Written<VacuumResult>> {
  const { store, runtime, warn } = job.context
  const { signal } = job.options
  // What is written by those who know of the start is younger, however late its answer comes.
  const before = runtime.now()
  const started = await commitNote(job, newest, startOf(job, newest))
  const survey = await surveyOf(job, started, await clockAt(job, started, before))
  let [deleted, bytes] = [0, 0]
  for await (const batch of inGroups(survey.expendable(), BATCH)) {
    // A run that is cut off has deleted the oldest of what it saw.
    const oldestFirst = batch.toSorted((a, b) => a.lastModified - b.lastModified)
    await store.delete(
      oldestFirst.map(({ key }) => key),
      { signal },
    )
    deleted += batch.length
    bytes += batch.reduce((sum, { size }) => sum + size, 0)
  }
  const metrics = { numDeletedFiles: String(deleted), numVacuumedDirectories: '0' }
  const end = { operation: 'VACUUM END', operationParameters: { status: 'COMPLETED' }, operationMetrics: metrics }
  const ended = await commitNote(job, started, end).catch((error: unknown) => {
    warn(`the end of the vacuum of ${store.location} is not in its history: ${messageOf(error)}`)
    return started
  })
  return { snapshot: ended, result: { version: ended.version, deleted, bytes, ...survey.counts } }
}

function startOf({ retention, options }: Job, { metadata }: Snapshot) {
  return {
    operation: 'VACUUM START',
    operationParameters: {
      retentionCheckEnabled: String(!options.force),
      defaultRetentionMillis: String(deletedFileRetention(metadata.configuration)),
      ...(options.retentionMilliseconds !== undefined && { specifiedRetentionMillis: String(retention) }),
    },
  }
}

/** A commit that says what happens, and changes nothing. */
async function commitNote(
  { context, options }: Job,
  snapshot: Snapshot,
  note: Pick<Parameters<typeof commitAfter>[1], 'operation' | 'operationParameters' | 'operationMetrics'>,
): Promise<Snapshot> {
  const request = { snapshot, actions: [], ...note, blindAppend: true }
  return (await commitAfter(context, request, options.signal)).snapshot
}

/**
 * The time of the start, which must not run ahead of that of the storage.
 * @param ours just before it, by this machine's clock.
 * @throws {DeltaError} `invalid-argument` when it does, by much.
 */
async function clockAt({ context, options }: Job, started: Snapshot, ours: number): Promise<number> {
  const { store } = context
  const { lastModified } = await store.head(formatCommitPath(started.version), { signal: options.signal })
  if (ours - lastModified <= MOST_AHEAD) return Math.max(ours, lastModified)
  const message = `the clock of this machine is ${inHours(ours - lastModified)} ahead of the storage's: a vacuum of ${store.location} would take young files for old ones; set it right`
  throw new DeltaError('invalid-argument', message)
}
