import { DeltaError, isDeltaError } from '../errors.ts'
import {
  type Action,
  type AddFile,
  checkWritable,
  clusteringColumns,
  decodePath,
  type Metadata,
  rowConstraints,
  type Snapshot,
} from '../log/index.ts'
import { batchesOf, formatSchema, parseSchema, type RowsInput } from '../schema/index.ts'
import { commitAfter } from './commit.ts'
import type { WriteResult } from './outcome.ts'
import { checkStageable } from './row-rules.ts'
import { isSameButForComments } from './same-schema.ts'
import type { TableContext } from './settings.ts'
import { addsOf, type StagedPart, type StageSettings, stageBatches } from './stage.ts'
import { type StageOptions, stageSettings } from './stage-options.ts'

/** The caller's own name for a write: the same one is never applied twice (PROTOCOL.md "Transaction Identifiers"). */
export interface TransactionId {
  readonly appId: string
  /** Counts up; a version at or below the one recorded for `appId` is skipped. */
  readonly version: number
}

export interface CommitOptions {
  readonly txn?: TransactionId | undefined
  /**
   * Commits the version after the one that the handle sees, or none: a version that anybody else committed meanwhile, of
   * whatever kind, is a `conflict`. Default: false.
   */
  readonly exclusive?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

export type WriteOptions = StageOptions & CommitOptions

/** What a write ended in, and the table as it stands after it. */
export interface Written<R = WriteResult> {
  readonly result: R
  readonly snapshot: Snapshot
}

/**
 * Writes rows into data files of the table that nobody sees until they are committed.
 * @throws {DeltaError} `unsupported` for a table with identity columns.
 */
export async function stage(
  context: TableContext,
  snapshot: Snapshot,
  rows: RowsInput,
  options: StageOptions,
): Promise<StagedPart> {
  const settings = settingsOf(context, snapshot, options)
  checkStageable(snapshot.metadata, context.store.location)
  return stageBatches(batchesOf(rows), settings)
}

export function settingsOf(context: TableContext, snapshot: Snapshot, options: StageOptions): StageSettings {
  checkWritable(snapshot.protocol, snapshot.metadata)
  return stageSettings(context, snapshot.metadata, options, clusteringColumns(snapshot))
}

/**
 * Stages rows and commits them as one version, with the high-water marks of the identity values that they were given;
 * nothing is encoded for a transaction that is there already.
 */
export async function append(
  context: TableContext,
  snapshot: Snapshot,
  rows: RowsInput,
  options: WriteOptions,
): Promise<Written> {
  checkTransaction(options.txn)
  if (isApplied(snapshot, options.txn)) return { snapshot, result: skippedIn(snapshot.version) }
  const settings = settingsOf(context, snapshot, options)
  const part = await stageBatches(batchesOf(rows), settings)
  const metadata = settings.rules.metadataAfter()
  return committedOrDiscarded(context, addsOf(part), () => commitParts(context, snapshot, [part], options, metadata))
}

/**
 * Makes staged parts visible at once, as one version. Where nothing is left to say (no rows, no transaction) nothing is
 * committed, and the version is the current one. The data files stay whatever happens: they are the caller's, and may be
 * part of the table by an earlier commit of the same parts.
 * @param metadata the table's new metadata, where the rows change it.
 */
export async function commitParts(
  context: TableContext,
  snapshot: Snapshot,
  parts: readonly StagedPart[],
  options: CommitOptions,
  metadata?: Metadata | undefined,
): Promise<Written> {
  checkWritable(snapshot.protocol, snapshot.metadata)
  const adds = parts.flatMap(addsOf)
  for (const part of parts) checkSameRules(part, snapshot, context)
  const counts = countsOf(parts)
  const actions: Action[] = [
    ...(metadata ? [{ metaData: metadata }] : []),
    ...transactionActions(options.txn, context),
    ...adds.map((add) => ({ add })),
  ]
  if (actions.length === 0) return { snapshot, result: { version: snapshot.version, ...counts, skipped: false } }
  const request = {
    snapshot,
    actions,
    operation: 'WRITE',
    operationParameters: { mode: 'Append', partitionBy: JSON.stringify(snapshot.partitionColumns) },
    operationMetrics: metricsOf(counts),
    blindAppend: true,
    exclusive: options.exclusive,
  }
  const { version, skipped, snapshot: after } = await commitAfter(context, request, options.signal)
  return { snapshot: after, result: skipped ? skippedIn(version) : { version, ...counts, skipped: false } }
}

/**
 * Runs the commit of data files that nobody else knows of, and deletes them behind the answer when they certainly are not
 * in the table. While that is unknown they stay: the commit may be there, or still land.
 */
export async function committedOrDiscarded<W extends Written>(
  context: TableContext,
  files: readonly Pick<AddFile, 'path'>[],
  run: () => Promise<W>,
): Promise<W> {
  const written = await discardedOnFailure(context, files, run)
  if (written.result.skipped) discard(context, files)
  return written
}

/** As {@link committedOrDiscarded}, for a commit that cannot be there already. */
export async function discardedOnFailure<Result>(
  context: TableContext,
  files: readonly Pick<AddFile, 'path'>[],
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    if (isDeltaError(error) && error.code !== 'commit-unknown' && error.code !== 'internal') discard(context, files)
    throw error
  }
}

