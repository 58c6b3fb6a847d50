import { DeltaError, messageOf, throwIfAborted } from '../errors.ts'
import { harmless } from '../harmless.ts'
import { type BackfillProgress, type FailedRun, type HeldBackRun, Tally } from './backfill-tally.ts'
import { columnLayout } from './column-layout.ts'
import {
  type ConnectorRecord,
  changeConnectorRecord,
  checkBackfills,
  checkPublishes,
  loadConnectorRecord,
  reached,
} from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { type Delivery, takeDelivery } from './delivery.ts'
import { emit } from './emit.ts'
import { findEntry } from './journal.ts'
import { Lanes } from './lanes.ts'
import { type Generation, publishWaiting } from './publish/generation.ts'
import { commitRun } from './publish/run.ts'
import { isTakenBack } from './publish/waiting-table.ts'
import { untilAborted } from './until-aborted.ts'

export interface BackfillOptions {
  /** Runs that are staged and committed at the same time: 4 unless said. Each takes the memory of one publication. */
  readonly workers?: number
  /** Runs that are shown together, in one generation of the share: about 50 unless said. */
  readonly runsPerGeneration?: number
  /** Told after each run. */
  readonly onProgress?: (progress: BackfillProgress) => void
}

/** What became of all that was delivered. */
export interface Backfilled {
  /** Runs that are shown now and were not before. */
  readonly published: number
  /** Runs that were shown before. */
  readonly skipped: number
  /** Runs that were taken back: nothing of them is published, and nothing is left to do. */
  readonly retracted: number
  /** Rows of the runs that were not in their tables before. */
  readonly rows: number
  readonly held: readonly HeldBackRun[]
  readonly failed: readonly FailedRun[]
  /** Of the share, at the end. */
  readonly generation: number
}

const WORKERS = 4
const RUNS_PER_GENERATION = 50

/**
 * Publishes the runs of the past, once a live one was published and read back. Any order is right, and oldest first is best:
 * then the versions of a schema are numbered as they came. Several runs are staged and committed side by side, and many
 * are shown together. `…__LATEST` stays with the newest run.
 *
 * Begun again, after whatever ended it, it goes on: a run that is published, or was taken back, is passed over before its
 * rows are touched. So `rows` are best made by a generator, which opens nothing until it is asked for the first row. A run that
 * is held back or fails does not stop the others; the connector stays `backfilling` until a backfill ends without such a run.
 * @throws {DeltaError} `invalid-argument` before the first live delivery was verified; and what stands against all runs, such
 * as `unavailable` storage: then backfill again, to go on.
 */
export async function backfillRuns(
  context: ConnectorContext,
  deliveries: AsyncIterable<Delivery> | Iterable<Delivery>,
  options: BackfillOptions = {},
): Promise<Backfilled> {
  const { workers = WORKERS, runsPerGeneration = RUNS_PER_GENERATION, onProgress } = options
  checkCount('workers', workers)
  checkCount('runsPerGeneration', runsPerGeneration)
  const record = await begin(context)
  const identity = [context.runtime.uuid()]
  await emit(context, 'connector_backfill_started', { workflowId: null, runs: null }, identity)
  const untold = (error: unknown): void => context.warn(`progress of the backfill was not told: ${messageOf(error)}`)
  const tally = new Tally(harmless(onProgress, untold))
  const last = await takeAll(context, record, deliveries, { workers, runsPerGeneration, tally }).catch((error) =>
    tally.stopped(error),
  )
  const { published, skipped, retracted, rows, held, failed } = tally
  if (held.length + failed.length === 0) {
    await changeConnectorRecord(context.store, context.id, (now) => reached(now, 'live'), context)
  }
  const { generation } = last
  const finished = { workflowId: null, runs: published, records: rows, generation }
  await emit(context, 'connector_backfill_finished', finished, identity)
  return { published, skipped, retracted, rows, held, failed, generation }
}

/** @throws {DeltaError} `invalid-argument` for a connector that is not that far. */
async function begin(context: ConnectorContext): Promise<ConnectorRecord> {
  const { store, id } = context
  const record = await loadConnectorRecord(store, id, context)
  checkPublishes(record)
  checkBackfills(record)
  return changeConnectorRecord(store, id, (now) => reached(now, 'backfilling'), context)
}

