import { v4 as uuidv4 } from 'uuid'
import { DeltaError, throwIfAborted } from './errors.ts'

/**
 * Clock, ids, dice and timers. Every part of the library that needs one of them is handed a runtime, so that a table
 * can be reproduced byte for byte and a whole run simulated.
 */
export interface Runtime {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** A fresh version 4 UUID, lower case. */
  uuid(): string
  /** A number in [0, 1). For jitter only, never for secrets: those come from `hash.ts`. */
  random(): number
  /** Waits. @throws {DeltaError} `aborted` when `signal` fires first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** Calls `ring` once the time has passed, unless it is switched off by the function that is given back. */
  alarm(milliseconds: number, ring: () => void): () => void
}

/** The real clock, ids, dice and timers of this process. */
export const systemRuntime: Runtime = {
  now: () => Date.now(),
  uuid: () => uuidv4(),
  random: () => Math.random(),
  sleep,
  alarm(milliseconds, ring) {
    const timer = setTimeout(ring, milliseconds)
    return () => clearTimeout(timer)
  },
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  throwIfAborted(signal)
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(new DeltaError('aborted', 'the caller aborted the wait', { cause: signal?.reason }))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/**
 * A runtime that repeats itself: the clock starts at `start` and moves only when somebody sleeps (or by `tick`
 * milliseconds a reading), and then rings the alarms that are due; ids and dice come from a seed.
 */
export function simulatedRuntime(options: { seed?: number; start?: number; tick?: number } = {}): Runtime {
  const { seed = 1, start = Date.UTC(2026, 0, 1), tick = 0 } = options
  let time = start
  const alarms = new Set<{ readonly due: number; readonly ring: () => void }>()
  let state = seed >>> 0
  // mulberry32: small, seedable and even enough for tests.
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    now() {
      time += tick
      return Math.floor(time)
    },
    uuid: () => uuidv4({ random: Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256)) }),
    random,
    async sleep(milliseconds, signal) {
      throwIfAborted(signal)
      time += milliseconds
      for (const alarm of [...alarms].filter(({ due }) => due <= time)) {
        alarms.delete(alarm)
        alarm.ring()
      }
    },
    alarm(milliseconds, ring) {
      const alarm = { due: time + milliseconds, ring }
      alarms.add(alarm)
      return () => alarms.delete(alarm)
    },
  }
}
