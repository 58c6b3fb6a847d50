import { DeltaError, isDeltaError } from '../errors.ts'
import { fewAtATime } from '../few-at-a-time.ts'
import { partFiles, type StagedPart, type Table } from '../table/index.ts'
import type { ColumnLayout } from './column-layout.ts'
import { erasureOf, loadConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { freshNames, type NamedPart } from './fresh-names.ts'
import { attemptAppId, type Run, runAppId } from './run.ts'
import { type StageAttempt, stagingFolder } from './stage.ts'
import { eraseEpochOf, openOrCreateVersionTable, type VersionTableName, versionTablePlace } from './version-table.ts'

/** A staged run on its way into the table of its version. */
export interface StagedFor extends StageAttempt {
  readonly table: VersionTableName
  readonly run: Run
  readonly layout: ColumnLayout
  readonly part: StagedPart
  /** Erasures of the connector when it was staged. */
  readonly eraseEpoch: number
  /** The version of the table that the share shows. */
  readonly pin: number | undefined
  /** Why it must not be committed any more, unless it was already. */
  readonly held?: DeltaError | undefined
}

/** What the transaction of a run says in its table: its rows are there, or were taken back. */
export const RUN_COMMITTED = 1
export const RUN_RETRACTED = 2

export type Promotion =
  | { readonly outcome: 'committed'; readonly tableVersion: number }
  /** Its rows were there already: an earlier attempt had come so far. */
  | { readonly outcome: 'already-there' }
  | { readonly outcome: 'retracted' }

/** What became of a staged run in its table, so that it is not committed there any more. */
export type Standing = 'already-there' | 'retracted' | 'given-up'

/** Undefined for one that may be committed still. */
export function standingIn(
  table: Table,
  connectorId: string,
  { run, attempt, eraseEpoch }: Pick<StagedFor, 'run' | 'attempt' | 'eraseEpoch'>,
): Standing | undefined {
  const transactions = table.transactions()
  const known = transactions.get(runAppId(connectorId, run))
  if (known !== undefined) return known < RUN_RETRACTED ? 'already-there' : 'retracted'
  const { workflowId, runId } = run
  const isGivenUp = transactions.has(attemptAppId(connectorId, { workflowId, runId, attempt }))
  return isGivenUp || eraseEpoch < eraseEpochOf(table) ? 'given-up' : undefined
}

/** How often the commit may lose its version to another run of the workflow. */
const MAX_ATTEMPTS = 20
const MAX_PAUSE = 500
/** A vacuum takes files away that have lain beside a table for days and that no version of it has. */
const COPY_LASTS = 86_400_000
/** Files that are copied at the same time. */
const COPIES = 8

/**
 * Copies the files of a staged run into the table of its version, and commits them: exactly once, whoever tries, however
 * often. Nobody sees them until the share shows that version. Each commit is judged by the very version that it follows,
 * so that nothing staged before an erasure comes after it, and nothing that was given up.
 * @throws {DeltaError} `not-found` when a staged file is gone; `conflict` when rows were erased since it was staged, or somebody
 * gave it up: stage the run again. `unavailable` when others are always faster.
 */
export async function promoteRun(context: ConnectorContext, staged: StagedFor): Promise<Promotion> {
  const { runtime, signal } = context
  const appId = runAppId(context.id, staged.run)
  const isOld = ({ copiedAt }: CopiedPart): boolean => runtime.now() - copiedAt >= COPY_LASTS
  let copied: CopiedPart | undefined
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const table = await openOrCreateVersionTable(context, staged.table, staged)
    const standing = standingIn(table, context.id, staged)
    if (standing === 'already-there' || standing === 'retracted') return { outcome: standing }
    if (staged.eraseEpoch < (await erasuresOf(context, staged.table, table))) throw erasedSince(staged.run)
    if (staged.held !== undefined) throw staged.held
    if (standing === 'given-up') throw givenUp(staged.run)
    // Under names of its own: what has lain there before may be about to be vacuumed.
    if (copied === undefined || isOld(copied))
      copied = await copyFiles(context, staged, freshNames(staged.part, runtime))
    try {
      const txn = { appId, version: RUN_COMMITTED }
      const { version, skipped } = await table.commit([copied.part], { txn, exclusive: true, signal })
      if (!skipped) {
        // A process that was put to sleep at its commit may find its files gone.
        if (isOld(copied)) await copyFiles(context, staged, copied)
        return { outcome: 'committed', tableVersion: version }
      }
    } catch (error) {
      // Whether it landed, the transaction will tell.
      if (!isDeltaError(error, 'conflict') && !isDeltaError(error, 'commit-unknown')) throw error
    }
    await runtime.sleep(runtime.random() * Math.min(MAX_PAUSE, 10 * 2 ** attempt), signal)
  }
  throw new DeltaError(
    'unavailable',
    `run ${staged.run.runId} could not be committed: ${MAX_ATTEMPTS} versions of its table went to other runs; deliver it again`,
  )
}

/**
 * The erasures that what is committed to a table must have seen. One that looked for tables before this one was there left no
 * mark in it, but had said before that it begins; one that begins from here on finds the table.
 */
async function erasuresOf(context: ConnectorContext, { workflowId }: VersionTableName, table: Table): Promise<number> {
  const record = await loadConnectorRecord(context.store, context.id, context)
  return Math.max(erasureOf(record, workflowId), eraseEpochOf(table))
}

/** What was staged before an erasure may hold what was erased. */
export function erasedSince({ runId }: Pick<Run, 'runId'>): DeltaError {
  return new DeltaError(
    'conflict',
    `run ${runId} cannot be committed: rows were erased since it was staged; deliver it again, without them`,
    { kind: 'metadata-changed' },
  )
}

/** Who gave it up has other rows of the run, or found why these do not pass. */
export function givenUp({ runId }: Pick<Run, 'runId'>): DeltaError {
  return new DeltaError(
    'conflict',
    `run ${runId} cannot be committed: another delivery of it gave up meanwhile what was staged; deliver it again`,
    { kind: 'concurrent-transaction' },
  )
}

/** Others delete what they gave up, and a rule of the storage may. */
export function stagedGone({ runId }: Pick<Run, 'runId'>, cause: unknown): DeltaError {
  return new DeltaError(
    'conflict',
    `run ${runId} cannot be committed: somebody deleted meanwhile what was staged; deliver it again`,
    { kind: 'concurrent-transaction', cause },
  )
}

/** Files of a run that lie beside its table. */
interface CopiedPart extends NamedPart {
  /** Milliseconds since 1970. */
  readonly copiedAt: number
}

/** Under the same names it changes nothing to copy them again. */
async function copyFiles(context: ConnectorContext, staged: StagedFor, named: NamedPart): Promise<CopiedPart> {
  const place = versionTablePlace(context, staged.table)
  const from = stagingFolder(context.id, staged)
  await fewAtATime(partFiles(staged.part), COPIES, async ({ key, bytes }) => {
    const name = named.nameOf(key)
    await context.store.copy(`${from}/${key}`, `${place.folder}/${name}`, { signal: context.signal })
    const { size } = await place.store.head(name, { signal: context.signal })
    if (size === bytes) return
    throw new DeltaError(
      'invalid-data',
      `a file of run ${staged.run.runId} was not copied whole: expected ${bytes} bytes, found ${size}; deliver the run again`,
      { file: key, blame: 'storage' },
    )
  })
  return { ...named, copiedAt: context.runtime.now() }
}
