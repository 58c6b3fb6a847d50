import { DeltaError } from '../errors.ts'
import { prefixStore } from '../store/index.ts'
import { readPart, type StagedPart, stageRows } from '../table/index.ts'
import type { ColumnLayout } from './column-layout.ts'
import { connectorFolder } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { deleteBelow } from './delete-below.ts'
import type { Delivery } from './delivery.ts'
import { type RunReport, reportGatherer } from './report.ts'
import { rowCaster } from './row.ts'
import type { Run } from './run.ts'
import { runKey } from './run-key.ts'
import { unreadableRows } from './unreadable-rows.ts'
import { untilAborted } from './until-aborted.ts'

/** One attempt to stage a run: each has a folder of its own, so that two never touch each other's files. */
export interface StageAttempt {
  readonly runId: string
  readonly attempt: string
}

/** Rows of a run in data files that no table knows of, and what is to be said of them. */
export interface StagedRun {
  readonly part: StagedPart
  readonly report: RunReport
}

/** Below no table: what lies there may be read by recipients who have its directory. */
export function stagingFolder(connectorId: string, { runId, attempt }: StageAttempt): string {
  return `${connectorFolder(connectorId)}/staging/${runKey(runId)}/${attempt}`
}

/**
 * Casts the rows of a run and writes them into data files in the attempt's own folder, then reads back what was written:
 * as many rows, all of this run, in their order.
 * @throws {DeltaError} as {@link unreadableRows} says it for a row that is no object, and for what the source of the rows throws;
 * then no file is left behind. `invalid-data` when the storage gives back something else.
 */
export async function stageRun(
  context: ConnectorContext,
  { run, rows }: Pick<Delivery, 'run' | 'rows'>,
  layout: ColumnLayout,
  attempt: string,
): Promise<StagedRun> {
  const { runtime, signal } = context
  const store = prefixStore(context.store, stagingFolder(context.id, { runId: run.runId, attempt }))
  const gatherer = reportGatherer(layout)
  const cast = rowCaster(layout, run)
  async function* published() {
    let index = 0
    try {
      for await (const given of untilAborted(rows, signal)) {
        const row = cast(given, index++)
        gatherer.row(row, given)
        yield row.row
      }
    } catch (error) {
      throw unreadableRows(run, error)
    }
  }
  const part = await stageRows(published(), { store, schema: layout.schema, runtime, signal })
  const columns = [layout.lineage.KADOA_RUN_ID, layout.lineage.KADOA_ROW_INDEX]
  const read = readPart(part, { store, columns, signal })
  await checkStaged(read, run, part.rows, layout)
  return { part, report: gatherer.finish() }
}

/**
 * Holds rows to be those of one run, each once, in their order from 0.
 * @throws {DeltaError} `invalid-data`.
 */
async function checkStaged(
  rows: AsyncIterable<{ readonly [column: string]: unknown }>,
  run: Pick<Run, 'runId'>,
  expected: number,
  { lineage }: ColumnLayout,
): Promise<void> {
  let index = 0
  for await (const { [lineage.KADOA_RUN_ID]: runId, [lineage.KADOA_ROW_INDEX]: rowIndex } of rows) {
    if (runId !== run.runId || rowIndex !== index) {
      throw damaged(
        run,
        `row ${index + 1}: expected row index ${index}, found ${String(rowIndex)} of run ${String(runId)}`,
      )
    }
    index++
  }
  if (index !== expected) throw damaged(run, `expected ${expected} rows, found ${index}`)
}

function damaged({ runId }: Pick<Run, 'runId'>, found: string): DeltaError {
  return new DeltaError(
    'invalid-data',
    `the files of run ${runId} do not hold what was written: ${found}; deliver the run again, and look at the storage if this stays`,
    { blame: 'storage' },
  )
}

/** Deletes the files of an attempt, as far as they are there. */
export async function dropStaged(context: ConnectorContext, attempt: StageAttempt): Promise<void> {
  await deleteBelow(context, `${stagingFolder(context.id, attempt)}/`)
}
