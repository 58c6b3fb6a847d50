import { join } from 'node:path'
import { CHECKPOINT_ROWS, writeCheckpointFile } from './checkpoint-file.ts'
import { dataSets } from './data-sets.ts'
import { copySql, duckdbWith } from './duckdb.ts'
import { interleave } from './interleave.ts'
import { describePeers } from './machine.ts'
import { type Comparison, readComparisons, writeComparisons, zstdComparison } from './parquet-comparisons.ts'
import { formatReadings, formatTargets, formatWritings, reachedOf, type TargetReached } from './parquet-tables.ts'
import type { Sample } from './sample.ts'
import { withDirectory } from './scratch.ts'

const PEERS = [
  'hyparquet-writer',
  'hyparquet',
  'hyparquet-compressors',
  'parquetjs-lite',
  '@duckdb/node-api',
  'apache-arrow',
]

/** Parquet written and read, ours and the peers': every candidate in a fresh process, in turn, so many rounds. */
export async function* benchParquet([rounds = 5, percent = 100]: number[]): AsyncGenerator<string> {
  yield describePeers(PEERS)
  const reached: TargetReached[] = []
  const measure = async (
    comparison: Comparison,
    format: (comparison: Comparison, samples: ReadonlyMap<string, readonly Sample[]>) => string,
  ): Promise<string> => {
    const samples = await interleave(comparison.candidates, rounds)
    reached.push(...reachedOf(comparison, samples))
    return format(comparison, samples)
  }
  for (const comparison of writeComparisons(percent)) yield measure(comparison, formatWritings)
  yield measure(await zstdComparison(percent), formatWritings)
  const tables = await withDirectory(async (directory) => {
    const results: string[] = []
    for (const comparison of await filesToRead(directory, percent)) {
      results.push(await measure(comparison, formatReadings))
    }
    return results
  })
  yield* tables
  yield formatTargets(reached)
}

async function filesToRead(directory: string, percent: number): Promise<Comparison[]> {
  const checkpoint = { path: join(directory, 'checkpoint.parquet'), rows: CHECKPOINT_ROWS }
  await writeCheckpointFile(checkpoint.path)
  const products = { path: join(directory, 'products.parquet'), rows: 2000 * percent }
  const { product } = dataSets
  if (product === undefined) throw new Error('no data set product')
  const connection = await duckdbWith(product.rows(products.rows), product.duckdb, directory)
  await connection.run(copySql('data', products.path, 'snappy', 100_000))
  return readComparisons(checkpoint, products)
}
