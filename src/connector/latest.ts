import { DeltaError, isDeltaError } from '../errors.ts'
import { compareUtf8, type Row, type StructType } from '../schema/index.ts'
import { createTable, isSameButForComments, partFiles, type StagedPart, type Table } from '../table/index.ts'
import type { ConnectorConfig } from './config.ts'
import type { ConnectorContext } from './context.ts'
import { nextPlace } from './epochs.ts'
import { freshNames } from './fresh-names.ts'
import { goBack } from './go-back.ts'
import { findEntry } from './journal.ts'
import { type LineageNames, lineageIn } from './lineage.ts'
import type { PinnedPlace } from './publish/fence.ts'
import { compareRuns, type RunAge } from './run.ts'
import type { TablePlace } from './table-place.ts'
import { findTableAt } from './version-table.ts'

/** What `WF_<id>__LATEST` is to show. */
export interface LatestSource {
  readonly workflowId: string
  /** The table of the version of the newest run, at the version of it that is to be shown. */
  readonly table: Table
  /** The newest published run; undefined where none is left. */
  readonly newest: RunAge | undefined
  readonly mode: ConnectorConfig['latestMode']
  /** The files of that run as they were staged, where they are known. */
  readonly files?: { readonly part: StagedPart; readonly folder: string } | undefined
}

/** `WF_<id>__LATEST` as it was written: where it lies, its version, and how many rows it has. */
export interface WrittenLatest {
  readonly location: string
  readonly tableVersion: number
  readonly rows: number
}

/**
 * It is written anew as often as its workflow runs: what is gone from it need not be kept for long, for nobody may read
 * other versions than the one that the share shows.
 */
const PROPERTIES = {
  'delta.logRetentionDuration': 'interval 2 days',
  'delta.deletedFileRetentionDuration': 'interval 2 days',
}

/** By which mode the rows were chosen that the table has. */
const LATEST_MODE = 'kadoa.latestMode'

/** By which `latestMode` a table was written; undefined where it does not say so. */
export function latestModeOf(table: Table): string | undefined {
  return table.info().properties[LATEST_MODE]
}

/**
 * Writes the table anew, in one commit that follows the very version that was looked at, and says before by which mode.
 * Nobody sees it until it is shared; on planes that always show the newest version, everybody does at once, and other columns
 * go to another place.
 * @throws {DeltaError} `conflict` when another publisher wrote it meanwhile: begin again with the share.
 */
export async function writeLatest(
  context: ConnectorContext,
  shown: PinnedPlace,
  source: LatestSource,
): Promise<WrittenLatest> {
  const { signal } = context
  const { schema } = source.table
  const { place, found } = await findPlace(context, shown, schema)
  const table = found ?? (await create(context, place, source))
  await checkNotNewer(context, place, table, source)
  await goBackUnseen(context, place, table)
  if (latestModeOf(table) !== source.mode) await table.setProperties({ [LATEST_MODE]: source.mode }, { signal })
  const copied = source.mode === 'latest_run' ? await copyFiles(context, place, source.files) : undefined
  const options = { schema, exclusive: true, signal }
  const { version, rows } = copied
    ? await table.commit([copied], { ...options, replace: true })
    : await table.overwrite(latestRows(source, signal), options)
  return { location: place.location, tableVersion: version, rows }
}

/**
 * Where the table is to have these columns: where it is shown, unless the plane keeps it to the columns that it is shown with,
 * or it has lost the version that is shown: what is written after it would take its place, and be seen before it is published.
 * Then in the next place that is free, or has these very columns already: somebody died, or is about to show it.
 */
async function findPlace(
  context: ConnectorContext,
  shown: PinnedPlace,
  schema: StructType,
): Promise<{ readonly place: PinnedPlace; readonly found: Table | undefined }> {
  for (let place = shown; ; place = nextPlace(context, place)) {
    const { pin } = place
    const found = await findTableAt(context, place, { keepVersions: pin === undefined ? [] : [pin] })
    const isLost = pin !== undefined && (found === undefined || found.version < pin)
    const isFit =
      found === undefined || context.plane.promises.newSchemaInPlace || isSameButForComments(found.schema, schema)
    if (isFit && !isLost) return { place, found }
  }
}

/**
 * Where recipients always see the newest version, the table may show a run already that this publication knows nothing of:
 * somebody else is about to publish it, or died, or was faster. It must not go back to an older one.
 */
