import type { ObjectStore } from '../store/index.ts'
import type { Action, DomainMetadata } from './actions.ts'
import { formatCommit } from './format.ts'
import { listLog } from './listing.ts'
import { loadSnapshot } from './load.ts'
import { actionsIn } from './parse.ts'
import { formatCompactedPath } from './paths.ts'
import { checkWritable } from './protocol.ts'
import { readBodies } from './read-commit.ts'
import { EMPTY_STATE, Replay } from './replay.ts'
import { commitsBetween } from './segment.ts'
import type { Snapshot } from './snapshot.ts'

/** The commits that one file stands for, both inclusive. */
export interface CompactedRange {
  readonly from: number
  readonly to: number
}

export interface CompactOptions {
  /** A snapshot of the table, of any version: only what was committed after it is read to find the newest. */
  readonly from?: Snapshot | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes one file that stands for all commits since the newest checkpoint, so that who opens the table later reads it in
 * their place (PROTOCOL.md "Log Compaction Files"). The commits stay; readers that do not know such files lose nothing.
 * @returns nothing where there are fewer than two commits to stand for.
 * @throws {DeltaError} `not-found` for no table; `unsupported` for one that we do not write, as actions that we do not know
 * would be lost; `invalid-data` naming the file for a damaged log; of the store.
 */
export async function compactLog(
  store: ObjectStore,
  { from: known, signal }: CompactOptions = {},
): Promise<CompactedRange | undefined> {
  const { version: to, ...newest } = await loadSnapshot(store, { from: known, signal })
  checkWritable(newest.protocol, newest.metadata, store.location)
  const listing = await listLog(store, { to, signal })
  const from = (listing.checkpoints[0]?.version ?? -1) + 1
  if (to <= from) return undefined
  const replayed = new Replay(EMPTY_STATE, store.location)
  const domains = new Map<string, DomainMetadata>()
  for await (const { body, file } of readBodies(
    store,
    await commitsBetween(store, listing, { from, to, signal }),
    signal,
  )) {
    replayed.commit(notingDomains(actionsIn(body, file), domains))
  }
  const { protocol, metadata, txns, files, tombstones } = replayed.done()
  const actions: Action[] = [
    ...(protocol ? [{ protocol }] : []),
    ...(metadata ? [{ metaData: metadata }] : []),
    ...Array.from(txns.values(), (txn) => ({ txn })),
    ...Array.from(domains.values(), (domainMetadata) => ({ domainMetadata })),
    ...Array.from(tombstones.values(), (remove) => ({ remove })),
    ...Array.from(files.values(), (add) => ({ add })),
  ]
  const body = new TextEncoder().encode(formatCommit(actions))
  await store.put(formatCompactedPath(from, to), body, { mode: 'create', signal })
  return { from, to }
}

/** A domain that was removed must stay so: a state forgets it, but what the commits before the range said of it lives on. */
function* notingDomains(actions: Iterable<Action>, domains: Map<string, DomainMetadata>): Generator<Action> {
  for (const action of actions) {
    if ('domainMetadata' in action) domains.set(action.domainMetadata.domain, action.domainMetadata)
    yield action
  }
}
