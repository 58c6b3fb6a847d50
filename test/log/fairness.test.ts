import { expect, test } from 'vitest'
import { commit, loadSnapshot, type Snapshot } from '../../src/log/index.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { add, appendOf, committed, createTable } from './table.ts'

const WRITERS = 8
const COMMITS = 50

/** Time that passes only when everybody waits: the one who wakes first goes on. */
function virtualTime() {
  let now = 0
  let waiting = 0
  const sleepers: { readonly at: number; readonly order: number; readonly wake: () => void }[] = []
  return {
    now: () => now,
    sleep: (milliseconds: number): Promise<void> =>
      new Promise((wake) => {
        sleepers.push({ at: now + milliseconds, order: waiting++, wake })
      }),
    /** Lets time pass until `done` has ended. */
    async run<T>(done: Promise<T>): Promise<T> {
      let isOver = false
      const end = done.finally(() => {
        isOver = true
      })
      end.catch(() => {})
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve))
        if (isOver) return await end
        const next = sleepers.sort((a, b) => a.at - b.at || a.order - b.order).shift()
        if (next === undefined) throw new Error('everybody waits for ever')
        now = next.at
        next.wake()
      }
    },
  }
}

/** How many times the attempts of the fastest writer the slowest needs. */
function spread(attempts: readonly number[]): number {
  return Math.max(...attempts) / Math.min(...attempts)
}

test.each([1, 2])(`${WRITERS} writers of one table get on alike, by the dice of seed %s`, async (seed) => {
  const attempts = await contend(seed)
  console.info(`seed ${seed}: attempts of ${WRITERS} writers for ${COMMITS} commits each: ${attempts.join(', ')}`)
  expect(spread(attempts)).toBeLessThanOrEqual(2)
})

test('they would not if nobody paused after a lost race', async () => {
  expect(spread(await contend(1, { pauses: false }))).toBeGreaterThan(2)
})

/** Attempts of each writer, over a store whose requests take 5 to 25 ms. */
async function contend(seed: number, { pauses = true } = {}): Promise<number[]> {
  const time = virtualTime()
  const inner = memoryStore({ runtime: simulatedRuntime() })
  const created = await createTable(inner, simulatedRuntime())
  const write = async (writer: number): Promise<number> => {
    const simulated = simulatedRuntime({ seed: seed * 100 + writer })
    const { random } = simulated
    const runtime: Runtime = { ...simulated, now: time.now, sleep: pauses ? time.sleep : async () => {} }
    const store = slow(inner, () => time.sleep(5 + random() * 20))
    let snapshot: Snapshot = created
    let attempts = 0
    for (let index = 0; index < COMMITS; index++) {
      const outcome = committed(await commit(store, appendOf(snapshot, add(`f-${writer}-${index}`)), { runtime }))
      attempts += outcome.attempts
      snapshot = outcome.snapshot
    }
    return attempts
  }
  const found = await time.run(Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))))
  expect(await loadSnapshot(inner)).toMatchObject({ version: WRITERS * COMMITS, numFiles: WRITERS * COMMITS })
  return found
}

function slow(inner: ObjectStore, wait: () => Promise<void>): ObjectStore {
  return {
    ...inner,
    async put(...call) {
      await wait()
      return await inner.put(...call)
    },
    async get(...call) {
      await wait()
      return await inner.get(...call)
    },
    async *list(options) {
      await wait()
      yield* inner.list(options)
    },
  }
}
