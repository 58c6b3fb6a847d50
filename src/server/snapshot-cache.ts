import { loadSnapshot, type Snapshot } from '../log/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { heldTable, type LoadedTable } from './loaded-table.ts'
import { singleFlight } from './single-flight.ts'

/** Snapshots by table location, kept between requests. */
export interface SnapshotCache {
  /** The newest version: costs a listing of what came since the last time. */
  latest(location: string): Promise<LoadedTable>
  /** One version, for ever the same. */
  at(location: string, version: number): Promise<LoadedTable>
  /** The newest version that was there at an instant, in milliseconds since 1970. */
  asOf(location: string, timestamp: number): Promise<LoadedTable>
  store(location: string): Promise<ObjectStore>
}

/** Files in all snapshots kept: at half a kilobyte each some 100 MB. The snapshot used last is always kept. */
const MAX_FILES = 200_000

export function snapshotCache(
  openTable: (location: string) => Promise<ObjectStore>,
  maxFiles: number = MAX_FILES,
): SnapshotCache {
  const stores = new Map<string, Promise<ObjectStore>>()
  const kept = new Map<string, Snapshot>()
  /** One object a snapshot, so that answers may keep beside it what they found out. */
  const tables = new WeakMap<Snapshot, LoadedTable>()
  const once = singleFlight<Snapshot>()

  const store = (location: string): Promise<ObjectStore> => {
    const opening = stores.get(location) ?? openTable(location)
    stores.set(location, opening)
    opening.catch(() => stores.delete(location))
    return opening
  }
  const keep = (key: string, snapshot: Snapshot): Snapshot => {
    kept.delete(key)
    kept.set(key, snapshot)
    evict(kept, maxFiles)
    return snapshot
  }
  const loaded = (opened: ObjectStore, snapshot: Snapshot): LoadedTable => {
    const table = tables.get(snapshot) ?? heldTable(opened, snapshot)
    tables.set(snapshot, table)
    return table
  }

  return {
    store,
    async latest(location) {
      const opened = await store(location)
      const key = `latest\n${location}`
      const snapshot = await once(key, async () => keep(key, await loadSnapshot(opened, { from: kept.get(key) })))
      return loaded(opened, snapshot)
    },
    async at(location, version) {
      const opened = await store(location)
      const key = `${version}\n${location}`
      const snapshot = await once(key, async () =>
        keep(key, kept.get(key) ?? (await loadSnapshot(opened, { version, from: kept.get(`latest\n${location}`) }))),
      )
      return loaded(opened, snapshot)
    },
    async asOf(location, timestamp) {
      const opened = await store(location)
      return loaded(opened, await loadSnapshot(opened, { timestamp }))
    },
  }
}

/** Lets go of the snapshots that were not used for longest. */
function evict(kept: Map<string, Snapshot>, maxFiles: number): void {
  let files = 0
  for (const snapshot of kept.values()) files += snapshot.numFiles
  for (const [key, snapshot] of kept) {
    if (files <= maxFiles || kept.size === 1) return
    kept.delete(key)
    files -= snapshot.numFiles
  }
}
