import { expect } from 'vitest'
import { type Connector, connector, type Delivery } from '../../src/connector/index.ts'
import { listEntries } from '../../src/connector/journal.ts'
import { listPending } from '../../src/connector/pending.ts'
import { isDeltaError } from '../../src/errors.ts'
import { objectStorePlane } from '../../src/manifest/index.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { type FaultRule, type FaultyStore, faultyStore } from '../../src/store/testing.ts'
import { killedAfter } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { type Call, type History, historyOf, LAST } from './simulated-history.ts'
import { virtualTime } from './virtual-time.ts'
import { CONNECTOR_ID, provisioned, type World } from './world.ts'

/** Processes at work at one moment. */
const PROCESSES = 3
/** After so many processes that came to grief over it, a call is made by one that does not. */
const GRIEFS = 3
const LEASE_TTL = 1000
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

export interface Simulated {
  readonly calls: number
  /** Processes that were killed, or met a fault. */
  readonly troubled: number
  readonly generations: number
}

/**
 * Lives through a random history of a connector, in which processes deliver, take back, meet faults and die, several at
 * once; then holds all that a recipient could ever have seen to be whole, and every run to be published once.
 */
export async function simulate(seed: number): Promise<Simulated> {
  try {
    return await new Simulation(seed, await provisioned({ config: { activityLog: false } })).run()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(
      `the history of seed ${seed} went wrong (\`DELTAQUILL_SEED=${seed} DELTAQUILL_HISTORIES=1 npm run soak\` repeats it): ${message}`,
      { cause: error },
    )
  }
}

class Simulation {
  readonly #world: World
  readonly #random: () => number
  readonly #time
  readonly #history: History
  readonly #store: ObjectStore
  /** Every state of the share that was ever published. */
  readonly #generations: { readonly key: string; readonly body: Uint8Array<ArrayBuffer> }[] = []
  readonly #faulty: FaultyStore[] = []
  #calls = 0
  #troubled = 0

  constructor(seed: number, world: World) {
    this.#world = world
    this.#random = simulatedRuntime({ seed }).random
    this.#time = virtualTime(Date.UTC(2026, 1, 1), this.#random)
    this.#history = historyOf(this.#random)
    this.#store = this.#recorded(world.store)
  }

