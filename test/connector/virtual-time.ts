import { throwIfAborted } from '../../src/errors.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { watchedStore } from './killed-store.ts'

/** Time that passes only while everybody waits. Who goes on next is up to the dice, so a seed repeats all that happens. */
export interface VirtualTime {
  /** Clock, ids, dice and timers of one process. */
  runtime(seed: number): Runtime
  sleep(milliseconds: number): Promise<void>
  /** A store whose requests take some milliseconds, and have their effect somewhere between. */
  slow(store: ObjectStore): ObjectStore
  /** Does something while no time passes, so that nobody's requests have their effect meanwhile. */
  still<T>(work: () => Promise<T>): Promise<T>
  /** Lets time pass until all is done. */
  run<T>(work: Promise<T>): Promise<T>
}

const LONGEST_REQUEST = 40
/** Who is not done by then waits for something that never comes. */
const LONGEST = 60 * 24 * 60 * 60 * 1000

interface Timer {
  readonly due: number
  readonly ring: () => void
}

export function virtualTime(start: number, random: () => number): VirtualTime {
  const timers = new Set<Timer>()
  let now = start
  let stills = 0
  const alarm = (milliseconds: number, ring: () => void): (() => void) => {
    const timer = { due: now + milliseconds, ring }
    timers.add(timer)
    return () => void timers.delete(timer)
  }
  const sleep = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    throwIfAborted(signal)
    await new Promise<void>((resolve) => alarm(milliseconds, resolve))
    throwIfAborted(signal)
  }
  const pause = (): Promise<void> => sleep((random() * LONGEST_REQUEST) / 2)
  return {
    sleep,
    runtime: (seed) => ({ ...simulatedRuntime({ seed }), now: () => Math.floor(now), sleep, alarm }),
    slow: (store) =>
      watchedStore(store, async (_, request) => {
        await pause()
        const answer = await request()
        await pause()
        return answer
      }),
    async still(work) {
      stills++
      try {
        return await work()
      } finally {
        stills--
      }
    },
    async run(work) {
      let isOver = false
      const end = (): void => {
        isOver = true
      }
      work.then(end, end)
      for (;;) {
        // All that can go on without the clock does so first. That is over by then, for none of it asks a thread or a file.
        do await new Promise((resolve) => setImmediate(resolve))
        while (stills > 0)
        if (isOver) return await work
        const next = [...timers].reduce<Timer | undefined>(
          (a, b) => (a !== undefined && a.due <= b.due ? a : b),
          undefined,
        )
        if (next === undefined || now > start + LONGEST) throw new Error('somebody waits for ever')
        timers.delete(next)
        now = Math.max(now, next.due)
        next.ring()
      }
    },
  }
}
