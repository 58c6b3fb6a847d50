import type { Runtime } from '../../runtime.ts'
import type { ObjectStore } from '../../store/index.ts'
import { formatClassicCheckpointPath, formatSidecarPath, formatV2CheckpointPath, LOG_PREFIX } from '../paths.ts'
import { hasFeature } from '../protocol.ts'
import type { Snapshot } from '../snapshot.ts'
import { type ActionRow, countFileRows, fileRows, nonFileRows } from './contents.ts'
import { type StoreTools, writeStoredFile } from './stored-file.ts'
import { classicSchema, sidecarSchema, topSchema } from './stored-schema.ts'
import { type StatisticsField, statisticsFields } from './typed-statistics.ts'
import { type Hint, writeHint } from './write-hint.ts'

export interface WriteCheckpointOptions {
  readonly runtime: Runtime
  readonly signal?: AbortSignal | undefined
}

/** A checkpoint, as it was written. */
export interface WrittenCheckpoint {
  readonly version: number
  readonly kind: 'classic' | 'v2'
  /** Live data files that it lists. */
  readonly files: number
  /** Of all its files. */
  readonly bytes: number
}

/** Adds and removes in one sidecar, as Spark splits them. */
const SIDECAR_ACTIONS = 50_000

/**
 * Writes a checkpoint of a version, in the form that the table asks for (`delta.checkpointPolicy`), then the hint that
 * leads to it. A crash leaves files that no reader looks at, or a checkpoint that is found by listing. Several writers may
 * write one: its content follows from the version alone.
 * @throws {DeltaError} of the store; `invalid-data` for a file whose partition values do not fit the table's columns.
 */
export async function writeCheckpoint(
  store: ObjectStore,
  snapshot: Snapshot,
  options: WriteCheckpointOptions,
): Promise<WrittenCheckpoint> {
  const { runtime, signal } = options
  const isV2 = wantsV2(snapshot)
  const job: Job = {
    snapshot,
    statistics: statisticsFields(snapshot),
    tools: { store, runtime, signal },
    // What has expired is told by the version's own time: so whoever writes this checkpoint writes the same. A clock that
    // ran ahead when the version was committed lets nothing expire early.
    now: Math.min(snapshot.timestamp, runtime.now()),
  }
  const hint = isV2 ? await writeV2(job) : await writeClassic(job)
  await writeHint(store, hint, signal)
  const { version, numOfAddFiles: files, sizeInBytes: bytes } = hint
  return { version, kind: isV2 ? 'v2' : 'classic', files, bytes }
}

interface Job {
  readonly snapshot: Snapshot
  readonly statistics: readonly StatisticsField[]
  readonly tools: StoreTools
  readonly now: number
}

function wantsV2({ metadata, protocol }: Snapshot): boolean {
  const policy = metadata.configuration['delta.checkpointPolicy']?.toLowerCase()
  return policy === 'v2' && hasFeature(protocol, 'v2Checkpoint')
}

async function writeClassic({ snapshot, statistics, tools, now }: Job): Promise<Hint> {
  const schema = classicSchema(statistics.map(({ field }) => field))
  const rows = joined(nonFileRows(snapshot, now), fileRows(snapshot, now, statistics))
  const { rows: size, size: sizeInBytes } = await writeStoredFile(
    tools,
    formatClassicCheckpointPath(snapshot.version),
    schema,
    rows,
  )
  return { version: snapshot.version, size, sizeInBytes, numOfAddFiles: snapshot.numFiles }
}

/** Sidecars first: a top file that is there has all that it names. */
async function writeV2(job: Job): Promise<Hint> {
  const { snapshot, statistics, tools, now } = job
  const { version, numFiles } = snapshot
  const sidecars = await writeSidecars(job)
  const sidecarActions = sum(sidecars.map(({ rows }) => rows))
  const sidecarBytes = sum(sidecars.map(({ size }) => size))
  const tags = {
    sidecarNumActions: String(sidecarActions),
    sidecarSizeInBytes: String(sidecarBytes),
    numOfAddFiles: String(numFiles),
  }
  const rows: ActionRow[] = [
    { column: 'checkpointMetadata', value: { version, tags } },
    ...sidecars.map(({ path, size, modificationTime }) => {
      return { column: 'sidecar', value: { path, sizeInBytes: size, modificationTime } }
    }),
    ...nonFileRows(snapshot, now),
  ]
  const key = formatV2CheckpointPath(version, tools.runtime.uuid(), 'parquet')
  const top = await writeStoredFile(tools, key, topSchema(statistics.map(({ field }) => field)), rows)
  return {
    version,
    size: top.rows + sidecarActions,
    sizeInBytes: top.size + sidecarBytes,
    numOfAddFiles: numFiles,
    v2Checkpoint: {
      path: key.slice(LOG_PREFIX.length),
      sizeInBytes: top.size,
      modificationTime: tools.runtime.now(),
    },
  }
}

interface WrittenSidecar {
  /** Its name in the folder of sidecars. */
  readonly path: string
  readonly rows: number
  readonly size: number
  readonly modificationTime: number
}

async function writeSidecars({ snapshot, statistics, tools, now }: Job): Promise<WrittenSidecar[]> {
  const schema = sidecarSchema(statistics.map(({ field }) => field))
  const rows = fileRows(snapshot, now, statistics)
  const parts = Math.ceil(countFileRows(snapshot, now) / SIDECAR_ACTIONS)
  const sidecars: WrittenSidecar[] = []
  for (let part = 1; part <= parts; part++) {
    const key = formatSidecarPath(snapshot.version, part, parts, tools.runtime.uuid())
    const written = await writeStoredFile(tools, key, schema, take(rows, SIDECAR_ACTIONS))
    sidecars.push({ ...written, path: key.slice(key.lastIndexOf('/') + 1), modificationTime: tools.runtime.now() })
  }
  return sidecars
}

/** The next of an iterator, which stays open for more. */
function* take<T>(items: Iterator<T>, count: number): Generator<T> {
  for (let taken = 0; taken < count; taken++) {
    const next = items.next()
    if (next.done) return
    yield next.value
  }
}

function* joined<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