async function checkNotNewer(
  context: ConnectorContext,
  { pin, name }: PinnedPlace,
  table: Table,
  { workflowId, newest }: LatestSource,
): Promise<void> {
  const { plane, store, id, signal } = context
  if (plane.promises.pinned || pin === undefined || pin === table.version) return
  const runs = new Set<string>()
  const { KADOA_RUN_ID: column } = lineageIn(table.schema)
  for await (const row of table.read({ columns: [column], signal })) runs.add(String(row[column]))
  for (const runId of runs) {
    const entry = runId === newest?.runId ? undefined : await findEntry(store, id, { workflowId, runId }, context)
    if (entry === undefined || entry.step === 'retracted') continue
    if (newest !== undefined && compareRuns(entry.run, newest) <= 0) continue
    throw new DeltaError(
      'conflict',
      `${name} shows run ${runId} already, which is newer: publish what waits, and begin again`,
    )
  }
}

/** Where recipients do not see it, what a publication left that died or lost is taken back. */
async function goBackUnseen({ plane, signal }: ConnectorContext, { pin }: PinnedPlace, table: Table): Promise<void> {
  if (!plane.promises.pinned) return
  try {
    await goBack(table, pin, signal)
  } catch (error) {
    // Nobody can read there what is gone, and the table is written anew.
    if (!isDeltaError(error, 'not-found')) throw error
  }
}

/**
 * Copies the files of a run within the storage, under names of their own: a file belongs to one version of the table only,
 * whoever else copied the same. Undefined where they are not known or gone, as after an erasure.
 */
async function copyFiles(
  { store, runtime, signal }: ConnectorContext,
  place: TablePlace,
  files: LatestSource['files'],
): Promise<StagedPart | undefined> {
  if (files === undefined) return undefined
  const { part, nameOf } = freshNames(files.part, runtime)
  try {
    for (const { key } of partFiles(files.part)) {
      await store.copy(`${files.folder}/${key}`, `${place.folder}/${nameOf(key)}`, { signal })
    }
  } catch (error) {
    if (isDeltaError(error, 'not-found')) return undefined
    throw error
  }
  return part
}

async function create(
  context: ConnectorContext,
  place: PinnedPlace,
  { table: { schema }, mode }: LatestSource,
): Promise<Table> {
  const { runtime, warn, signal } = context
  const { location, store, name, pin } = place
  const keepVersions = pin === undefined ? [] : [pin]
  try {
    return await createTable(location, {
      store,
      runtime,
      keepVersions,
      onWarning: warn,
      schema,
      name,
      properties: { ...PROPERTIES, [LATEST_MODE]: mode },
      ...(signal && { signal }),
    })
  } catch (error) {
    if (!isDeltaError(error, 'already-exists')) throw error
    throw new DeltaError('conflict', `${name} was created by another publisher meanwhile`, { cause: error })
  }
}

/** The rows of the table's version that are to be shown, in the order in which they lie there. */
async function* latestRows(
  { table, newest, mode }: LatestSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<Row> {
  if (newest === undefined) return
  switch (mode) {
    case 'latest_run':
      yield* table.read({ where: { [lineageIn(table.schema).KADOA_RUN_ID]: newest.runId }, signal })
      break
    case 'all_runs_of_latest_version':
      yield* table.read({ signal })
      break
    case 'current_by_key':
      yield* currentRows(table, signal)
  }
}

/** Where the newest row of a key is. */
interface Current {
  readonly finishedAt: string
  readonly runId: string
  readonly index: number
}

/** For each key its newest row; a row without a key stands for itself. Keys are held in memory, rows are not. */
async function* currentRows(table: Table, signal: AbortSignal | undefined): AsyncGenerator<Row> {
  const newest = new Map<string, Current>()
  const names = lineageIn(table.schema)
  const { KADOA_ROW_KEY: keyColumn } = names
  const columns = [keyColumn, names.KADOA_RUN_FINISHED_AT, names.KADOA_RUN_ID, names.KADOA_ROW_INDEX]
  for await (const row of table.read({ columns, signal })) {
    const { [keyColumn]: key } = row
    if (typeof key !== 'string') continue
    const here = currentOf(row, names)
    const known = newest.get(key)
    if (known === undefined || compareCurrent(here, known) > 0) newest.set(key, here)
  }
  for await (const row of table.read({ signal })) {
    const { [keyColumn]: key } = row
    const current = typeof key === 'string' ? newest.get(key) : undefined
    if (current === undefined || compareCurrent(currentOf(row, names), current) === 0) yield row
  }
}

function currentOf(row: Row, names: LineageNames): Current {
  return {
    finishedAt: String(row[names.KADOA_RUN_FINISHED_AT]),
    runId: String(row[names.KADOA_RUN_ID]),
    index: Number(row[names.KADOA_ROW_INDEX]),
  }
}

/** By the age of the run, and of two rows of one run with the same key the later one stands. */
function compareCurrent(a: Current, b: Current): number {
  return compareUtf8(a.finishedAt, b.finishedAt) || compareUtf8(a.runId, b.runId) || a.index - b.index
}
