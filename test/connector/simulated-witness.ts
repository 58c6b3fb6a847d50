import { sha256Text } from '../../src/hash.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { watchedStore } from './killed-store.ts'

/** Where a record was last seen, and who had put it. */
interface Sighting {
  readonly state: string | null
  readonly process: number
}

/**
 * Sees the requests of all processes of a history: whether they are the same whenever its seed is lived through, and what came
 * about, so that histories are known to reach what they are for. What is put tells it; nobody has to say anything.
 */
export class SimulatedWitness {
  readonly #now: () => number
  readonly #requests: string[] = []
  readonly #counts = new Map<string, number>()
  readonly #sightings = new Map<string, Sighting>()
  #processes = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** The store as a process of its own has it. */
  watch(store: ObjectStore): ObjectStore {
    const process = ++this.#processes
    const noted = watchedStore(store, (request, run) => {
      this.#requests.push(`${this.#now()} ${request}`)
      return run()
    })
    return {
      ...noted,
      put: async (key, body, options) => {
        const put = await noted.put(key, body, options)
        if (put.outcome === 'written') this.#seePut(key, body, process)
        if (put.outcome === 'precondition-failed') this.#seeLost(key)
        return put
      },
    }
  }

  /** Something came about. */
  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }

  /** How often each thing came about. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  /** A digest of all requests in their order, each with its time. */
  digest(): string {
    return sha256Text(this.#requests.join('\n'), 'hex')
  }

  #seePut(key: string, body: Uint8Array, process: number): void {
    if (key.endsWith('/lease.json')) {
      const { before, state: holder } = this.#see(key, body, 'holder', process)
      if (before?.state && holder !== null && holder !== before.state) this.count('lease: taken from another')
    }
    if (key.includes('/journal/')) {
      const { before, state: step } = this.#see(key, body, 'step', process)
      if (before === undefined || step === before.state) return
      this.count(`run: ${before.state} → ${step}`)
      if (before.process !== process) this.count(`run: ${step} by another`)
    }
  }

  #seeLost(key: string): void {
    if (key.startsWith('sharing/shares/')) this.count('share: swapped by another meanwhile')
    if (/\/_delta_log\/\d+\.json$/.test(key)) this.count('table: committed to by another meanwhile')
  }

  #see(key: string, body: Uint8Array, member: string, process: number): { before?: Sighting; state: string | null } {
    const state: string | null = JSON.parse(new TextDecoder().decode(body))[member]
    const before = this.#sightings.get(key)
    this.#sightings.set(key, { state, process })
    return { ...(before && { before }), state }
  }
}