function discard({ store, housekeeping }: TableContext, files: readonly Pick<AddFile, 'path'>[]): void {
  const keys = files.map(({ path }) => decodePath(path))
  if (keys.length === 0) return
  housekeeping.run(`${keys.length} uncommitted data files stay in ${store.location} until a vacuum`, () =>
    store.delete(keys),
  )
}

export function transactionActions(txn: TransactionId | undefined, context: TableContext): Action[] {
  if (txn === undefined) return []
  checkTransaction(txn)
  return [{ txn: { appId: txn.appId, version: txn.version, lastUpdated: context.runtime.now() } }]
}

export function checkTransaction(txn: TransactionId | undefined): void {
  if (txn === undefined) return
  if (typeof txn.appId !== 'string' || txn.appId === '' || !Number.isSafeInteger(txn.version) || txn.version < 0) {
    throw new DeltaError(
      'invalid-argument',
      'a transaction needs an appId (text) and a version (a whole number from 0)',
    )
  }
}

export function countsOf(parts: readonly StagedPart[]): Pick<WriteResult, 'rows' | 'files' | 'bytes'> {
  return {
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    files: parts.reduce((sum, part) => sum + part.files.length, 0),
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
  }
}

/** As Spark counts them; the protocol keeps the values as text. */
export function metricsOf(counts: Pick<WriteResult, 'rows' | 'files' | 'bytes'>): Record<string, string> {
  return { numFiles: String(counts.files), numOutputRows: String(counts.rows), numOutputBytes: String(counts.bytes) }
}

export function isApplied(snapshot: Snapshot, txn: TransactionId | undefined): boolean {
  return txn !== undefined && (snapshot.txnVersion(txn.appId) ?? -1) >= txn.version
}

function skippedIn(version: number): WriteResult {
  return { version, rows: 0, files: 0, bytes: 0, skipped: true }
}

/**
 * The schema must still be that of the part, but for the comments of its columns, and there may be no constraint that its
 * rows were not asked for.
 */
export function checkSameRules(
  part: StagedPart,
  { schema, metadata, version }: Pick<Snapshot, 'schema' | 'metadata' | 'version'>,
  context: TableContext,
): void {
  const table = `${context.store.location} has at version ${version}: stage its rows again`
  const kind = 'metadata-changed'
  if (part.schema !== formatSchema(schema) && !isSameButForComments(parseSchema(part.schema), schema)) {
    throw new DeltaError('conflict', `a staged part was written with another schema than ${table}`, { kind })
  }
  const constraints = rowConstraints({ schema, configuration: metadata.configuration })
  const unasked = constraints.find(({ expression }) => !part.constraints.includes(expression))
  if (unasked === undefined) return
  throw new DeltaError('conflict', `a staged part was written before ${unasked.name}, which ${table}`, { kind })
}
