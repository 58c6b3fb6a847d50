import { checkWritable, clusteringColumns, type Snapshot } from '../log/index.ts'
import { formatSql } from '../predicate/index.ts'
import { batchesOf, type RowsInput } from '../schema/index.ts'
import { constraintsCheck, type RowsCheck } from './check-constraints.ts'
import { rewritten } from './commit-rewrite.ts'
import { Filter } from './filter.ts'
import type { RewriteResult } from './outcome.ts'
import { type NewDefinition, redefined } from './redefine.ts'
import { overwriteOperation, rowsInAll, schemaOfSome } from './replace.ts'
import { Rewriter } from './rewriter.ts'
import type { TableContext } from './settings.ts'
import { newRows, type StageSettings } from './stage.ts'
import { stageSettings } from './stage-options.ts'
import type { WriteOptions, Written } from './write.ts'

export interface OverwriteOptions extends WriteOptions, NewDefinition {
  /** Only rows that pass are replaced, and all new rows must pass: `{ country: 'DE' }`. The whole table without it. */
  readonly where?: object | undefined
}

/**
 * Replaces the rows that pass a filter, or all, by new ones, in one commit.
 * @throws {DeltaError} as {@link rewritten}; `invalid-argument` for a new row that does not pass.
 */
export async function overwrite(
  context: TableContext,
  snapshot: Snapshot,
  rows: RowsInput,
  options: OverwriteOptions,
): Promise<Written<RewriteResult>> {
  if (options.schema !== undefined && options.where !== undefined) throw schemaOfSome('where')
  return rewritten(context, snapshot, options, async () => {
    checkWritable(snapshot.protocol, snapshot.metadata, context.store.location)
    const definition = redefined(context, snapshot, options)
    const { metadata = snapshot.metadata, protocol } = definition
    const filter = new Filter(snapshot, options.where)
    const settings = stageSettings(context, metadata, options, clusteringColumns(snapshot))
    const rewriter = new Rewriter(context, snapshot, settings)
    const { counts } = rewriter
    const { adds, changeFiles } = await rewriter.run(async () => {
      const { whole, others } = filter.files()
      // Without a filter files go unread, however many rows they have.
      if (filter.predicate) await rewriter.delete(whole, others, filter.change())
      const check = filterCheck(filter, settings)
      for await (const { batch, rowNumber } of newRows(batchesOf(rows), settings)) {
        check(batch, rowNumber)
        await rewriter.insert(batch, rowNumber)
      }
    })
    const removed = filter.predicate ? rewriter.removed : [...snapshot.files()]
    const deleted = filter.predicate ? counts.deleted : rowsInAll(removed, snapshot)
    const rewrite = {
      protocol,
      metadata: settings.rules.metadataAfter() ?? definition.metadata,
      removed,
      adds,
      changeFiles,
      counts: { ...counts, deleted },
      rows: counts.inserted,
      reads: filter.mayPass,
    }
    const predicate = filter.predicate && filter.text()
    return { rewrite, operation: overwriteOperation(rewrite, metadata.partitionColumns, predicate) }
  })
}

/** New rows outside the filter would stand beside rows that it did not replace, and be there twice after the next time. */
function filterCheck({ predicate }: Filter, { schema }: StageSettings): RowsCheck {
  if (predicate === undefined) return () => {}
  const filter = { name: 'the filter of the overwrite', expression: formatSql(predicate), predicate }
  return constraintsCheck([filter], schema)
}
