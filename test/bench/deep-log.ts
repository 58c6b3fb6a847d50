import {
  advance,
  commit,
  formatClassicCheckpointPath,
  formatCommit,
  formatCommitPath,
  loadSnapshot,
  type Snapshot,
  writeCheckpoint,
} from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { countingStore } from './counting-store.ts'
import { addAction, FIRST_ACTIONS } from './log-tables.ts'

const INTERVAL = 10
const LATER = 3

/**
 * A log of so many versions, with a checkpoint after every tenth, and three commits more. All checkpoints have the bytes of
 * the newest, which lists one file: the others are not to be read.
 */
export async function deepLog(versions: number): Promise<ObjectStore> {
  const store = memoryStore()
  const runtime = simulatedRuntime({ seed: 1 })
  await put(store, formatCommitPath(0), formatCommit(FIRST_ACTIONS))
  for (let version = 1; version <= versions; version++) {
    await put(store, formatCommitPath(version), formatCommit([addAction(version)]))
  }
  const first = await loadSnapshot(store, { version: 0 })
  const newest = { version: versions, actions: [addAction(versions)], lastModified: runtime.now() }
  await writeCheckpoint(store, advance(first, store.location, [newest]), { runtime })
  const { body } = await store.get(formatClassicCheckpointPath(versions))
  for (let version = INTERVAL; version < versions; version += INTERVAL) {
    await store.put(formatClassicCheckpointPath(version), body, { mode: 'create' })
  }
  for (let version = versions + 1; version <= versions + LATER; version++) {
    await put(store, formatCommitPath(version), formatCommit([addAction(version)]))
  }
  return store
}

async function put(store: ObjectStore, key: string, text: string): Promise<void> {
  await store.put(key, new TextEncoder().encode(text), { mode: 'create' })
}

/** The requests of opening a log, of an append after that and another one, and of a refresh that finds nothing new. */
export async function requestsOnDeepLog(inner: ObjectStore): Promise<Readonly<Record<string, readonly string[]>>> {
  const { store, counted } = countingStore(inner)
  const runtime = simulatedRuntime({ seed: 2 })
  const taken = (): readonly string[] => counted.splice(0)
  const append = async (snapshot: Snapshot, number: number): Promise<Snapshot> => {
    const request = { snapshot, actions: [addAction(number)], operation: 'WRITE', blindAppend: true }
    const result = await commit(store, { ...request, operationParameters: {} }, { runtime })
    if (result.outcome === 'committed') return result.snapshot
    throw new Error(`expected a commit, found ${result.outcome}`)
  }
  const opened = await loadSnapshot(store)
  const open = taken()
  const first = await append(opened, -1)
  const firstAppend = taken()
  const second = await append(first, -2)
  const secondAppend = taken()
  await loadSnapshot(store, { from: second })
  return { open, firstAppend, secondAppend, refresh: taken() }
}
