import { DeltaError } from '../../errors.ts'
import { openParquet, type ParquetFile } from '../../parquet/index.ts'
import type { ObjectStore } from '../../store/index.ts'
import { decodePath } from '../data-path.ts'
import { inOrder } from '../in-order.ts'
import { LOG_PREFIX } from '../paths.ts'
import { readBody } from '../read-commit.ts'
import type { TableState } from '../replay.ts'
import { type LogObject, logAccess } from './access.ts'
import type { CheckpointFiles } from './choose.ts'
import { readActions } from './columns.ts'
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
const SIDECARS = `${LOG_PREFIX}_sidecars/`

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
  for await (const file of inOrder(sidecars, CONCURRENCY, open)) await readFileActions(file, state, signal)
  return state.done()
}

async function readFile(file: ParquetFile, state: CheckpointState, signal: AbortSignal | undefined): Promise<void> {
  const others = ['protocol', 'metaData', 'txn', 'domainMetadata', 'sidecar', 'checkpointMetadata'] as const
  for (const rowGroup of file.rowGroups.keys()) {
    const columns = await readActions(file, rowGroup, others, signal)
    for (const protocol of protocolsOf(columns('protocol'))) state.take({ protocol })
    for (const metaData of metadataOf(columns('metaData'))) state.take({ metaData })
    for (const txn of txnsOf(columns('txn'))) state.take({ txn })
    for (const domainMetadata of domainsOf(columns('domainMetadata'))) state.take({ domainMetadata })
    for (const sidecar of sidecarsOf(columns('sidecar'))) state.take({ sidecar })
    for (const checkpointMetadata of checkpointMetadataOf(columns('checkpointMetadata')))
      state.take({ checkpointMetadata })
  }
  await readFileActions(file, state, signal)
}

/** Adds and removes: a sidecar holds nothing else. */
async function readFileActions(file: ParquetFile, state: CheckpointState, signal?: AbortSignal): Promise<void> {
  for (const rowGroup of file.rowGroups.keys()) {
    const add = (await readActions(file, rowGroup, ['add'], signal))('add')
    const [paths = [], texts = []] = [add.get('path'), add.get('stats')]
    const lacksText = paths.some((path, row) => path !== null && (texts[row] ?? null) === null)
    const stats = lacksText ? await readParsedStats(file, rowGroup, signal) : undefined
    for (const action of addsOf(add, stats)) state.take({ add: action })
    const remove = (await readActions(file, rowGroup, ['remove'], signal))('remove')
    for (const action of removesOf(remove)) state.take({ remove: action })
  }
}

/** Sidecars lie in one folder, so that their name says where; some writers put the whole path. */
function sidecarObject({ path, sizeInBytes }: Sidecar): LogObject {
  const name = decodePath(path.slice(path.lastIndexOf('/') + 1))
  if (name === '')
    throw new DeltaError('invalid-data', `a sidecar has the path ${JSON.stringify(path)}, which names no file`)
  return { key: `${SIDECARS}${name}`, size: sizeInBytes }
}
