import { DeltaError } from '../errors.ts'
import type { AddFile, Snapshot } from '../log/index.ts'
import { matchesIn, pruneFiles } from '../scan/index.ts'
import type { RowsInput } from '../schema/index.ts'
import { bytesOf, metrics, rewritten } from './commit-rewrite.ts'
import { existingRows } from './existing-rows.ts'
import { MergeMatches } from './merge-matches.ts'
import { mergeSource } from './merge-source.ts'
import type { RewriteResult } from './outcome.ts'
import { Rewriter } from './rewriter.ts'
import type { TableContext } from './settings.ts'
import { settingsOf, type WriteOptions, type Written } from './write.ts'

export interface MergeOptions extends WriteOptions {
  /** The columns whose values, together, are the key of a row. */
  readonly on: readonly string[]
  /** A row of the table that has the key of a given one is replaced by it, or stays; replaced unless said. */
  readonly whenMatched?: 'update' | 'ignore' | undefined
  /** A given row whose key no row of the table has is inserted, or left out; inserted unless said. */
  readonly whenNotMatched?: 'insert' | 'ignore' | undefined
}

/**
 * Replaces the rows that have the keys of given ones, and inserts those whose keys are new, in one commit. The given rows
 * are held in memory, the table is not.
 * @throws {DeltaError} as {@link rewritten}; `invalid-argument` naming two given rows with one key.
 */
export async function merge(
  context: TableContext,
  snapshot: Snapshot,
  rows: RowsInput,
  options: MergeOptions,
): Promise<Written<RewriteResult>> {
  const { whenMatched = 'update', whenNotMatched = 'insert' } = options
  checkChoice('whenMatched', whenMatched, ['update', 'ignore'])
  checkChoice('whenNotMatched', whenNotMatched, ['insert', 'ignore'])
  return rewritten(context, snapshot, options, async () => {
    const settings = settingsOf(context, snapshot, options)
    const source = await mergeSource(rows, options.on, settings)
    const rewriter = new Rewriter(context, snapshot, settings)
    const { removed, counts } = rewriter
    const matches = new MergeMatches(source, settings)
    const change = matches.change()
    const see = async (file: AddFile): Promise<void> => {
      const read = existingRows(context, snapshot, file, options.signal)
      for await (const selected of read({ where: source.mayMatch, columns: [] })) matches.see(selected)
    }
    const { adds, changeFiles } = await rewriter.run(async () => {
      for (const file of pruneFiles(snapshot.files(), source.mayMatch, snapshot.schema, snapshot.partitionColumns)) {
        if (whenMatched === 'update') await rewriter.rewrite(file, change)
        else await see(file)
      }
      if (whenNotMatched === 'ignore') return
      for (const { rows, rowNumber } of matches.others()) await rewriter.insert(rows, rowNumber)
    })
    return {
      rewrite: {
        metadata: settings.rules.metadataAfter(),
        removed,
        adds,
        changeFiles,
        counts,
        rows: counts.inserted + counts.updated,
        reads: (file) => matchesIn(file, source.mayMatch, snapshot.schema, snapshot.partitionColumns) !== 'none',
      },
      operation: {
        operation: 'MERGE',
        operationParameters: {
          predicate: JSON.stringify(options.on.map((name) => `(target.${name} = source.${name})`)),
          matchedPredicates: actions(whenMatched),
          notMatchedPredicates: actions(whenNotMatched),
          notMatchedBySourcePredicates: '[]',
        },
        operationMetrics: metrics({
          numSourceRows: source.rows.length,
          numTargetRowsInserted: counts.inserted,
          numTargetRowsUpdated: counts.updated,
          numTargetRowsDeleted: 0,
          numTargetRowsCopied: counts.copied,
          numOutputRows: counts.inserted + counts.updated + counts.copied,
          numTargetFilesAdded: adds.length,
          numTargetFilesRemoved: removed.length,
          numTargetBytesAdded: bytesOf(adds),
          numTargetBytesRemoved: bytesOf(removed),
          numTargetChangeFilesAdded: changeFiles.length,
        }),
      },
    }
  })
}

/** As Spark tells what a merge does with rows: a list of one action, or of none. */
function actions(choice: string): string {
  return JSON.stringify(choice === 'ignore' ? [] : [{ actionType: choice }])
}

function checkChoice(name: string, found: string, choices: readonly string[]): void {
  if (choices.includes(found)) return
  throw new DeltaError('invalid-argument', `${name}: expected ${choices.join(' or ')}, found ${JSON.stringify(found)}`)
}
