import { isDeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Action, AddFile, RemoveFile } from './actions.ts'
import { canonicalPath } from './data-path.ts'
import { deletionVectorPath } from './deletion-vector.ts'
import { listWholeLog } from './listing.ts'
import { loadSnapshot } from './load.ts'
import { actionsIn } from './parse.ts'
import { formatCommitPath } from './paths.ts'
import { readBodies, readBody } from './read-commit.ts'
import { commitsBetween } from './segment.ts'
import type { Snapshot } from './snapshot.ts'
import { versionsAround } from './time-travel.ts'

export interface NeededFilesOptions {
  /** Every version that was the newest at this moment or later stays readable; milliseconds since 1970. */
  readonly since: number
  /** Further versions that stay readable, with what each of them changed. */
  readonly keepVersions?: readonly number[] | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The keys of all objects that the versions worth keeping are made of: data files, deletion vectors and change files. Of
 * files outside of the table it has the absolute paths, which are no keys.
 * @param newest the table as it is.
 * @throws {DeltaError} `not-found` for a version to be kept that cannot be read any more.
 */
export async function neededFiles(
  store: ObjectStore,
  newest: Snapshot,
  options: NeededFilesOptions,
): Promise<Set<string>> {
  const { since, keepVersions = [], signal } = options
  const needed = new Needed(store.location)
  let at: Snapshot | undefined
  for (const version of [...new Set(keepVersions)].sort((a, b) => a - b)) {
    at = await loadSnapshot(store, { version, from: at, signal })
    needed.takeAll(at.files())
    needed.takeActions(await actionsOf(store, version, signal))
  }
  const { metadata } = newest
  const around = await versionsAround(store, { metadata, timestamp: since, signal })
  const oldest = Math.min(around.until ?? around.since ?? newest.version, newest.version)
  if (oldest < newest.version) {
    needed.takeAll((await loadSnapshot(store, { version: oldest, signal })).files())
    const listing = await listWholeLog(store, { to: newest.version, signal })
    const commits = await commitsBetween(store, listing, { from: oldest + 1, to: newest.version, signal })
    for await (const { body, file } of readBodies(store, commits, signal)) needed.takeActions(actionsIn(body, file))
  }
  needed.takeActions(await actionsOf(store, oldest, signal))
  needed.takeAll(newest.files())
  // Clocks differ: what its remover calls young stays, whatever the store says of the commit.
  for (const remove of newest.state.tombstones.values()) {
    if ((remove.deletionTimestamp ?? 0) > since) needed.take(remove)
  }
  return needed.keys
}

/** The keys that files and their deletion vectors lie under. */
class Needed {
  readonly keys = new Set<string>()
  readonly #location: string

  constructor(location: string) {
    this.#location = location
  }

  takeAll(files: Iterable<AddFile>): void {
    for (const file of files) this.take(file)
  }

  take({ path, deletionVector }: AddFile | RemoveFile): void {
    this.keys.add(canonicalPath(path, this.#location))
    const vector = deletionVector && deletionVectorPath(deletionVector)
    if (vector !== undefined) this.keys.add(canonicalPath(vector, this.#location))
  }

  /** What a commit brought: with its change files, its changes can be told. */
  takeActions(actions: Iterable<Action>): void {
    for (const action of actions) {
      if ('add' in action) this.take(action.add)
      else if ('cdc' in action) this.keys.add(canonicalPath(action.cdc.path, this.#location))
    }
  }
}

/** None where the commit itself is gone: its version lives on in a checkpoint. */
async function actionsOf(
  store: ObjectStore,
  version: number,
  signal: AbortSignal | undefined,
): Promise<Iterable<Action>> {
  try {
    const { body, file } = await readBody(store, formatCommitPath(version), version, signal)
    return actionsIn(body, file)
  } catch (error) {
    if (isDeltaError(error, 'not-found')) return []
    throw error
  }
}
