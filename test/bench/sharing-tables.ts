import { createHash } from 'node:crypto'
import { type Action, formatCommit, formatCommitPath, loadSnapshot, writeCheckpoint } from '../../src/log/index.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { formatSchema } from '../../src/schema/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { productSchema } from './product-rows.ts'

/** As many adds a commit: what a large load writes. */
const COMMIT_FILES = 50_000
const CATEGORIES = 40
const START = Date.UTC(2026, 0, 1)

/**
 * The log of a table of products in so many files, with a checkpoint and one commit after it; nobody asks for the files
 * themselves. Each has statistics of eleven columns, about 900 characters, and lies in one of 40 partitions.
 */
export async function writeProductLog(store: ObjectStore, files: number): Promise<void> {
  const metaData = {
    id: '5fba94ed-9794-4965-ba6e-6ee3c0d22af9',
    format: { provider: 'parquet', options: {} },
    schemaString: formatSchema(productSchema),
    partitionColumns: ['category'],
    configuration: {},
  }
  await putCommit(store, 0, [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, { metaData }])
  let version = 0
  for (let from = 0; from < files - 1; from += COMMIT_FILES) {
    await putCommit(store, ++version, adds(from, Math.min(from + COMMIT_FILES, files - 1)))
  }
  await writeCheckpoint(store, await loadSnapshot(store), { runtime: systemRuntime })
  await putCommit(store, ++version, adds(files - 1, files))
}

async function putCommit(store: ObjectStore, version: number, actions: Iterable<Action>): Promise<void> {
  const info: Action = { commitInfo: { timestamp: START + version, operation: 'WRITE', isBlindAppend: true } }
  const body = new TextEncoder().encode(formatCommit([info, ...actions]))
  await store.put(formatCommitPath(version), body, { mode: 'overwrite' })
}

function* adds(from: number, to: number): Generator<Action> {
  for (let i = from; i < to; i++) yield { add: addOf(i) }
}

function addOf(i: number) {
  const category = `category ${String(i % CATEGORIES).padStart(2, '0')}`
  const digest = createHash('md5').update(String(i)).digest('hex')
  const bounds = (side: string) => ({
    id: `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-${side}`,
    url: `https://www.shop-example.com/pr`,
    title: `${side} cordless ${digest.slice(0, 12)}`,
    brand: `Brand ${i % 2000}`,
    price: 0.99 + (i % 1000),
    currency: side,
    rating: 1 + (i % 40) / 10,
    reviewCount: i % 5000,
    scrapedAt: new Date(START + i * 3_700).toISOString(),
    description: `${side} wireless stainless steel ${digest.slice(0, 3)}`,
  })
  const nullCount = Object.fromEntries(productSchema.fields.map(({ name }) => [name, name === 'rating' ? 300 : 0]))
  const { category: _, ...nulls } = nullCount
  return {
    path: `category=${encodeURIComponent(category)}/part-${String(i).padStart(5, '0')}-${digest}.c000.zstd.parquet`,
    partitionValues: { category },
    size: 8_000_000 + ((i * 7919) % 1_000_000),
    modificationTime: START + i * 997,
    dataChange: true,
    stats: JSON.stringify({ numRecords: 50_000, minValues: bounds('AUD'), maxValues: bounds('USD'), nullCount: nulls }),
  }
}
