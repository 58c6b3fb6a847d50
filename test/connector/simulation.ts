import { expect } from 'vitest'
import { listEntries } from '../../src/connector/journal.ts'
import { listPending } from '../../src/connector/pending.ts'
import { isDeltaError } from '../../src/errors.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import type { Row } from '../../src/schema/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { findTraces } from '../../src/table/index.ts'
import { CHECKS, SimulatedCalls } from './simulated-calls.ts'
import { SimulatedGenerations } from './simulated-generations.ts'
import { type Call, deliveryOfLast, type History, historyOf, LAST } from './simulated-history.ts'
import { SimulatedShare } from './simulated-share.ts'
import { SimulatedTroubles } from './simulated-troubles.ts'
import { SimulatedWitness } from './simulated-witness.ts'
import { type VirtualTime, virtualTime } from './virtual-time.ts'
import { CONNECTOR_ID, type PinnedWorld, provisioned } from './world.ts'

/** Processes at work at one moment. */
const PROCESSES = 3
/** After so many processes that came to grief over it, a call is made by one that does not. */
const GRIEFS = 3
/** Milliseconds until a call that came to grief is made again, at most. */
const PATIENCE = 1000

export interface Simulated {
  /** What came about, and how often. */
  readonly reached: ReadonlyMap<string, number>
  /** A digest of all requests in their order, with their times: the same whenever the seed is lived through. */
  readonly digest: string
}

/**
 * Lives through a random history of a connector, in which processes deliver, take back, erase, change what is shared and look
 * after it, meet faults and die, several at once; then holds all that a recipient could ever have seen to be whole, and
 * to be what was asked for until then.
 */
export async function simulate(seed: number): Promise<Simulated> {
  try {
    const { random } = simulatedRuntime({ seed })
    const time = virtualTime(Date.UTC(2026, 1, 1), random)
    // The storage's clock is that of all processes.
    const runtime = { ...simulatedRuntime({ seed }), now: time.runtime(seed).now }
    return await new Simulation(await provisioned({ config: { checks: CHECKS }, runtime }), time, random).run()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(
      `the history of seed ${seed} went wrong (\`DELTAQUILL_SEED=${seed} DELTAQUILL_HISTORIES=1 npm run soak\` repeats it): ${message}`,
      { cause: error },
    )
  }
}

class Simulation {
  readonly #world: PinnedWorld
  readonly #random: () => number
  readonly #time: VirtualTime
  readonly #history: History
  readonly #share: SimulatedShare
  readonly #store: ObjectStore
  readonly #generations = new SimulatedGenerations()
  readonly #troubles: SimulatedTroubles
  readonly #witness: SimulatedWitness
  readonly #calls: SimulatedCalls

  constructor(world: PinnedWorld, time: VirtualTime, random: () => number) {
    this.#world = world
    this.#time = time
    this.#random = random
    this.#history = historyOf(this.#random)
    this.#share = new SimulatedShare(this.#history, LAST)
    this.#store = this.#generations.recorded(world, time)
    this.#troubles = new SimulatedTroubles(this.#time, this.#random)
    this.#witness = new SimulatedWitness(world.runtime.now)
    const [history, share, generations, witness] = [this.#history, this.#share, this.#generations, this.#witness]
    this.#calls = new SimulatedCalls({ history, share, generations, witness, time, random })
  }

  async run(): Promise<Simulated> {
    await this.#time.run(Promise.all(Array.from({ length: PROCESSES }, () => this.#work(this.#history.calls))))
    await this.#time.run(this.#end())
    this.#checkGenerations()
    await this.#checkEnd()
    return { reached: this.#witness.counts, digest: this.#witness.digest() }
  }

  async #work(calls: Call[]): Promise<void> {
    for (let call = calls.shift(); call !== undefined; call = calls.shift()) {
      if (await this.#make(call)) continue
      calls.splice(Math.floor(this.#random() * (calls.length + 1)), 0, { ...call, griefs: call.griefs + 1 })
      await this.#time.sleep(this.#random() * PATIENCE)
    }
  }

  /** @returns whether nobody has to make it again. */
  async #make(call: Call): Promise<boolean> {
    const own = this.#witness.watch(this.#store)
    const trouble = call.griefs < GRIEFS ? this.#troubles.of(call, own) : undefined
    if (trouble !== undefined) this.#witness.count('process: in trouble')
    const store = trouble ?? this.#time.slow(own)
    const wasErasing = this.#share.isErasing
    try {
      return await this.#calls.make(call, store)
    } catch (error) {
      if (isDeltaError(error, 'invalid-data') && (wasErasing || this.#share.isErasing)) return false
      if (isDeltaError(error, 'conflict')) return false
      const isUnderstood = isDeltaError(error, 'unavailable') || isDeltaError(error, 'commit-unknown')
      if (trouble !== undefined && isUnderstood) return false
      throw error
    }
  }

  /** Once nothing is on its way any more, whoever publishes next clears away what the dead left; so do an erasure that nobody disturbs, and a reconciliation. */
  async #end(): Promise<void> {
    await this.#troubles.settle()
    const handle = this.#calls.open(this.#store)
    await handle.publish(deliveryOfLast())
    const { erased } = this.#share
    if (erased.length > 0) {
      const { proof } = await handle.erase({ keys: erased.map((sku) => ({ sku })), alsoInActivityLog: erased })
      expect(proof.traces, 'traces of what was erased').toEqual([])
    }
    await handle.reconcile()
    expect(await handle.reconcile(), 'what a reconciliation left').toEqual([])
    expect(
      (await handle.verify()).filter(({ ok }) => !ok),
      'what does not pass',
    ).toEqual([])
  }

  async #checkEnd(): Promise<void> {
    const { runs, retracted } = this.#history
    const { store } = this.#world
    this.#share.checkEnd(await this.#world.see(), await this.#world.seeHistory(), this.#generations.newest)
    const entries = await listEntries(store, CONNECTOR_ID, {})
    for (const { runId, step } of entries) {
      expect(step, `the journal of run ${runId}`).toBe(retracted.has(runId) ? 'retracted' : 'published')
    }
    expect(entries.map(({ runId }) => runId).toSorted()).toEqual([...runs, LAST].map(({ runId }) => runId).toSorted())
    expect(await listPending(store, CONNECTOR_ID, {}), 'runs that wait').toEqual([])
    const { erased } = this.#share
    if (erased.length > 0) expect(await findTraces(store, erased), 'objects with an erased key').toEqual([])
  }

  #checkGenerations(): void {
    for (const { generation, seen, history } of this.#generations) {
      this.#share.check(generation, seen, history)
      const { ACTIVITY_LOG = [], ...tables } = seen
      this.#countErased('events', ACTIVITY_LOG, 'EVENT_ID')
      this.#countErased('rows', Object.values(tables).flat(), 'sku')
    }
  }

  #countErased(what: string, rows: readonly Row[], column: string): void {
    const isErased = (row: Row): boolean => this.#share.erased.some((sku) => String(row[column]).includes(sku))
    if (rows.some(isErased)) this.#witness.count(`erasure: of ${what} that were seen`)
  }
}
