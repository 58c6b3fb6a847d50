import { isDeltaError } from '../errors.ts'
import { formatCommitPath, type OpenVersionOptions, openVersion, type TableVersion } from '../log/index.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { gate } from './gate.ts'
import { type LoadedTable, loadedTable } from './loaded-table.ts'
import { BudgetedMap, type MemoryBudget } from './memory-budget.ts'
import { type Meter, noMeter } from './meter.ts'
import { singleFlight } from './single-flight.ts'

/**
 * Tables by their location, kept between requests. What was looked at in the store less than `freshness` milliseconds ago
 * costs nothing.
 */
export interface SnapshotCache {
  /** The newest version: costs a listing of what came since the last time. */
  latest(location: string): Promise<LoadedTable>
  /** One version: costs a look whether its commit is still the one that was read. */
  at(location: string, version: number): Promise<LoadedTable>
  /** The newest version that was there at an instant, in milliseconds since 1970. */
  asOf(location: string, timestamp: number): Promise<LoadedTable>
  store(location: string): Promise<ObjectStore>
}

interface KeptVersion {
  readonly opened: TableVersion
  /** When the store was last asked whether it is still so: milliseconds since 1970. */
  lookedAt: number
}

/** Tables that are read from scratch at the same time. */
const MAX_LOADS = 8
/** A table that would take more of the budget than this stays in its log: others want room, too. */
const LARGEST_SHARE = 0.5

export function snapshotCache(
  openTable: (location: string) => Promise<ObjectStore>,
  budget: MemoryBudget,
  {
    meter = noMeter,
    runtime,
    freshness = 0,
  }: { readonly meter?: Meter; readonly runtime: Pick<Runtime, 'now'>; readonly freshness?: number },
): SnapshotCache {
  const stores = new Map<string, Promise<ObjectStore>>()
  const kept = new BudgetedMap<KeptVersion>(budget)
  const once = singleFlight<LoadedTable>()
  const inTurn = gate(MAX_LOADS)
  const largest = budget.bytes * LARGEST_SHARE

  const store = (location: string): Promise<ObjectStore> => {
    const opening = stores.get(location) ?? openTable(location)
    stores.set(location, opening)
    opening.catch(() => stores.delete(location))
    return opening
  }
  /** @param lookedAt when the store was asked, not when it had answered: what came in between was not seen. */
  const keep = (key: string, opened: TableVersion, lookedAt: number): void => {
    const known = kept.get(key)
    if (known?.opened === opened) known.lookedAt = lookedAt
    else kept.set(key, { opened, lookedAt }, opened.heldBytes)
  }
  const isFresh = (known: KeptVersion | undefined): known is KeptVersion =>
    freshness > 0 && known !== undefined && runtime.now() - known.lookedAt < freshness
  /** From scratch, holding its files if there is room for them. */
  const load = async (from: ObjectStore, options: OpenVersionOptions): Promise<TableVersion> => {
    meter.add('snapshotLoads', 1)
    let bytes = 0
    let done = (): void => undefined
    const mayHold = async (more: number): Promise<boolean> => {
      bytes += more
      if (bytes > largest) return false
      done()
      done = await budget.promise(bytes)
      return true
    }
    try {
      return await inTurn(() => openVersion(from, { ...options, mayHold }))
    } finally {
      done()
    }
  }
  const refresh = (from: ObjectStore, known: TableVersion, options: OpenVersionOptions): Promise<TableVersion> => {
    meter.add('snapshotHits', 1)
    return openVersion(from, { ...options, from: known, mayHold: (bytes) => bytes <= largest })
  }

  return {
    store,
    async latest(location) {
      const from = await store(location)
      const key = `latest\n${location}`
      const known = kept.get(key)
      if (isFresh(known)) return loadedTable(from, known.opened)
      return once(key, async () => {
        const lookedAt = runtime.now()
        const known = kept.get(key)?.opened
        const opened = known ? await refresh(from, known, {}) : await load(from, {})
        keep(key, opened, lookedAt)
        return loadedTable(from, opened)
      })
    },
    async at(location, version) {
      const from = await store(location)
      const key = `${version}\n${location}`
      const known = kept.get(key)
      if (isFresh(known)) return loadedTable(from, known.opened)
      return once(key, async () => {
        const lookedAt = runtime.now()
        const latest = kept.get(`latest\n${location}`)?.opened
        const known = kept.get(key)?.opened ?? (latest?.version === version ? latest : undefined)
        const opened =
          known && (await isStillThere(from, known))
            ? await refresh(from, known, { version })
            : await load(from, { version, from: known ? undefined : latest })
        keep(key, opened, lookedAt)
        return loadedTable(from, opened)
      })
    },
    async asOf(location, timestamp) {
      const from = await store(location)
      const lookedAt = runtime.now()
      const opened = await load(from, { timestamp })
      keep(`${opened.version}\n${location}`, opened, lookedAt)
      return loadedTable(from, opened)
    },
  }
}

/** Whether a version's commit is the one that was read: a table may have been dropped, and another made in its place. */
async function isStillThere(store: ObjectStore, { version, parts }: TableVersion): Promise<boolean> {
  try {
    return (await store.head(formatCommitPath(version))).etag === parts.snapshot.etag
  } catch (error) {
    // Cleaned up, and so it was when the version was read from its checkpoint.
    if (isDeltaError(error, 'not-found')) return parts.snapshot.etag === undefined
    throw error
  }
}
