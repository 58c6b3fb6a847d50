import type { Snapshot } from '../log/index.ts'
import { fileMetrics, metrics, rewritten } from './commit-rewrite.ts'
import { Filter } from './filter.ts'
import type { RewriteResult } from './outcome.ts'
import { Rewriter } from './rewriter.ts'
import type { TableContext } from './settings.ts'
import type { StageOptions } from './stage-options.ts'
import { type CommitOptions, settingsOf, type Written } from './write.ts'

export interface DeleteOptions extends StageOptions, CommitOptions {
  /** Which rows: `{ country: 'DE' }`; all without it. */
  readonly where?: object | undefined
  /**
   * Keeps the values of the filter out of the table's history, which names its columns only: for rows that must be
   * forgotten.
   */
  readonly withoutValues?: boolean | undefined
}

/** Deletes the rows that pass a filter, in one commit. @throws {DeltaError} as {@link rewritten}. */
export async function deleteRows(
  context: TableContext,
  snapshot: Snapshot,
  options: DeleteOptions,
): Promise<Written<RewriteResult>> {
  return rewritten(context, snapshot, options, async () => {
    const settings = settingsOf(context, snapshot, options)
    const filter = new Filter(snapshot, options.where)
    const rewriter = new Rewriter(context, snapshot, settings)
    const { removed, counts } = rewriter
    const { whole, others } = filter.files()
    const { adds, changeFiles } = await rewriter.run(() => rewriter.delete(whole, others, filter.change()))
    return {
      rewrite: { removed, adds, changeFiles, counts, rows: counts.deleted, reads: filter.mayPass },
      operation: {
        operation: 'DELETE',
        operationParameters: { predicate: filter.text(options) },
        operationMetrics: metrics({
          ...fileMetrics(removed, adds),
          numDeletedRows: counts.deleted,
          numCopiedRows: counts.copied,
          numAddedChangeFiles: changeFiles.length,
        }),
      },
    }
  })
}
