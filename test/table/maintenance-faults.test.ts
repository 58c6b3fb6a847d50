import { expect, test } from 'vitest'
import { openTable, type Runtime, simulatedRuntime, type Table } from '../../src/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'
import { keysOf } from '../keys-of.ts'
import { contentOf, live, reopened, type Step } from './maintenance-history.ts'

const STEPS: readonly Step[] = [
  { kind: 'append', choice: 0 },
  { kind: 'append', choice: 0 },
  { kind: 'delete', choice: 1 },
  { kind: 'litter', choice: 2 },
  { kind: 'append', choice: 2 },
]

type Verb = (table: Table) => Promise<unknown>

const verbs: readonly (readonly [name: string, verb: Verb])[] = [
  ['optimize', (table) => table.optimize()],
  ['vacuum', (table) => table.vacuum({ retentionMilliseconds: 0, force: true, keepVersions: [2] })],
  ['restore', (table) => table.restore({ version: 2 })],
  ['forgetting', (table) => table.forgetHistory({ before: table.version })],
]

test.each(verbs)(
  '%s that is cut off at any request leaves a sound table, and can be repeated',
  async (name, verb) => {
    const runtime = simulatedRuntime({ tick: 1 })
    const origin = memoryStore({ runtime })
    const { contents } = await live(origin, runtime, STEPS)
    const newest = Math.max(...contents.keys())
    for (let request = 0, isCut = true; isCut; request++) {
      const store = await copyOf(origin, runtime)
      let count = 0
      let cutAt: string | undefined
      // From one request on nothing gets through any more, as after a kill.
      const dying = faultyStore(store, ({ operation, key }) => {
        if (cutAt === undefined && count++ < request) return undefined
        cutAt ??= `${operation} ${key}`
        return operation === 'put' ? 'late' : '503'
      })
      const cut = await openTable('memory://t', { store: dying, runtime }).catch(() => undefined)
      if (cut) await verb(cut).catch(() => undefined)
      await cut?.settled()
      isCut = cutAt !== undefined

      const after = await reopened(store, runtime)
      const expected = name === 'restore' && after.version > newest ? contents.get(2) : contents.get(newest)
      expect(await contentOf(after), `${name} cut at ${cutAt}`).toEqual(expected)
      if (name !== 'forgetting') expect(await contentOf(after, 2), `${name} cut at ${cutAt}`).toEqual(contents.get(2))
      await verb(after)
      expect(await contentOf(after)).toEqual(name === 'restore' ? contents.get(2) : contents.get(newest))
      await after.settled()
    }
  },
  30_000,
)

async function copyOf(origin: ObjectStore, runtime: Runtime): Promise<ObjectStore> {
  const copy = memoryStore({ runtime })
  for (const key of await keysOf(origin)) await copy.put(key, (await origin.get(key)).body, { mode: 'create' })
  return copy
}
