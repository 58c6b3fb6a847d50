import { DeltaError } from '../errors.ts'
import {
  type Action,
  type AddFile,
  type CdcFile,
  isEnabled,
  type Metadata,
  type OperationInfo,
  type Protocol,
  type RemoveFile,
  type Snapshot,
} from '../log/index.ts'
import { commitAfter } from './commit.ts'
import type { RewriteResult } from './outcome.ts'
import type { Rewriter } from './rewriter.ts'
import type { TableContext } from './settings.ts'
import {
  type CommitOptions,
  checkTransaction,
  committedOrDiscarded,
  isApplied,
  transactionActions,
  type Written,
} from './write.ts'

/** Files that come and go in one commit, and what is told of it. */
export interface Rewrite {
  readonly protocol?: Protocol | undefined
  readonly metadata?: Metadata | undefined
  readonly removed: readonly AddFile[]
  readonly adds: readonly AddFile[]
  readonly changeFiles: readonly CdcFile[]
  /** True where the new files are the caller's, and stay though nothing was committed. */
  readonly areGiven?: boolean | undefined
  readonly counts: Counts
  /** Rows that the verb was about. */
  readonly rows: number
  /** Which files of the table the rewrite depends on, had they been there. */
  readonly reads: (file: AddFile) => boolean
}

/** `deleted` is `null` where it is not known. */
export type Counts = Pick<Rewriter['counts'], 'inserted' | 'updated' | 'copied'> & { readonly deleted: number | null }

export type RewriteOperation = Pick<OperationInfo, 'operation' | 'operationParameters' | 'operationMetrics'>

/**
 * Runs a verb that takes rows away, unless its transaction is in the table already, and commits what it comes to. What it
 * wrote is deleted if it fails. Where nothing is left to say (no file, no transaction), nothing is committed.
 * @throws {DeltaError} `invalid-argument` for an append-only table; `conflict` when another writer changed what was read.
 */
export async function rewritten(
  context: TableContext,
  snapshot: Snapshot,
  options: CommitOptions,
  run: () => Promise<{ readonly rewrite: Rewrite; readonly operation: RewriteOperation }>,
): Promise<Written<RewriteResult>> {
  checkTransaction(options.txn)
  checkMayRemove(snapshot)
  if (isApplied(snapshot, options.txn)) return { snapshot, result: resultOf(NOTHING, snapshot.version, true) }
  const { rewrite, operation } = await run()
  const files = rewrite.areGiven ? [] : [...rewrite.adds, ...rewrite.changeFiles]
  return committedOrDiscarded(context, files, () => commitRewrite(context, snapshot, options, { rewrite, operation }))
}

async function commitRewrite(
  context: TableContext,
  snapshot: Snapshot,
  options: CommitOptions,
  { rewrite, operation }: { readonly rewrite: Rewrite; readonly operation: RewriteOperation },
): Promise<Written<RewriteResult>> {
  const { protocol, metadata, removed, adds, changeFiles, reads } = rewrite
  const now = context.runtime.now()
  const actions: Action[] = [
    ...(protocol ? [{ protocol }] : []),
    ...(metadata ? [{ metaData: metadata }] : []),
    ...transactionActions(options.txn, context),
    ...removed.map((file) => ({ remove: removeOf(file, now) })),
    ...adds.map((add) => ({ add })),
    ...changeFiles.map((cdc) => ({ cdc })),
  ]
  if (actions.length === 0) return { snapshot, result: resultOf(rewrite, snapshot.version, false) }
  const request = { snapshot, actions, ...operation, blindAppend: false, reads, exclusive: options.exclusive }
  const { version, skipped, snapshot: after } = await commitAfter(context, request, options.signal)
  return { snapshot: after, result: resultOf(skipped ? NOTHING : rewrite, version, skipped) }
}

/** The removal of a live file, with all that a reader may want to know of it (PROTOCOL.md "Add File and Remove File"). */
export function removeOf(file: AddFile, deletionTimestamp: number, dataChange = true): RemoveFile {
  const { modificationTime: _, clusteringProvider: __, dataChange: ___, ...kept } = file
  return { ...kept, deletionTimestamp, dataChange, extendedFileMetadata: true }
}

/** Counts as Spark's metrics have them, as text; what is not known is left out. */
export function metrics(counts: Readonly<Record<string, number | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([name, count]) => (count === null ? [] : [[name, String(count)]])),
  )
}

/** The files that went and came, under the names that Spark has for most verbs. */
export function fileMetrics(removed: readonly AddFile[], added: readonly AddFile[]): Record<string, number> {
  return {
    numRemovedFiles: removed.length,
    numRemovedBytes: bytesOf(removed),
    numAddedFiles: added.length,
    numAddedBytes: bytesOf(added),
  }
}

export function bytesOf(files: readonly Pick<AddFile, 'size'>[]): number {
  return files.reduce((sum, { size }) => sum + size, 0)
}

function checkMayRemove({ metadata, location }: Snapshot): void {
  if (!isEnabled(metadata.configuration, 'delta.appendOnly')) return
  const message = `${location} is append-only: no row can be changed or removed; set delta.appendOnly to false first`
  throw new DeltaError('invalid-argument', message, { feature: 'appendOnly' })
}

const NOTHING: Pick<Rewrite, 'removed' | 'adds' | 'counts' | 'rows'> = {
  removed: [],
  adds: [],
  counts: { inserted: 0, updated: 0, deleted: 0, copied: 0 },
  rows: 0,
}

function resultOf({ rows, removed, adds, counts }: typeof NOTHING, version: number, skipped: boolean): RewriteResult {
  return {
    version,
    rows,
    files: adds.length,
    bytes: bytesOf(adds),
    skipped,
    rowsInserted: counts.inserted,
    rowsUpdated: counts.updated,
    rowsDeleted: counts.deleted,
    rowsCopied: counts.copied,
    filesRemoved: removed.length,
  }
}
