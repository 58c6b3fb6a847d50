import { expect } from 'vitest'
import { type Connector, connector, type Delivery, type PublishedRun } from '../../src/connector/index.ts'
import { listEntries } from '../../src/connector/journal.ts'
import { listPending } from '../../src/connector/pending.ts'
import { isDeltaError } from '../../src/errors.ts'
import { objectStorePlane } from '../../src/manifest/index.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import type { Row } from '../../src/schema/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { findTraces } from '../../src/table/index.ts'
import { configOf } from './killed-connector.ts'
import { runsIn, type Seen } from './recipient.ts'
import type { RunName } from './simulated-delivery.ts'
import {
  type Call,
  type Configuration,
  deliveryOfLast,
  type ErasedKey,
  type History,
  historyOf,
  LAST,
  type SimulatedDelivery,
} from './simulated-history.ts'
import { SimulatedShare } from './simulated-share.ts'
import { diceOf, SimulatedTroubles } from './simulated-troubles.ts'
import { SimulatedWitness } from './simulated-witness.ts'
import { type VirtualTime, virtualTime } from './virtual-time.ts'
import { CONNECTOR_ID, provisioned, type World } from './world.ts'

/** Processes at work at one moment. */
const PROCESSES = 3
/** After so many processes that came to grief over it, a call is made by one that does not. */
const GRIEFS = 3
const LEASE_TTL = 1000
const DAY = 86_400_000

