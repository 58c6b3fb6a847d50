import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseJson } from '../../src/json.ts'
import { parseLogPath, type Snapshot } from '../../src/log/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'

/** The logs of tables that Spark wrote, with checkpoints: see fixtures/README.md. */
export const TABLES = 'fixtures/log/tables'
export const tableNames = readdirSync(TABLES).filter((name) => !name.includes('.'))

/** A log from disk in memory, where it can be damaged; only the files that are wanted. */
export async function logInMemory(table: string, wanted: (key: string) => boolean = () => true): Promise<ObjectStore> {
  const store = memoryStore()
  for (const entry of readdirSync(table, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const key = path.slice(table.length + 1)
    if (!entry.isFile() || entry.name.startsWith('.') || !wanted(key)) continue
    await store.put(key, readFileSync(path), { mode: 'overwrite' })
  }
  return store
}

export function isCheckpoint(key: string): boolean {
  return key.includes('.checkpoint.') || key.includes('_last_checkpoint')
}

/** Leaves out what only a log without checkpoints needs: the commits that the newest one stands for. */
export function withoutOldCommits(checkpoint: number): (key: string) => boolean {
  return (key) => {
    const file = parseLogPath(key)
    return file.kind !== 'commit' || file.version > checkpoint
  }
}

/** What a snapshot says, for comparison. Checkpoints say that their files are no change. */
export function stateOf({ version, protocol, metadata, state }: Snapshot): unknown {
  const files = Array.from(state.files.values(), ({ dataChange: _, stats, ...file }) => ({
    ...file,
    stats: stats === undefined ? undefined : parseJson(stats),
  }))
  const tombstones = Array.from(state.tombstones.values(), ({ path, deletionVector }) => ({ path, deletionVector }))
  const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1)
  return {
    version,
    protocol,
    metadata,
    files: files.sort(byPath),
    tombstones: tombstones.sort(byPath),
    txns: [...state.txns.values()],
    domains: [...state.domains.values()],
  }
}
