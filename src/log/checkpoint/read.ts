import { DeltaError } from '../../errors.ts'
import { openParquet, type ParquetFile } from '../../parquet/index.ts'
import type { ObjectStore } from '../../store/index.ts'
import { ACTION_BYTES } from '../file-block.ts'
import { inOrder } from '../in-order.ts'
import { SIDECAR_PREFIX, sidecarKey } from '../paths.ts'
import { readBody } from '../read-commit.ts'
import type { TableState } from '../replay.ts'
import { type LogObject, logAccess } from './access.ts'
import { readAdds } from './adds.ts'
import type { CheckpointFiles } from './choose.ts'
import { type ActionColumns, findActions, readAction } from './columns.ts'
import { checkpointLines } from './json-file.ts'
import {
  checkpointMetadataOf,
  domainsOf,
  metadataOf,
  protocolsOf,
  removesOf,
  type Sidecar,
  sidecarsOf,
  txnsOf,
} from './rows.ts'
import { CheckpointState } from './state.ts'
import { UnreadFiles } from './unread.ts'

/** Sidecars, or parts, that are fetched at the same time. */
const CONCURRENCY = 4

export interface ReadCheckpointOptions {
  /** Asked before files are read; they all are unless said. */
  readonly mayHold?: MayHold | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Says whether files may be brought into memory that will take about so many bytes, more than once where they lie in
 * several places.
 */
export type MayHold = (bytes: number) => boolean | Promise<boolean>

/** A checkpoint that was read. */
export interface CheckpointContents {
  /** All that it says; without its files where those are unread. */
  readonly state: TableState
  readonly unread?: UnreadFiles
}

/**
 * What a checkpoint holds, of any kind: classic, in parts, or v2 with its sidecars. Columns may be missing, and stand in
 * any order. Files that may not be held are left unread, and their tombstones with them: then it costs the footers of the
 * checkpoint, and the few rows that are no files.
 * @throws {DeltaError} `invalid-data` naming the file, for a checkpoint that is damaged or does not hold what it says;
 * `unsupported` for stored types and encodings that we cannot read.
 */
export async function readCheckpoint(
  store: ObjectStore,
  checkpoint: CheckpointFiles,
  { mayHold = () => true, signal }: ReadCheckpointOptions = {},
): Promise<CheckpointContents> {
  const state = new CheckpointState(checkpoint, store.location)
  const reading = { store, state, mayHold, signal }
  const unread: LogObject[] = []
  if (checkpoint.format === 'json') {
    for (const { key } of checkpoint.files) {
      const { body, file } = await readBody(store, key, checkpoint.version, signal)
      for (const action of checkpointLines(body, file)) state.take(action)
    }
  } else if (!(await readFiles(reading, checkpoint.files, NOT_FILES))) unread.push(...checkpoint.files)
  state.checkTop()
  const sidecars = state.sidecars.map(sidecarObject)
  if (!(await readFiles(reading, sidecars, []))) unread.push(...sidecars)
  if (unread.length > 0) return { state: state.done(), unread: new UnreadFiles(store, unread, state.counted) }
  state.checkCount()
  return { state: state.done() }
}

interface Reading {
  readonly store: ObjectStore
  readonly state: CheckpointState
  readonly mayHold: MayHold
  readonly signal: AbortSignal | undefined
}

/** All that is neither an add nor a remove. Sidecars hold nothing of it. */
const NOT_FILES = ['protocol', 'metaData', 'txn', 'domainMetadata', 'sidecar', 'checkpointMetadata'] as const

/**
 * Reads actions of some kinds, and the files unless they are too many.
 * @returns false if the files were left unread. Whether they are is told by the first of the objects, as their writer
 * makes them alike.
 */
async function readFiles(
  { store, state, mayHold, signal }: Reading,
  objects: readonly LogObject[],
  kinds: readonly (keyof typeof others)[],
): Promise<boolean> {
  const open = (object: LogObject) => openParquet(logAccess(store, object), signal)
  const [first, ...more] = objects
  if (first === undefined) return true
  const opened = await open(first)
  const holds = await mayHold(heldBytes(opened) * (sum(objects) / first.size))
  if (!holds && kinds.length === 0) return false
  const names = holds ? [...kinds, 'remove' as const] : kinds
  for await (const file of followed(opened, inOrder(more, CONCURRENCY, open))) {
    for (const rowGroup of file.rowGroups.keys()) {
      if (holds) for (const add of await readAdds(file, rowGroup, undefined, signal)) state.take({ add })
      await readFew(file, rowGroup, names, state, signal)
    }
  }
  return holds
}

async function* followed<T>(first: T, more: AsyncIterable<T>): AsyncGenerator<T> {
  yield first
  yield* more
}

/** About how much memory the files of a part will take: their texts as they are stored, and an object each. */
function heldBytes(file: ParquetFile): number {
  const stored = (column: string): number => file.uncompressedBytes(['add', column])
  const statistics = Math.max(stored('stats'), stored('stats_parsed'))
  const values = stored('partitionValues') + stored('tags') + stored('deletionVector')
  return file.numRows * ACTION_BYTES + stored('path') + statistics + values
}

function sum(objects: readonly LogObject[]): number {
  return objects.reduce((total, { size }) => total + size, 0)
}

/** Of the other kinds there are few, or none: only their rows are read. */
async function readFew(
  file: ParquetFile,
  rowGroup: number,
  names: readonly (keyof typeof others)[],
  state: CheckpointState,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [name, rows] of await findActions(file, rowGroup, names, signal)) {
    if (rows.length === 0) continue
    for (const action of others[name](await readAction(file, rowGroup, name, rows, signal))) state.take(action)
  }
}

const others = {
  remove: (columns: ActionColumns) => Array.from(removesOf(columns), (remove) => ({ remove })),
  protocol: (columns: ActionColumns) => protocolsOf(columns).map((protocol) => ({ protocol })),
  metaData: (columns: ActionColumns) => metadataOf(columns).map((metaData) => ({ metaData })),
  txn: (columns: ActionColumns) => txnsOf(columns).map((txn) => ({ txn })),
  domainMetadata: (columns: ActionColumns) => domainsOf(columns).map((domainMetadata) => ({ domainMetadata })),
  sidecar: (columns: ActionColumns) => sidecarsOf(columns).map((sidecar) => ({ sidecar })),
  checkpointMetadata: (columns: ActionColumns) =>
    checkpointMetadataOf(columns).map((checkpointMetadata) => ({ checkpointMetadata })),
}

function sidecarObject({ path, sizeInBytes }: Sidecar): LogObject {
  const key = sidecarKey(path)
  if (key === SIDECAR_PREFIX)
    throw new DeltaError('invalid-data', `a sidecar has the path ${JSON.stringify(path)}, which names no file`)
  return { key, size: sizeInBytes }
}
