import { expect, test } from 'vitest'
import { backoffDelay } from '../../src/log/backoff.ts'
import { commit, loadSnapshot } from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { simulatedTime } from './simulated-time.ts'
import { add, appendOf, committed, createTable, paths } from './table.ts'

const WRITERS = 8
const COMMITS = 50

test('the delay is 20 to 50 milliseconds at first, doubles, and ends at 0.8 seconds', () => {
  const least = { ...simulatedRuntime(), random: () => 0 }
  const most = { ...simulatedRuntime(), random: () => 0.9999 }
  expect([1, 2, 3, 5, 6, 99].map((failures) => backoffDelay(failures, least))).toEqual([20, 40, 80, 320, 320, 320])
  expect([1, 2, 3, 5, 6, 99].map((failures) => backoffDelay(failures, most))).toEqual([50, 100, 200, 800, 800, 800])
})

test.each([0, 100])(
  'eight writers that commit fifty times each, %i ms apart, all get through, none with twice the attempts of another',
  async (pauseBetween) => {
    const time = simulatedTime()
    const inner = memoryStore({ runtime: time.runtime(0) })
    const created = await createTable(inner, time.runtime(0))
    const store = time.slow(inner)
    const write = async (writer: number): Promise<number> => {
      const runtime = time.runtime(writer)
      let snapshot = created
      let attempts = 0
      for (let i = 0; i < COMMITS; i++) {
        await runtime.sleep(pauseBetween * runtime.random())
        const done = committed(await commit(store, appendOf(snapshot, add(`${writer}-${i}`)), { runtime }))
        snapshot = done.snapshot
        attempts += done.attempts
      }
      return attempts
    }
    const attempts = await time.run(Promise.all(Array.from({ length: WRITERS }, (_, index) => write(index + 1))))
    expect(Math.max(...attempts)).toBeLessThanOrEqual(2 * Math.min(...attempts))
    const end = await loadSnapshot(inner)
    expect(end.version).toBe(WRITERS * COMMITS)
    expect(new Set(paths(end)).size).toBe(WRITERS * COMMITS)
  },
)