/** Any number of rows passes, for it changes with every key that is erased; a key that comes twice does not. */
const CHECKS = { minRowRatio: 0, onDuplicateKey: 'block' }

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
  readonly #world: World
  readonly #random: () => number
  readonly #time: VirtualTime
  readonly #history: History
  readonly #share: SimulatedShare
  readonly #store: ObjectStore
  /** Every state of the share that was ever published, as its recipient saw it then: later some of it may be erased. */
  readonly #generations: { readonly generation: number; readonly seen: Seen }[] = []
  readonly #troubles: SimulatedTroubles
  readonly #witness: SimulatedWitness
  #generation = 0
  #configured = 0
  #isConfiguring = false

  constructor(world: World, time: VirtualTime, random: () => number) {
    this.#world = world
    this.#time = time
    this.#random = random
    this.#history = historyOf(this.#random)
    this.#share = new SimulatedShare(this.#history, LAST)
    this.#store = this.#recorded(world.store)
    this.#troubles = new SimulatedTroubles(this.#time, this.#random)
    this.#witness = new SimulatedWitness(world.runtime.now)
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
      await this.#time.sleep(this.#random() * LEASE_TTL)
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
      return await this.#attempt(call, store)
    } catch (error) {
      if (isDeltaError(error, 'invalid-data') && (wasErasing || this.#share.isErasing)) return false
      if (isDeltaError(error, 'conflict')) return false
      const isUnderstood = isDeltaError(error, 'unavailable') || isDeltaError(error, 'commit-unknown')
      if (trouble !== undefined && isUnderstood) return false
      throw error
    }
  }

  #attempt(call: Call, store: ObjectStore): Promise<boolean> {
    const handle = this.#open(store)
    switch (call.kind) {
      case 'deliver':
        return this.#deliver(handle, call)
      case 'backfill':
        return this.#backfill(handle, call)
      case 'retract':
        return this.#retract(handle, call.run)
      case 'erase':
        return this.#erase(handle, call.key)
      case 'update':
        return this.#update(handle)
      case 'maintain':
        // What is days old may be deleted.
        return this.#time.sleep(this.#random() * 4 * DAY).then(() => done(handle.maintain()))
      case 'reconcile':
        return this.#reconcile(handle)
      case 'touch':
        return this.#touch(store)
      case 'sweep':
        return this.#sweep(store)
    }
  }

  async #deliver(handle: Connector, { delivery, rows }: SimulatedDelivery): Promise<boolean> {
    const { configuration } = this.#share
    try {
      this.#hear(await handle.publish(delivery), rows)
    } catch (error) {
      return this.#isRefused(delivery, error, { isGood: rows > 0, configuration })
    }
    if (configuration !== undefined && configuration === this.#share.configuration) {
      this.#share.delivered(delivery.run.runId, configuration)
    }
    return true
  }

  /** A run that is answered for is seen as the answer says, unless somebody is about to take it back. */
  #hear({ runId, outcome, generation, rows }: PublishedRun, delivered: number): void {
    const isErasing = this.#share.erased.length > 0
    this.#witness.count(`delivery: ${outcome}`)
    if (delivered === 0) this.#witness.count('delivery: spoilt, and its run is there')
    else if (delivered !== rows && !isErasing) this.#witness.count('delivery: other rows are there')
    if (this.#share.isTakenBack(runId)) return
    const { seen = {} } = this.#generations.find((each) => each.generation === generation) ?? {}
    expect(runsIn(seen), `runs in generation ${generation}`).toContain(runId)
    const told = seen.WORKFLOW_RUNS?.find(({ RUN_ID }) => RUN_ID === runId)
    if (!isErasing) expect(rows, `rows of run ${runId}`).toBe(told?.ROW_COUNT)
  }

  /**
   * Whether a delivery was refused for good, as it should be: it holds other rows than it says, or its run was taken back. One
   * of a workflow that is not shared at the moment comes again.
   */
  #isRefused(
    { run, workflow }: Delivery,
    error: unknown,
    { isGood, configuration }: { readonly isGood: boolean; readonly configuration: Configuration | undefined },
  ): boolean {
    if (!isDeltaError(error)) throw error
    const isHeld = error.details.problems !== undefined
    if (isHeld && !isGood) return true
    if (error.code !== 'invalid-argument') throw error
    if (!isHeld && this.#history.retracted.has(run.runId) && error.message.includes('it was taken back;')) return true
    const isShared = configuration?.workflows === 'all' || configuration?.workflows.includes(workflow.id)
    if (isHeld || (isShared && configuration === this.#share.configuration)) throw error
    return false
  }

  async #backfill(handle: Connector, { deliveries, spoilt }: Call & { readonly kind: 'backfill' }): Promise<boolean> {
    const { configuration } = this.#share
    const result = await handle.backfill(deliveries, { workers: 2, runsPerGeneration: 3 }).catch((error: unknown) => {
      if (isDeltaError(error, 'invalid-argument')) return undefined
      throw error
    })
    // Nothing live was published yet.
    if (result === undefined) return false
    if (result.published > 0) this.#witness.count('backfill: published')
    if (result.skipped > 0) this.#witness.count('backfill: skipped')
    expect(
      result.held.filter(({ runId }) => !spoilt.has(runId)),
      'runs of the past that are held',
    ).toEqual([])
    if (result.held.length > 0) this.#witness.count('backfill: held back')
    const isLeft = ({ code, runId }: (typeof result.failed)[number]): boolean => {
      if (code === 'invalid-argument' && this.#history.retracted.has(runId)) return false
      const isShared = configuration?.workflows === 'all' && configuration === this.#share.configuration
      const isWaiting = code === 'invalid-data' && this.#share.isErasing
      if (code !== 'conflict' && !isWaiting && isShared)
        expect(result.failed, 'runs of the past that failed').toEqual([])
      return true
    }
    return !result.failed.some(isLeft)
  }

  /** A run may be taken back once it was delivered, which may be later. */
  async #retract(handle: Connector, run: RunName): Promise<boolean> {
    const end = this.#share.retract(run.runId, this.#generation)
    try {
      const { generation } = await handle.retract(run)
      end(generation)
      return true
    } catch (error) {
      if (isDeltaError(error, 'not-found')) return false
      throw error
    }
  }

  /** Refused while no run of its workflow was ever delivered: then it comes again. */
  async #erase(handle: Connector, key: ErasedKey): Promise<boolean> {
    const { workflowId, sku } = key
    const isTold = ({ WORKFLOW_ID }: Row): boolean => WORKFLOW_ID === workflowId
    const wasTold = this.#generations.some(({ seen }) => seen.WORKFLOWS?.some(isTold))
    this.#history.lost.add(sku)
    const end = this.#share.erase(key, this.#generation)
    try {
      const { generation } = await handle.erase({ workflowId, keys: [{ sku }], alsoInActivityLog: [sku] })
      end(generation)
      return true
    } catch (error) {
      const isRefused =
        isDeltaError(error, 'not-found') && error.message.includes(`never given a run of workflow ${workflowId};`)
      if (wasTold || !isRefused) throw error
      this.#share.refuseErasure(key)
      this.#witness.count('erasure: refused')
      return false
    }
  }

  /** One administrator changes what is shared, and takes the next step when the one before it was made. */
  async #update(handle: Connector): Promise<boolean> {
    const next = this.#history.configurations[this.#configured + 1]
    if (this.#isConfiguring || next === undefined) return next === undefined
    this.#isConfiguring = true
    const end = this.#share.configure(next, this.#generation)
    try {
      const { generation, added, removed } = await handle.update(configOf({ ...next, checks: CHECKS }))
      end(generation)
      if (added.length > 0 || removed.length > 0) this.#witness.count('update: of the share')
      this.#configured++
      return true
    } finally {
      this.#isConfiguring = false
    }
  }

  async #reconcile(handle: Connector): Promise<boolean> {
    for (const { drift, mended } of await handle.reconcile()) {
      this.#witness.count(`reconciliation: ${drift} ${mended ? 'mended' : 'told'}`)
    }
    return true
  }

  async #sweep(store: ObjectStore): Promise<boolean> {
    const keys: string[] = []
    for await (const { key } of store.list({ prefix: `connectors/${CONNECTOR_ID}/staging/` })) keys.push(key)
    await store.delete(keys)
    return true
  }

  /** An administrator who looks after the share moves its generation. */
  async #touch(store: ObjectStore): Promise<boolean> {
    const plane = objectStorePlane(store, { runtime: this.#time.runtime(diceOf(this.#random)) })
    await plane.publish({ share: await plane.loadShare('kadoa_acme'), tables: [], touch: true })
    return true
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
    const runtime = this.#time.runtime(diceOf(this.#random))
    return this.#random() < 0.5 ? { ...runtime, alarm: () => () => {} } : runtime
  }

  #recorded(store: ObjectStore): ObjectStore {
    return {
      ...store,
      put: async (key, body, options) => {
        const put = await store.put(key, body, options)
        if (key.startsWith('sharing/shares/') && put.outcome === 'written') {
          const { generation } = JSON.parse(new TextDecoder().decode(body))
          this.#generation = generation
          this.#generations.push({ generation, seen: await this.#time.still(() => this.#world.see()) })
        }
        return put
      },
    }
  }

  /** Once nothing is on its way any more, whoever publishes next clears away what the dead left; so do an erasure that nobody disturbs, and a reconciliation. */
  async #end(): Promise<void> {
    await this.#troubles.settle()
    const handle = this.#open(this.#store)
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
    this.#share.checkEnd(await this.#world.see())
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
    for (const { generation, seen } of this.#generations) {
      this.#share.check(generation, seen)
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

async function done(work: Promise<unknown>): Promise<boolean> {
  await work
  return true
}
