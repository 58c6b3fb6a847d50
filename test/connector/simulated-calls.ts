import { expect } from 'vitest'
import { type Connector, connector, type Delivery, type PublishedRun } from '../../src/connector/index.ts'
import { isDeltaError } from '../../src/errors.ts'
import { objectStorePlane } from '../../src/manifest/index.ts'
import type { Runtime } from '../../src/runtime.ts'
import type { Row } from '../../src/schema/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { configOf } from './killed-connector.ts'
import { runsIn } from './recipient.ts'
import type { RunName } from './simulated-delivery.ts'
import type { SimulatedGenerations } from './simulated-generations.ts'
import type { Call, Configuration, ErasedKey, History, SimulatedDelivery } from './simulated-history.ts'
import type { SimulatedShare } from './simulated-share.ts'
import { diceOf } from './simulated-troubles.ts'
import type { SimulatedWitness } from './simulated-witness.ts'
import type { VirtualTime } from './virtual-time.ts'
import { CONNECTOR_ID } from './world.ts'

const LEASE_TTL = 1000
const DAY = 86_400_000

/** Any number of rows passes, for it changes with every key that is erased; a key that comes twice does not. */
export const CHECKS = { minRowRatio: 0, onDuplicateKey: 'block' }

/** All that calls have to do with. */
interface Around {
  readonly history: History
  readonly share: SimulatedShare
  readonly generations: SimulatedGenerations
  readonly witness: SimulatedWitness
  readonly time: VirtualTime
  readonly random: () => number
}

/** Makes the calls of a history, each as a process of its own, and holds what is answered to be what it may be by then. */
export class SimulatedCalls {
  readonly #history: History
  readonly #share: SimulatedShare
  readonly #generations: SimulatedGenerations
  readonly #witness: SimulatedWitness
  readonly #time: VirtualTime
  readonly #random: () => number
  #configured = 0
  #isConfiguring = false

  constructor({ history, share, generations, witness, time, random }: Around) {
    this.#history = history
    this.#share = share
    this.#generations = generations
    this.#witness = witness
    this.#time = time
    this.#random = random
  }

  /** @returns whether nobody has to make it again. */
  make(call: Call, store: ObjectStore): Promise<boolean> {
    const handle = this.open(store)
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
    const seen = this.#generations.seenAt(generation)
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
    if (result.retracted > 0) this.#witness.count('backfill: passed over')
    expect(
      result.held.filter(({ runId }) => !spoilt.has(runId)),
      'runs of the past that are held',
    ).toEqual([])
    if (result.held.length > 0) this.#witness.count('backfill: held back')
    const isLeft = ({ code }: (typeof result.failed)[number]): boolean => {
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
    const end = this.#share.retract(run.runId, this.#generations.newest)
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
    const wasTold = [...this.#generations].some(({ seen }) => seen.WORKFLOWS?.some(isTold))
    this.#history.lost.add(sku)
    const end = this.#share.erase(key, this.#generations.newest)
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
    const [now, next] = this.#history.configurations.slice(this.#configured)
    if (this.#isConfiguring || next === undefined) return next === undefined
    this.#isConfiguring = true
    const end = this.#share.configure(next, this.#generations.newest)
    try {
      const { generation, added, removed } = await handle.update(configOf({ ...next, checks: CHECKS }))
      end(generation)
      if (added.length > 0 || removed.length > 0) this.#witness.count('update: of the share')
      if (next.latestMode !== now?.latestMode) this.#witness.count('update: of the latest mode')
      if (next.history.versions !== now?.history.versions) this.#witness.count('update: of the history')
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

  /** A handle of a process of its own. */
  open(store: ObjectStore): Connector {
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
}

async function done(work: Promise<unknown>): Promise<boolean> {
  await work
  return true
}
