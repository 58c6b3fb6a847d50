import { createTable } from '../../src/index.ts'
import { type Action, formatCommit, formatCommitPath, loadSnapshot } from '../../src/log/index.ts'
import { addTable, createShare, grantShare } from '../../src/manifest/index.ts'
import { openWorld, putLog, RECIPIENT, type World, type WorldOptions } from './world.ts'

const add = { path: 'part-0.parquet', partitionValues: {}, size: 100, modificationTime: 0, dataChange: true }

/** A path of the log to a file of deletion vectors: a UUID in Z85 behind the directory `ab`. */
export const VECTOR = {
  storageType: 'u',
  pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^',
  offset: 4,
  sizeInBytes: 40,
  cardinality: 6,
}

export const MAPPED_COLUMN = { 'delta.columnMapping.id': 1, 'delta.columnMapping.physicalName': 'col-1' }

const featured = (name: string) => ({
  protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: [name], writerFeatures: [name] },
})

/**
 * The world with one more share, `lab`, of tables that not every client can read: `shop.vectors` with a deletion vector,
 * `shop.mapped` with column mapping, `shop.ntz` with a timestamp without zone; and with their history `shop.history`, plain,
 * with two versions a minute apart, and `shop.feed`, with a change data feed: version 0 adds a file, version 1 rewrites it
 * and has a change file, version 2 changes the metadata, version 3 removes the file.
 */
export async function openLab(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options)
  const { root, runtime } = world
  await createShare(root, { name: 'lab' }, { runtime })
  await grantShare(root, { recipient: RECIPIENT, share: 'lab' }, { runtime })
  const stats = JSON.stringify({ numRecords: 10, minValues: { n: 0 }, maxValues: { n: 9 }, nullCount: { n: 0 } })
  await putLog(
    world,
    'vectors',
    { add: { ...add, stats, deletionVector: VECTOR } },
    { ...featured('deletionVectors'), share: 'lab' },
  )
  await putLog(
    world,
    'mapped',
    { add },
    {
      ...featured('columnMapping'),
      share: 'lab',
      metadata: MAPPED_COLUMN,
      configuration: { 'delta.columnMapping.mode': 'name' },
    },
  )
  await putLog(world, 'ntz', { add }, { ...featured('timestampNtz'), share: 'lab', type: 'timestamp_ntz' })
  const store = world.tableAt('history')
  const table = await createTable('history', { store, runtime, rows: [{ n: 0 }] })
  await runtime.sleep(60_000)
  await table.append([{ n: 1 }])
  await table.settled()
  await addTable(
    root,
    { share: 'lab', schema: 'shop', name: 'history', location: 'history', history: true },
    { runtime },
  )
  await putFeed(world)
  return world
}

async function putFeed(world: World): Promise<void> {
  const configuration = { 'delta.enableChangeDataFeed': 'true' }
  await putLog(world, 'feed', { add }, { share: 'lab', configuration, history: true })
  const store = world.tableAt('feed')
  const { metadata } = await loadSnapshot(store)
  const rewritten = { ...add, path: 'part-1.parquet' }
  const gone = { extendedFileMetadata: true, partitionValues: {}, size: 100, dataChange: true, deletionTimestamp: 0 }
  const cdc = { path: '_change_data/cdc-0.parquet', partitionValues: {}, size: 50, dataChange: false as const }
  const commits: readonly Action[][] = [
    [{ add: rewritten }, { remove: { path: add.path, ...gone } }, { cdc }],
    [{ metaData: { ...metadata, description: 'told again' } }],
    [{ remove: { path: rewritten.path, ...gone } }],
  ]
  for (const [index, actions] of commits.entries()) {
    await store.put(formatCommitPath(index + 1), new TextEncoder().encode(formatCommit(actions)), { mode: 'create' })
  }
}
