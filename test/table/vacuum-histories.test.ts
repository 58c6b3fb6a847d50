import fc from 'fast-check'
import { expect, test } from 'vitest'
import { simulatedRuntime, type Table } from '../../src/index.ts'
import { decodePath, loadSnapshot } from '../../src/log/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'
import { keysOf } from '../keys-of.ts'
import { contentOf, live, reopened, STEP_KINDS, type Step } from './maintenance-history.ts'

/** Half of the steps add rows, so that there is something to take away. */
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(fc.constant('append' as const), fc.constantFrom(...STEP_KINDS)),
  choice: fc.nat(40),
})
const scene = fc.record({
  steps: fc.array(step, { minLength: 6, maxLength: 12 }),
  /** Which versions are kept, and which was the newest when the retention began: counted round. */
  kept: fc.array(fc.nat(100), { maxLength: 2 }),
  begin: fc.nat(100),
  seed: fc.nat(1000),
})

/** The keys of all data files and change files of some versions. */
async function filesOf(store: ObjectStore, versions: readonly number[]): Promise<Set<string>> {
  const keys = new Set<string>()
  for (const version of versions) {
    for (const { path } of (await loadSnapshot(store, { version })).files()) keys.add(decodePath(path))
  }
  return keys
}

async function dataKeys(store: ObjectStore): Promise<string[]> {
  return (await keysOf(store)).filter((key) => !key.startsWith('_'))
}

test('after a vacuum every version to be kept still holds exactly what it held, and nothing else is left', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async ({ steps, kept, begin, seed }) => {
      const runtime = simulatedRuntime({ seed, tick: 1 })
      const store = memoryStore({ runtime })
      const { table, contents } = await live(store, runtime, [...steps, { kind: 'optimize', choice: 0 }])
      const newest = table.version
      const keepVersions = kept.map((choice) => choice % (newest + 1))
      const current = begin % (newest + 1)
      await runtime.sleep(1000)
      const since = (await loadSnapshot(store, { version: current })).timestamp + 500
      // The clock ticks with each reading: what is asked for is a little more than half a second after that version.
      const retentionMilliseconds = runtime.now() - since
      const within = [...contents.keys()].filter((version) => version >= current)
      const needed = await filesOf(store, [...within, ...keepVersions, newest])
      const before = new Map<string, number>()
      for await (const { key, lastModified } of store.list()) before.set(key, lastModified)

      const changed = (at: Table) => collect(at.changes({ from: current + 1, to: newest }))
      const changes = current < newest ? await changed(table) : []

      await table.vacuum({ retentionMilliseconds, keepVersions, force: true })
      await table.settled()

      const after = await reopened(store, runtime)
      for (const version of new Set([...within, ...keepVersions])) {
        expect(await contentOf(after, version)).toEqual(contents.get(version))
      }
      expect(await contentOf(after)).toEqual(contents.get(newest))
      if (current < newest) expect(await changed(after)).toEqual(changes)
      for (const key of await dataKeys(store)) {
        const isYoung = (before.get(key) ?? 0) > since
        expect(needed.has(key) || isYoung, key).toBe(true)
      }
    }),
    { numRuns: 8 },
  )
}, 30_000)
