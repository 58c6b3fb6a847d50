import type { Runtime } from '../../src/runtime.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import type { ObjectStore } from '../../src/store/index.ts'

/** A world in which many writers wait and act at once, as fast as the machine computes, and the same way every time. */
export interface SimulatedTime {
  /** Clock, dice and timers of one writer. */
  runtime(seed: number): Runtime
  /** A store whose puts and reads take 10 to 40 milliseconds; a put takes effect half-way. */
  slow(store: ObjectStore): ObjectStore
  /** Lets time pass until everything is done. */
  run<T>(work: Promise<T>): Promise<T>
}

export function simulatedTime(): SimulatedTime {
  const timers: { due: number; fire: () => void }[] = []
  const dice = simulatedRuntime({ seed: 7 })
  let now = Date.UTC(2026, 0, 1)
  const sleep = (milliseconds: number): Promise<void> =>
    new Promise((fire) => timers.push({ due: now + milliseconds, fire }))
  const latency = (): Promise<void> => sleep(5 + dice.random() * 15)

  return {
    runtime(seed) {
      return { ...simulatedRuntime({ seed }), now: () => Math.floor(now), sleep }
    },
    slow(store) {
      return {
        ...store,
        async put(...request) {
          await latency()
          const answer = await store.put(...request)
          await latency()
          return answer
        },
        async get(...request) {
          await latency()
          const answer = await store.get(...request)
          await latency()
          return answer
        },
        async *list(options) {
          await latency()
          yield* store.list(options)
        },
      }
    },
    async run(work) {
      let pending = true
      const end = (): void => {
        pending = false
      }
      work.then(end, end)
      while (pending) {
        // Everything that can go on without the clock does so first.
        await new Promise((resolve) => setImmediate(resolve))
        timers.sort((a, b) => a.due - b.due)
        const next = timers.shift()
        if (next) now = next.due
        next?.fire()
      }
      return await work
    },
  }
}
