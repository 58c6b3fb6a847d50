import { DeltaError } from '../../errors.ts'
import { openParquet, type ParquetFile } from '../../parquet/index.ts'
import type { ObjectStore } from '../../store/index.ts'
import { inOrder } from '../in-order.ts'
import { SIDECAR_PREFIX, sidecarKey } from '../paths.ts'
import { readBody } from '../read-commit.ts'
import type { TableState } from '../replay.ts'
import { type LogObject, logAccess } from './access.ts'
import type { CheckpointFiles } from './choose.ts'
import { type ActionColumns, findActions, readAction } from './columns.ts'
import { checkpointLines } from './json-file.ts'
import { readParsedStats } from './parsed-stats.ts'
import {
  addsOf,
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

/** Sidecars, or parts, that are fetched at the same time. */
const CONCURRENCY = 4

/**
 * The state that a checkpoint holds, of any kind: classic, in parts, or v2 with its sidecars. Columns may be missing, and
 * stand in any order.
 * @throws {DeltaError} `invalid-data` naming the file, for a checkpoint that is damaged or does not hold what it says;
 * `unsupported` for stored types and encodings that we cannot read.
 */
export async function readCheckpoint(
  store: ObjectStore,
  checkpoint: CheckpointFiles,
  signal?: AbortSignal,
): Promise<TableState> {
  const state = new CheckpointState(checkpoint, store.location)
  const open = (object: LogObject) => openParquet(logAccess(store, object), signal)
  if (checkpoint.format === 'json') {
    for (const { key } of checkpoint.files) {
      const { body, file } = await readBody(store, key, checkpoint.version, signal)
      for (const action of checkpointLines(body, file)) state.take(action)
    }
  } else {
    for await (const file of inOrder(checkpoint.files, CONCURRENCY, open)) await readFile(file, state, signal)
  }
  state.checkTop()
  const sidecars = state.sidecars.map(sidecarObject)
  for await (const file of inOrder(sidecars, CONCURRENCY, open)) await readSidecar(file, state, signal)
  return state.done()
}

async function readFile(file: ParquetFile, state: CheckpointState, signal: AbortSignal | undefined): Promise<void> {
  const names = ['protocol', 'metaData', 'txn', 'domainMetadata', 'sidecar', 'checkpointMetadata', 'remove'] as const
  for (const rowGroup of file.rowGroups.keys()) {
    await readAdds(file, rowGroup, state, signal)
    await readFew(file, rowGroup, names, state, signal)
  }
}

/** A sidecar holds adds and removes, and nothing else. */
async function readSidecar(file: ParquetFile, state: CheckpointState, signal: AbortSignal | undefined): Promise<void> {
  for (const rowGroup of file.rowGroups.keys()) {
    await readAdds(file, rowGroup, state, signal)
    await readFew(file, rowGroup, ['remove'], state, signal)
  }
}

/** Adds are most of what a checkpoint holds, so that all their rows are read at once. */
async function readAdds(
  file: ParquetFile,
  rowGroup: number,
  state: CheckpointState,
  signal: AbortSignal | undefined,
): Promise<void> {
  const columns = await readAction(file, rowGroup, 'add', undefined, signal)
  const [paths = [], texts = []] = [columns.get('path'), columns.get('stats')]
  const lacksText = paths.some((path, row) => path !== null && texts[row] === null)
  const stats = lacksText ? await readParsedStats(file, rowGroup, signal) : undefined
  for (const add of addsOf(columns, stats)) state.take({ add })
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