interface Way {
  readonly workers: number
  readonly runsPerGeneration: number
  readonly tally: Tally
}

async function takeAll(
  outer: ConnectorContext,
  { config, share }: ConnectorRecord,
  deliveries: AsyncIterable<Delivery> | Iterable<Delivery>,
  { workers, runsPerGeneration, tally }: Way,
): Promise<Generation> {
  const stop = new AbortController()
  const signal = outer.signal === undefined ? stop.signal : AbortSignal.any([outer.signal, stop.signal])
  const context = { ...outer, signal }
  const lanes = new Lanes(workers, stop)
  const show = showInTurn(context, share.name, tally)
  const layouts = new Map<string, string>()
  let unshown = 0
  const take = async (delivery: Delivery): Promise<void> => {
    if (!(await takeOne(context, delivery, tally)) || ++unshown < runsPerGeneration) return
    unshown = 0
    await show()
  }
  try {
    for await (const given of untilAborted(deliveries, signal)) {
      throwIfAborted(signal)
      const delivery = takeUnlessRefused(given, tally)
      if (delivery === undefined) continue
      const { workflow, schema } = delivery
      const { hash } = columnLayout(schema, config)
      // The first run of a layout decides its number, so that what comes before it must have its own.
      if ((layouts.get(workflow.id) ?? hash) !== hash) await lanes.end()
      layouts.set(workflow.id, hash)
      await lanes.begin(() => take({ ...delivery, isBackfill: true }))
    }
  } catch (error) {
    lanes.fail(error)
  }
  await lanes.end()
  const last = await show()
  await settleRest(context, tally, last)
  return last
}

/** @returns undefined for one that is none by its head, such as a run that has not finished. */
function takeUnlessRefused(given: Delivery, tally: Tally): Delivery | undefined {
  try {
    return takeDelivery(given)
  } catch (error) {
    const { workflowId, runId: ownId, jobId }: Partial<Delivery['run']> = given?.run ?? {}
    const runId = ownId ?? jobId
    // Of what names no run nothing can be told but this.
    if (typeof workflowId !== 'string' || typeof runId !== 'string') throw error
    tally.refused({ workflowId, runId }, error)
    return undefined
  }
}

/** @returns whether the run waits to be shown. */
async function takeOne(context: ConnectorContext, delivery: Delivery, tally: Tally): Promise<boolean> {
  try {
    const { entry } = await commitRun(context, delivery)
    tally.taken(entry)
    return entry.step === 'committed'
  } catch (error) {
    tally.refused(delivery.run, error)
    return false
  }
}

/** Shows all that waits; of several calls one after the other. */
function showInTurn(context: ConnectorContext, shareName: string, tally: Tally): () => Promise<Generation> {
  let before: Promise<unknown> = Promise.resolve()
  return () => {
    const shown = before.then(async () => {
      const generation = await publishWaiting(context, shareName)
      tally.shown([...generation.published, ...generation.shown.filter((entry) => !isTakenBack(entry))])
      return generation
    })
    before = shown
    return shown
  }
}

/** Others may have shown runs of this backfill; what nobody showed waits on, and is told of. */
async function settleRest(context: ConnectorContext, tally: Tally, { leftOut }: Generation): Promise<void> {
  for (const { run } of [...tally.waiting.values()]) {
    const { workflowId, runId } = run
    const entry = await findEntry(context.store, context.id, run, context)
    if (entry?.step === 'published') {
      tally.shown([entry])
      continue
    }
    if (entry?.step === 'retracted') {
      tally.retracted++
      continue
    }
    const reason = leftOut.find((each) => each.workflowId === workflowId)?.reason ?? 'nobody has shown it yet'
    tally.failed.push({ workflowId, runId, code: 'invalid-data', message: `the run waits to be shown: ${reason}` })
  }
}

function checkCount(name: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return
  throw new DeltaError('invalid-argument', `${name}: expected a whole number from 1, found ${count}`)
}
