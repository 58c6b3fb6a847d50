import { DeltaError, throwIfAborted } from '../errors.ts'
import {
  type Action,
  type AddFile,
  checkWritable,
  clusteringColumns,
  columnsMatchBy,
  decodePath,
  isEnabled,
  type Snapshot,
} from '../log/index.ts'
import { parseFilter, predicateColumns } from '../predicate/index.ts'
import { pruneFiles, readColumns } from '../scan/index.ts'
import { physicalName } from '../schema/index.ts'
import { commitAfter } from './commit.ts'
import { bytesOf, removeOf } from './commit-rewrite.ts'
import { DataFile, type DataFileSettings } from './data-file.ts'
import { optimizeMetrics } from './optimize-metrics.ts'
import { lotsOf, type Pack, packFiles } from './pack-files.ts'
import type { PartitionValues } from './partition.ts'
import { reachFiles } from './reach-files.ts'
import type { TableContext } from './settings.ts'
import { stageSettings } from './stage-options.ts'
import { discardedOnFailure, type Written } from './write.ts'

export interface OptimizeOptions {
  /** Only the partitions for which this holds: a filter on partition columns, as for reading. All by default. */
  readonly where?: object | undefined
  /** About so large become the files. Default: `delta.targetFileSize`, else 128 MiB. */
  readonly targetFileBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What became of a table's files. */
export interface OptimizeResult {
  /** The newest version that the optimization knows of: the one that it committed last, if it had to do anything. */
  readonly version: number
  /** Data files that were written anew into others. */
  readonly filesRemoved: number
  readonly filesAdded: number
  /** Data files in the partitions looked at that stay as they are. */
  readonly filesSkipped: number
  readonly bytesRemoved: number
  readonly bytesAdded: number
  /** Files among those removed that had a deletion vector. */
  readonly deletionVectorsRemoved: number
}

/** What is written before it is committed: so a long run keeps what it has done, whatever happens later. */
const LOT_BYTES = 8 * 1024 ** 3

/**
 * Writes small files of a partition together into larger ones, and files with deletion vectors without the rows that
 * these mark. No row changes (`dataChange: false`): so it never collides with an append, and change feeds tell nothing.
 * Where there is nothing to do, nothing is committed. Rows stream; of each file in the making a row group is in memory.
 * @throws {DeltaError} `invalid-argument` for a filter on other columns than partition columns; `unsupported` for a table
 * with row tracking; `conflict` when somebody removed a file that was packed: what was committed before stays, and it can
 * be called again.
 */
export async function optimize(
  context: TableContext,
  snapshot: Snapshot,
  options: OptimizeOptions,
): Promise<Written<OptimizeResult>> {
  const { protocol, metadata } = snapshot
  checkWritable(protocol, metadata, context.store.location)
  checkRowsMayMove(snapshot)
  const { targetFileBytes, ...settings } = stageSettings(context, metadata, options, clusteringColumns(snapshot))
  const files = [...filesIn(snapshot, options.where)]
  const packs = packFiles(files, targetFileBytes)
  const packed = packs.reduce((count, pack) => count + pack.files.length, 0)
  let done: Written<OptimizeResult> = { snapshot, result: nothingDone(snapshot.version, files.length - packed) }
  for (const lot of lotsOf(packs, LOT_BYTES)) {
    throwIfAborted(options.signal)
    const adds = await writePacks(context, snapshot, lot, settings)
    done = await commitLot(context, done, { removed: lot.flatMap((pack) => pack.files), added: adds, options })
  }
  return done
}

function nothingDone(version: number, filesSkipped: number): OptimizeResult {
  const files = { filesRemoved: 0, filesAdded: 0, filesSkipped }
  return { version, ...files, bytesRemoved: 0, bytesAdded: 0, deletionVectorsRemoved: 0 }
}

/** The rows of a file that moves would lose their ids, which we cannot write beside them. */
function checkRowsMayMove({ metadata, location }: Snapshot): void {
  if (!isEnabled(metadata.configuration, 'delta.enableRowTracking')) return
  const message = `${location} cannot be optimized (rowTracking): its rows would lose their ids; optimize it with Spark`
  throw new DeltaError('unsupported', message, { feature: 'rowTracking' })
}

function* filesIn(snapshot: Snapshot, where: object | undefined): Generator<AddFile> {
  if (where === undefined) return yield* snapshot.files()
  const { schema, partitionColumns } = snapshot
  const predicate = parseFilter(where, schema)
  const other = predicateColumns(predicate).find(([name = '']) => !partitionColumns.includes(name))
  if (other !== undefined) {
    const message = `${snapshot.location} cannot be optimized where ${other.join('.')} is asked about: expected partition columns only (${partitionColumns.join(', ') || 'the table has none'})`
    throw new DeltaError('invalid-argument', message, { column: other.join('.') })
  }
  // All rows of a file have the same partition values: what may match does.
  yield* pruneFiles(snapshot.files(), predicate, schema, partitionColumns)
}

/** Writes each pack into a file. Where that fails, nothing of it stays. */
async function writePacks(
  context: TableContext,
  snapshot: Snapshot,
  packs: readonly Pack[],
  settings: DataFileSettings,
): Promise<AddFile[]> {
  const adds: AddFile[] = []
  try {
    for (const [index, pack] of packs.entries()) {
      const add = await writePack(snapshot, pack, new DataFile(settings, valuesOf(pack, snapshot), index), settings)
      if (add) adds.push(add)
    }
    return adds
  } catch (error) {
    await Promise.allSettled([context.store.delete(keysOf(adds))])
    throw error
  }
}

/** @returns the action of the new file; nothing where no row is left. */
async function writePack(
  snapshot: Snapshot,
  { files }: Pack,
  file: DataFile,
  { store, signal }: DataFileSettings,
): Promise<AddFile | undefined> {
  const { schema, partitionColumns, metadata } = snapshot
  const columns = schema.fields.map(({ name }) => name).filter((name) => !partitionColumns.includes(name))
  const reach = reachFiles(store)
  const rows = readColumns(
    files.map((each) => ({ file: each, ...reach })),
    { schema, partitionColumns, columns, matchBy: columnsMatchBy(metadata), timestamps: 'micros', signal },
  )
  try {
    for await (const batch of rows) {
      const firstRow = file.rows + 1
      await file.write({ values: {}, batch: { kind: 'columns', batch }, rowNumber: (index) => firstRow + index })
    }
    if (file.rows > 0) return { ...(await file.finish()), dataChange: false }
  } catch (error) {
    await Promise.allSettled([file.abort()])
    throw error
  }
  await file.abort()
  return undefined
}

/** By the names of the table's columns, as the log has them. */
function valuesOf({ files: [file] }: Pack, { schema, partitionColumns }: Snapshot): PartitionValues {
  const fields = schema.fields.filter(({ name }) => partitionColumns.includes(name))
  return Object.fromEntries(fields.map((field) => [field.name, file?.partitionValues[physicalName(field)] ?? null]))
}

interface Lot {
  readonly removed: readonly AddFile[]
  readonly added: readonly AddFile[]
  readonly options: OptimizeOptions
}

async function commitLot(
  context: TableContext,
  { snapshot, result }: Written<OptimizeResult>,
  { removed, added, options }: Lot,
): Promise<Written<OptimizeResult>> {
  const at = context.runtime.now()
  const actions: Action[] = [
    ...removed.map((file) => ({ remove: removeOf(file, at, false) })),
    ...added.map((add) => ({ add })),
  ]
  const packed = new Set(removed.map(({ path }) => path))
  const request = {
    snapshot,
    actions,
    operation: 'OPTIMIZE',
    operationParameters: {
      predicate: JSON.stringify(options.where === undefined ? [] : [JSON.stringify(options.where)]),
      zOrderBy: '[]',
      clusterBy: '[]',
      auto: 'false',
    },
    operationMetrics: optimizeMetrics(removed, added),
    blindAppend: false,
    reads: (file: AddFile) => packed.has(file.path),
  }
  return discardedOnFailure(context, added, async () => {
    const { version, snapshot: after } = await commitAfter(context, request, options.signal)
    return {
      snapshot: after,
      result: {
        version,
        filesRemoved: result.filesRemoved + removed.length,
        filesAdded: result.filesAdded + added.length,
        filesSkipped: result.filesSkipped,
        bytesRemoved: result.bytesRemoved + bytesOf(removed),
        bytesAdded: result.bytesAdded + bytesOf(added),
        deletionVectorsRemoved: result.deletionVectorsRemoved + removed.filter((file) => file.deletionVector).length,
      },
    }
  })
}

function keysOf(adds: readonly AddFile[]): string[] {
  return adds.map(({ path }) => decodePath(path))
}
