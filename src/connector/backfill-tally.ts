import { DeltaError, type DeltaErrorCode, type ErrorProblem, isDeltaError } from '../errors.ts'
import type { JournalEntry } from './journal-entry.ts'

/** A run of a backfill. A type, so that it counts as JSON. */
export type BackfilledRun = { readonly workflowId: string; readonly runId: string }

/** One that was held back: by the checks, or as its rows cannot be read. */
export type HeldBackRun = BackfilledRun & { readonly problems: readonly ErrorProblem[] }

/** One that cannot be published as it is: its workflow is not selected, its parts do not belong together. */
export type FailedRun = BackfilledRun & { readonly code: DeltaErrorCode; readonly message: string }

/** How far a backfill is. */
export interface BackfillProgress {
  /** Deliveries that need nothing more than to be shown. */
  readonly done: number
  /** Rows of those that were not there before. */
  readonly rows: number
  readonly published: number
  readonly skipped: number
  readonly retracted: number
  readonly held: number
  readonly failed: number
}

/** What speaks against one run, and not against all that come after it. */
const OF_ONE_RUN: ReadonlySet<DeltaErrorCode> = new Set([
  'invalid-argument',
  'invalid-data',
  'unsupported',
  'not-found',
  'already-exists',
  'conflict',
])

/** Counts what becomes of the deliveries of a backfill: names are kept of those only that need a person. */
export class Tally {
  readonly held: HeldBackRun[] = []
  readonly failed: FailedRun[] = []
  /** Runs that are in their tables and were not seen to be shown: by their key. */
  readonly waiting = new Map<string, JournalEntry>()
  done = 0
  rows = 0
  published = 0
  skipped = 0
  retracted = 0
  readonly #told: (progress: BackfillProgress) => void

  constructor(told: (progress: BackfillProgress) => void) {
    this.#told = told
  }

  /** One whose journal is `committed`, `published` or `retracted`. */
  taken(entry: JournalEntry): void {
    if (entry.step === 'published') this.skipped++
    else if (entry.step === 'retracted') this.retracted++
    else {
      // The same run may come twice.
      if (!this.waiting.has(keyOf(entry))) this.rows += entry.report?.rows ?? 0
      this.waiting.set(keyOf(entry), entry)
    }
    this.#step()
  }

  /** @throws what was thrown, where that is no matter of one run. */
  refused({ workflowId, runId }: BackfilledRun, error: unknown): void {
    if (!isDeltaError(error) || !OF_ONE_RUN.has(error.code)) throw error
    const { problems } = error.details
    if (problems !== undefined) this.held.push({ workflowId, runId, problems })
    else this.failed.push({ workflowId, runId, code: error.code, message: error.message })
    this.#step()
  }

  /** Of runs that are shown now, those that are of this backfill count. */
  shown(runs: readonly JournalEntry[]): void {
    for (const run of runs) if (this.waiting.delete(keyOf(run))) this.published++
    this.#tell()
  }

  /** @throws {DeltaError} what it was, and how to go on. */
  stopped(error: unknown): never {
    if (!isDeltaError(error)) throw error
    throw new DeltaError(
      error.code,
      `the backfill stopped after ${this.done} runs: ${error.message}; backfill the same runs again to go on: those that are published are skipped`,
      { ...error.details, cause: error },
    )
  }

  #step(): void {
    this.done++
    this.#tell()
  }

  #tell(): void {
    const { done, rows, published, skipped, retracted, held, failed } = this
    this.#told({ done, rows, published, skipped, retracted, held: held.length, failed: failed.length })
  }
}

function keyOf({ workflowId, runId }: BackfilledRun): string {
  return JSON.stringify([workflowId, runId])
}
