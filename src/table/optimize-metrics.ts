import type { AddFile } from '../log/index.ts'
import { fileMetrics, metrics } from './commit-rewrite.ts'

/** What an OPTIMIZE says of itself, under the names of delta-spark (`DeltaOperationMetrics.OPTIMIZE`). */
export function optimizeMetrics(removed: readonly AddFile[], added: readonly AddFile[]): Record<string, string> {
  const sizes = added.map(({ size }) => size).sort((a, b) => a - b)
  const at = (share: number): number => sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * share))] ?? 0
  return metrics({
    ...fileMetrics(removed, added),
    minFileSize: at(0),
    p25FileSize: at(0.25),
    p50FileSize: at(0.5),
    p75FileSize: at(0.75),
    maxFileSize: at(1),
    numDeletionVectorsRemoved: removed.filter(({ deletionVector }) => deletionVector).length,
  })
}
