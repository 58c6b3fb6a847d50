import { DeltaError } from '../errors.ts'
import { type AddFile, checkWritable, type Snapshot, tableSchema } from '../log/index.ts'
import { bytesOf, metrics, type Rewrite, type RewriteOperation, rewritten } from './commit-rewrite.ts'
import { rowsIn } from './info.ts'
import type { RewriteResult } from './outcome.ts'
import { type NewDefinition, redefined } from './redefine.ts'
import type { TableContext } from './settings.ts'
import { addsOf, type StagedPart } from './stage.ts'
import { type CommitOptions, checkSameRules, type Written } from './write.ts'

export interface CommitPartsOptions extends CommitOptions, NewDefinition {
  /** Takes all rows away that are there, in the same commit. Default: false. */
  readonly replace?: boolean | undefined
}

/**
 * Makes staged parts the whole of a table, as one version. The data files stay whatever happens: they are the caller's.
 * @throws {DeltaError} as {@link rewritten}; `conflict` for a part that was staged with another schema.
 */
export async function replaceByParts(
  context: TableContext,
  snapshot: Snapshot,
  parts: readonly StagedPart[],
  options: CommitPartsOptions,
): Promise<Written<RewriteResult>> {
  return rewritten(context, snapshot, options, async () => {
    checkWritable(snapshot.protocol, snapshot.metadata, context.store.location)
    const adds = parts.flatMap(addsOf)
    const definition = redefined(context, snapshot, options)
    const { metadata = snapshot.metadata } = definition
    for (const part of parts) checkSameRules(part, { ...snapshot, metadata, schema: tableSchema(metadata) }, context)
    const removed = [...snapshot.files()]
    const rows = parts.reduce((sum, part) => sum + part.rows, 0)
    const rewrite: Rewrite = {
      ...definition,
      removed,
      adds,
      changeFiles: [],
      areGiven: true,
      counts: { inserted: rows, updated: 0, copied: 0, deleted: rowsInAll(removed, snapshot) },
      rows,
      reads: () => true,
    }
    return { rewrite, operation: overwriteOperation(rewrite, metadata.partitionColumns) }
  })
}

/** An overwrite, as Spark tells it. @param predicate what it was limited to. */
export function overwriteOperation(
  { adds, removed, changeFiles, counts }: Rewrite,
  partitionColumns: readonly string[],
  predicate?: string | undefined,
): RewriteOperation {
  return {
    operation: 'WRITE',
    operationParameters: {
      mode: 'Overwrite',
      partitionBy: JSON.stringify(partitionColumns),
      ...(predicate !== undefined && { predicate }),
    },
    operationMetrics: metrics({
      numFiles: adds.length,
      numOutputRows: counts.inserted + counts.copied,
      numOutputBytes: bytesOf(adds),
      numRemovedFiles: removed.length,
      numRemovedBytes: bytesOf(removed),
      numDeletedRows: counts.deleted,
      numCopiedRows: counts.copied,
      numAddedChangeFiles: changeFiles.length,
    }),
  }
}

/** The live rows of files; `null` where one of them does not say. */
export function rowsInAll(files: readonly AddFile[], { schema }: Snapshot): number | null {
  let sum = 0
  for (const file of files) {
    const rows = rowsIn(file, schema)
    if (rows === null) return null
    sum += rows
  }
  return sum
}

/** A schema is asked for by a write that leaves rows with the one that is. */
export function schemaOfSome(option: 'where' | 'replace'): DeltaError {
  const wayOut = option === 'where' ? 'leave where out' : 'set replace'
  return new DeltaError('invalid-argument', `schema: it changes only with all rows of the table; ${wayOut}`)
}
