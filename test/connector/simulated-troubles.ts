import type { ObjectStore } from '../../src/store/index.ts'
import { type FaultRule, type FaultyStore, faultyStore } from '../../src/store/testing.ts'
import { killedAfter } from './killed-store.ts'
import type { Call } from './simulated-history.ts'
import type { VirtualTime } from './virtual-time.ts'

/** More than a publication makes. */
const REQUESTS = 250

const FAULTS: readonly FaultRule[] = [
  // A publisher that waits long for its swap, while others take the lease from it if its timers stand still.
  { fault: 'slow', operations: ['put'], key: /^sharing\/shares\//, chance: 0.5 },
  {
    fault: ['reset', '503', 'error-in-200', 'answer-lost', '500-after', 'late', 'twice', 'slow', 'broken-list'],
    chance: 0.005,
  },
]

/** What goes wrong with the processes of a history. */
export class SimulatedTroubles {
  readonly #time: VirtualTime
  readonly #random: () => number
  readonly #faulty: FaultyStore[] = []

  constructor(time: VirtualTime, random: () => number) {
    this.#time = time
    this.#random = random
  }

  /** What stands between the store and a process that is out of luck; undefined for one that is not. */
  of({ kind }: Call, store: ObjectStore): ObjectStore | undefined {
    const slow = this.#time.slow(store)
    const luck = this.#random()
    if (luck < 0.2) return undefined
    const requests = kind === 'deliver' || kind === 'touch' ? REQUESTS : 3 * REQUESTS
    if (luck < 0.5) return killedAfter(slow, Math.floor(this.#random() * requests), this.#random() < 0.5)
    const runtime = this.#time.runtime(diceOf(this.#random))
    const faulty = faultyStore(slow, FAULTS, { seed: diceOf(this.#random), runtime })
    this.#faulty.push(faulty)
    return faulty
  }

  /** Lets what was delayed have its effect. */
  async settle(): Promise<void> {
    for (const store of this.#faulty) await store.settle()
  }
}

/** A seed for what has dice of its own. */
export function diceOf(random: () => number): number {
  return Math.floor(random() * 2 ** 31)
}