  async run(): Promise<Simulated> {
    await this.#time.run(Promise.all(Array.from({ length: PROCESSES }, () => this.#work(this.#history.calls))))
    for (const store of this.#faulty) await this.#time.run(store.settle())
    // Whoever publishes next clears away what the dead left.
    await this.#time.run(this.#open(this.#store).publish(LAST))
    await this.#checkEnd()
    await this.#checkGenerations()
    return { calls: this.#calls, troubled: this.#troubled, generations: this.#generations.length }
  }

  async #work(calls: Call[]): Promise<void> {
    for (let call = calls.shift(); call !== undefined; call = calls.shift()) {
      if (await this.#make(call)) continue
      calls.splice(Math.floor(this.#random() * (calls.length + 1)), 0, { ...call, griefs: call.griefs + 1 })
      await this.#time.sleep(this.#random() * LEASE_TTL)
    }
  }

  /** @returns whether nobody has to make it again. */
  async #make(call: Call): Promise<boolean> {
    this.#calls++
    if (call.kind === 'touch') return this.#touch()
    const trouble = call.griefs < GRIEFS ? this.#trouble() : undefined
    if (trouble !== undefined) this.#troubled++
    const handle = this.#open(trouble ?? this.#time.slow(this.#store))
    try {
      await (call.kind === 'retract' ? handle.retract(call.run) : handle.publish(call.delivery))
      return true
    } catch (error) {
      if (call.kind === 'deliver' && this.#isRefusal(call.delivery, call.isGood, error)) return true
      // A run may be taken back once it was delivered, which may be later.
      const isEarly = call.kind === 'retract' && isDeltaError(error, 'not-found')
      if (trouble !== undefined || isEarly || isDeltaError(error, 'conflict')) return false
      throw error
    }
  }

  /** Whether a delivery was refused as it should be: it holds other rows than it says, or its run was taken back. */
  #isRefusal({ run }: Delivery, isGood: boolean, error: unknown): boolean {
    if (!isDeltaError(error, 'invalid-argument')) return false
    return error.details.problems === undefined ? this.#history.retracted.has(run.runId) : !isGood
  }

  /** An administrator who looks after the share moves its generation. */
  async #touch(): Promise<boolean> {
    const plane = objectStorePlane(this.#time.slow(this.#store), { runtime: this.#time.runtime(this.#dice()) })
    try {
      await plane.publish({ share: await plane.loadShare('kadoa_acme'), tables: [], touch: true })
      return true
    } catch (error) {
      if (isDeltaError(error, 'conflict')) return false
      throw error
    }
  }

  #open(store: ObjectStore): Connector {
    return connector({
      id: CONNECTOR_ID,
      store,
      runtime: this.#runtime(),
      leaseTtl: LEASE_TTL,
    })
  }

  /** Of one process. The timers of some stand still, so that others take the lease from them while they are at work. */
  #runtime(): Runtime {
    const runtime = this.#time.runtime(this.#dice())
    return this.#random() < 0.5 ? { ...runtime, alarm: () => () => {} } : runtime
  }

  /** What stands between the store and a process that is out of luck; undefined for one that is not. */
  #trouble(): ObjectStore | undefined {
    const slow = this.#time.slow(this.#store)
    const luck = this.#random()
    if (luck < 0.2) return undefined
    if (luck < 0.5) return killedAfter(slow, Math.floor(this.#random() * REQUESTS), this.#random() < 0.5)
    const runtime = this.#time.runtime(this.#dice())
    const faulty = faultyStore(slow, FAULTS, { seed: this.#dice(), runtime })
    this.#faulty.push(faulty)
    return faulty
  }

  #dice(): number {
    return Math.floor(this.#random() * 2 ** 31)
  }

  #recorded(store: ObjectStore): ObjectStore {
    return {
      ...store,
      put: async (key, body, options) => {
        const put = await store.put(key, body, options)
        if (key.startsWith('sharing/shares/') && put.outcome === 'written') {
          this.#generations.push({ key, body: body.slice() })
        }
        return put
      },
    }
  }

  async #checkEnd(): Promise<void> {
    const { runs, retracted } = this.#history
    const seen = await this.#world.see()
    expectWholeGeneration(seen)
    const expected = [...runs, LAST.run.runId].filter((run) => !retracted.has(run))
    expect(runsIn(seen).toSorted()).toEqual(expected.toSorted())
    const entries = await listEntries(this.#world.store, CONNECTOR_ID, {})
    for (const { runId, step } of entries) {
      expect(step, `the journal of run ${runId}`).toBe(retracted.has(runId) ? 'retracted' : 'published')
    }
    expect(entries.map(({ runId }) => runId).toSorted()).toEqual([...runs, LAST.run.runId].toSorted())
    expect(await listPending(this.#world.store, CONNECTOR_ID, {}), 'runs that wait').toEqual([])
  }

  async #checkGenerations(): Promise<void> {
    let shown: string[] = []
    for (const [index, { key, body }] of this.#generations.entries()) {
      const { store } = this.#world
      const then: ObjectStore = {
        ...store,
        get: async (wanted, options) => ({ ...(await store.get(wanted, options)), ...(wanted === key && { body }) }),
      }
      const seen = await this.#world.see(then)
      expectWholeGeneration(seen)
      const runs = runsIn(seen)
      const gone = shown.filter((run) => !runs.includes(run) && !this.#history.retracted.has(run))
      expect(gone, `runs that generation ${index} shows no longer`).toEqual([])
      shown = runs
    }
  }
}
