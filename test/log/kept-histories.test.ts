import { describe, expect, test } from 'vitest'
import { formatCommitPath, loadSnapshot, type Snapshot, writeCheckpoint } from '../../src/log/index.ts'
import { checksumOf } from '../../src/log/write-checksum.ts'
import type { Runtime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { History } from './random-history.ts'
import { stateOf } from './stored.ts'

const HISTORIES = 8

/** A log of nothing but a checkpoint and the commit of its version. */
async function checkpointAlone(store: ObjectStore, snapshot: Snapshot, runtime: Runtime): Promise<ObjectStore> {
  const alone = memoryStore({ runtime })
  const commitFile = formatCommitPath(snapshot.version)
  await alone.put(commitFile, (await store.get(commitFile)).body, { mode: 'create' })
  await writeCheckpoint(alone, snapshot, { runtime })
  return alone
}

const seeds = Array.from({ length: HISTORIES }, (_, index) => index + 1)

describe.each(seeds)('in history %s', (seed) => {
  test('the state from commits is the state from a checkpoint of every version, and what its checksum says', async () => {
    const history = new History(seed)
    const kinds = new Set<unknown>()
    for await (const snapshot of history.snapshots()) {
      const { version, metadata } = snapshot
      const fromCommits = await loadSnapshot(history.store, { version })
      const alone = await checkpointAlone(history.store, snapshot, history.runtime)
      expect(stateOf(await loadSnapshot(alone))).toEqual(stateOf(fromCommits))
      expect(checksumOf(snapshot)).toEqual(checksumOf(fromCommits))
      kinds.add(metadata.configuration['delta.checkpointPolicy'])
    }
    expect(kinds.size).toBeGreaterThan(0)
  })
})
