import { DeltaError, isDeltaError } from '../errors.ts'
import { fewAtATime } from '../few-at-a-time.ts'
import {
  type Action,
  type AddFile,
  clusteringColumns,
  decodePath,
  deletionVectorPath,
  fileKey,
  loadSnapshot,
  type Metadata,
  protocolFor,
  type Snapshot,
} from '../log/index.ts'
import { formatSchema, identityColumns, parseSchema, withHighWaterMarks } from '../schema/index.ts'
import { commitAfter } from './commit.ts'
import { bytesOf, removeOf } from './commit-rewrite.ts'
import { snapshotAt, type TimeTravel } from './read.ts'
import type { TableContext } from './settings.ts'
import type { Written } from './write.ts'

export interface RestoreOptions extends TimeTravel {
  /** As of a commit: with it, the version that the handle sees must be the newest. Default: false. */
  readonly exclusive?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a restore changed. */
export interface RestoreResult {
  /** The new version, which holds what the old one held; the newest one if that did already, and nothing was committed. */
  readonly version: number
  /** The version whose content it is. */
  readonly restored: number
  readonly filesAdded: number
  readonly filesRemoved: number
  readonly bytesAdded: number
  readonly bytesRemoved: number
}

/** Files asked for at the same time. */
const HEADS = 16

/**
 * Makes the table what it was at a version, in one commit on top of the newest version: its files and its metadata. The
 * history stays, and the protocol never goes down. What must only grow stays as it is: the last values of identity columns
 * and column ids.
 * @throws {DeltaError} `invalid-argument` unless one of version and timestamp is given; `not-found` for a version that is
 * not there, or naming a file of it that is gone, before anything is committed; `unsupported` where the table was
 * clustered otherwise then; `conflict` when anybody changed the table meanwhile.
 */
export async function restore(
  context: TableContext,
  known: Snapshot,
  options: RestoreOptions,
): Promise<Written<RestoreResult>> {
  const { store, runtime } = context
  if ((options.version === undefined) === (options.timestamp === undefined)) {
    throw new DeltaError('invalid-argument', 'a restore needs either a version or a timestamp')
  }
  const current = options.exclusive ? known : await loadSnapshot(store, { from: known, signal: options.signal })
  const target = await snapshotAt(context, options, options.signal)
  checkClusteredAlike(target, current)
  const [added, removed] = [filesBeside(target, current), filesBeside(current, target)]
  await checkThere(context, added, target, options.signal)
  const at = runtime.now()
  const actions: Action[] = [
    ...rulesOf(target, current),
    ...removed.map((file) => ({ remove: removeOf(file, at) })),
    ...added.map((file) => ({ add: { ...file, dataChange: true } })),
  ]
  const counts = {
    restored: target.version,
    filesAdded: added.length,
    filesRemoved: removed.length,
    bytesAdded: bytesOf(added),
    bytesRemoved: bytesOf(removed),
  }
  if (actions.length === 0) return { snapshot: current, result: { version: current.version, ...counts } }
  const request = {
    snapshot: current,
    actions,
    operation: 'RESTORE',
    operationParameters: parametersOf(options),
    operationMetrics: {
      tableSizeAfterRestore: String(target.sizeInBytes),
      numOfFilesAfterRestore: String(target.numFiles),
      numRemovedFiles: String(removed.length),
      numRestoredFiles: String(added.length),
      removedFilesSize: String(counts.bytesRemoved),
      restoredFilesSize: String(counts.bytesAdded),
    },
    blindAppend: false,
    exclusive: options.exclusive,
  }
  const { version, snapshot } = await commitAfter(context, request, options.signal)
  return { snapshot, result: { version, ...counts } }
}

function parametersOf({ version, timestamp }: TimeTravel): Record<string, string> {
  if (version !== undefined) return { version: String(version) }
  const moment = timestamp instanceof Date ? timestamp : new Date(timestamp ?? 0)
  return { timestamp: moment.toISOString() }
}

/** Files of one version that are not in the other, told apart by path and deletion vector. */
function filesBeside(one: Snapshot, other: Snapshot): AddFile[] {
  const files: AddFile[] = []
  for (const file of one.files()) if (!other.state.files.has(fileKey(file, one.location))) files.push(file)
  return files
}

/** The protocol and the metadata of the version restored, as far as they differ from those in force. */
function rulesOf(target: Snapshot, current: Snapshot): Action[] {
  const metadata = restoredMetadata(target.metadata, current.metadata)
  const { readerFeatures = [], writerFeatures = [] } = target.protocol
  const needs = { before: current.protocol, features: [...readerFeatures, ...writerFeatures] }
  const protocol = protocolFor(target.schema, metadata.configuration, needs)
  const actions: Action[] = []
  if (protocol !== current.protocol) actions.push({ protocol })
  if (!isSame(metadata, current.metadata)) actions.push({ metaData: metadata })
  return actions
}

/** Set once, and binding for all that comes later: whether versions have times of their own, and since when. */
const LASTING = [
  'delta.enableInCommitTimestamps',
  'delta.inCommitTimestampEnablementVersion',
  'delta.inCommitTimestampEnablementTimestamp',
]
const MAX_COLUMN_ID = 'delta.columnMapping.maxColumnId'

function restoredMetadata(target: Metadata, current: Metadata): Metadata {
  const configuration = new Map(Object.entries(target.configuration))
  for (const name of LASTING) {
    const value = current.configuration[name]
    if (value === undefined) configuration.delete(name)
    else configuration.set(name, value)
  }
  const ids = [target, current].map((each) => Number(each.configuration[MAX_COLUMN_ID] ?? Number.NaN))
  const maxColumnId = Math.max(...ids.filter((id) => !Number.isNaN(id)))
  // An id that a column once had is never given to another.
  if (configuration.has(MAX_COLUMN_ID)) configuration.set(MAX_COLUMN_ID, String(maxColumnId))
  return {
    ...target,
    id: current.id,
    schemaString: withLatestMarks(target.schemaString, current.schemaString),
    configuration: Object.fromEntries(configuration),
  }
}

/** The schema restored, whose identity columns go on behind whatever value was given out since. */
function withLatestMarks(target: string, current: string): string {
  const schema = parseSchema(target)
  const given = new Map(identityColumns(parseSchema(current)).map((column) => [column.name, column]))
  const marks = new Map<string, bigint>()
  for (const { name, step, highWaterMark } of identityColumns(schema)) {
    const later = given.get(name)?.highWaterMark
    if (later === undefined) continue
    if (highWaterMark === undefined || (step > 0n ? later > highWaterMark : later < highWaterMark))
      marks.set(name, later)
  }
  return marks.size === 0 ? target : formatSchema(withHighWaterMarks(schema, marks))
}

function isSame(a: Metadata, b: Metadata): boolean {
  const text = ({ configuration, ...metadata }: Metadata): string =>
    JSON.stringify([Object.entries(metadata).sort(), Object.entries(configuration).sort()])
  return text(a) === text(b)
}

/** By what a table is clustered stands in a domain of Delta's own, which is not written here. */
function checkClusteredAlike(target: Snapshot, current: Snapshot): void {
  if (JSON.stringify(clusteringColumns(target)) === JSON.stringify(clusteringColumns(current))) return
  const message = `${target.location} cannot be restored to version ${target.version} (clustering): the table was clustered by other columns then; restore it with Spark`
  throw new DeltaError('unsupported', message, { feature: 'clustering' })
}

/** @throws {DeltaError} `not-found` naming the first file that is gone: a vacuum takes what is older than the retention. */
async function checkThere(
  { store }: TableContext,
  files: readonly AddFile[],
  { version, location }: Snapshot,
  signal: AbortSignal | undefined,
): Promise<void> {
  const paths = new Set<string>()
  for (const { path, deletionVector } of files) {
    paths.add(path)
    const vector = deletionVector && deletionVectorPath(deletionVector)
    if (vector !== undefined) paths.add(vector)
  }
  await fewAtATime([...paths], HEADS, async (path) => {
    try {
      await store.head(decodePath(path, location), { signal })
    } catch (cause) {
      if (!isDeltaError(cause, 'not-found')) throw cause
      const message = `${location} cannot be restored to version ${version}: its file ${path} is gone, most likely by a vacuum; choose a later version`
      throw new DeltaError('not-found', message, { file: path, cause })
    }
  })
}
