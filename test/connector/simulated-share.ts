import { expect } from 'vitest'
import type { Row } from '../../src/schema/index.ts'
import { expectWholeGeneration, runsIn, type Seen, type SeenVersion } from './recipient.ts'
import type { SimulatedRun } from './simulated-delivery.ts'
import type { Configuration, ErasedKey, History } from './simulated-history.ts'

/** Something that came into force: after the generation in which it was begun it may hold, from a later one on it does. */
interface Change<T> {
  readonly value: T
  readonly begun: number
  done: number
}

/** What a recipient must see of a share, whoever did what at the same time and came to grief: by what was asked for, and done. */
export class SimulatedShare {
  readonly #runs: ReadonlyMap<string, SimulatedRun>
  readonly #configurations: Change<Configuration>[]
  readonly #retracted = new Map<string, Change<string>>()
  readonly #erased = new Map<string, Change<ErasedKey>>()
  /** Keys whose erasure was refused, and that nobody asked to erase since: their source has lost them all the same. */
  readonly #refused = new Set<string>()
  /** Events that were delivered while nothing spoke against them, and that nobody asked to forget since. */
  readonly #kept = new Map<string, string>()
  /** Runs that any generation until now has shown. */
  readonly #shown = new Set<string>()
  /** Of each run that was shown, the versions of it that all generations until now may have shown. */
  readonly #versions = new Map<string, SimulatedRun['versions']>()
  /** Whether the generation before this one had an activity log. */
  #wasLogged = false

  constructor({ runs, configurations }: History, last: SimulatedRun) {
    this.#runs = new Map([...runs, last].map((run) => [run.runId, run]))
    this.#configurations = configurations.slice(0, 1).map((value) => ({ value, begun: -1, done: 0 }))
  }

  /** The configuration in force; undefined while another one comes. */
  get configuration(): Configuration | undefined {
    const now = this.#configurations.at(-1)
    return now?.done === Number.POSITIVE_INFINITY ? undefined : now?.value
  }

  get erased(): string[] {
    return [...this.#erased.keys()]
  }

  /** Whether an erasure was begun and is not done: until it is, rows that were staged before it may wait. */
  get isErasing(): boolean {
    return [...this.#erased].some(([sku, { done }]) => done === Number.POSITIVE_INFINITY && !this.#refused.has(sku))
  }

  /** @returns what is to be called with the generation in which it is done. Begun again, it was begun when it first was. */
  configure(value: Configuration, generation: number): (generation: number) => void {
    const last = this.#configurations.at(-1)
    if (last?.value === value) return endOf(last)
    for (const [event, workflowId] of this.#kept) {
      if (!value.activityLog || !isShared(value, workflowId)) this.#kept.delete(event)
    }
    const change = { value, begun: generation, done: Number.POSITIVE_INFINITY }
    this.#configurations.push(change)
    return endOf(change)
  }

  retract(runId: string, generation: number): (generation: number) => void {
    return begin(this.#retracted, runId, runId, generation)
  }

  /** Whether somebody asked for it: the run may be seen or not. */
  isTakenBack(runId: string): boolean {
    return this.#retracted.has(runId)
  }

  erase(key: ErasedKey, generation: number): (generation: number) => void {
    for (const event of this.#kept.keys()) if (event.includes(key.sku)) this.#kept.delete(event)
    this.#refused.delete(key.sku)
    return begin(this.#erased, key.sku, key, generation)
  }

  refuseErasure({ sku }: ErasedKey): void {
    this.#refused.add(sku)
  }

  /** A run was delivered, with its events, all by one configuration. */
  delivered(runId: string, configuration: Configuration): void {
    const run = this.#runs.get(runId)
    if (run === undefined || !configuration.activityLog || !isShared(configuration, run.workflowId)) return
    for (const event of run.events) {
      if (!this.erased.some((sku) => event.includes(sku))) this.#kept.set(event, run.workflowId)
    }
  }

  /**
   * Holds what a recipient sees of a generation to be what it may see. To be called with each in turn.
   * @param history the versions that it may read, where somebody looked at them.
   */
  check(generation: number, seen: Seen, history: readonly SeenVersion[] | undefined): void {
    const possible = this.#configurationsAt(generation)
    expectWholeGeneration(
      seen,
      possible.map(({ latestMode }) => latestMode),
    )
    const runs = runsIn(seen)
    for (const workflowId of new Set([...this.#runs.values()].map((run) => run.workflowId))) {
      const isShown = Object.keys(seen).some((table) => table.startsWith(`WF_${workflowId.toUpperCase()}__`))
      const ofIt = runs.filter((runId) => this.#runs.get(runId)?.workflowId === workflowId)
      if (!possible.some((configuration) => isShared(configuration, workflowId))) {
        expect(isShown, `tables of ${workflowId}, which is not shared`).toBe(false)
        expect(
          ofIt.filter((run) => !this.#shown.has(run)),
          `new runs of ${workflowId}, which is not shared`,
        ).toEqual([])
      }
      if (possible.every((configuration) => isShared(configuration, workflowId)) && ofIt.length > 0) {
        expect(isShown, `tables of ${workflowId}`).toBe(true)
      }
    }
    const gone = [...this.#shown].filter(
      (run) => !runs.includes(run) && !hasBegun(this.#retracted.get(run), generation),
    )
    expect(gone, 'runs that are shown no longer').toEqual([])
    expect(
      runs.filter((run) => isDone(this.#retracted.get(run), generation)),
      'runs that were taken back',
    ).toEqual([])
    for (const run of runs) this.#shown.add(run)
    this.#checkRows(generation, seen)
    this.#checkLog(generation, seen, possible)
    if (history !== undefined) this.#checkHistory(generation, seen, history)
  }

  /** Holds the end, at which all is shared, to show everything that was delivered and not taken back or erased. */
  checkEnd(seen: Seen, history: readonly SeenVersion[], generation: number): void {
    this.#checkHistory(generation, seen, history)
    const expected = [...this.#runs.keys()].filter((runId) => !this.#retracted.has(runId))
    expect(runsIn(seen).toSorted()).toEqual(expected.toSorted())
    const events = (seen.ACTIVITY_LOG ?? []).map(({ EVENT_ID }) => EVENT_ID)
    expect(events, 'events that were delivered').toEqual(expect.arrayContaining([...this.#kept.keys()]))
  }

  #configurationsAt(generation: number): Configuration[] {
    return this.#configurations
      .filter((change, index) => {
        // One that asks for what is in force moves no generation: it is done in the one in which it was begun.
        const mayHold = change.begun < generation || change.done <= generation
        return mayHold && generation < (this.#configurations[index + 1]?.done ?? Number.POSITIVE_INFINITY)
      })
      .map(({ value }) => value)
  }

  /** Of each run that is shown, all rows of one version but those that are erased; from then on of the same version. */
  #checkRows(generation: number, seen: Seen): void {
    for (const { RUN_ID, TABLE_NAME, STATUS } of seen.WORKFLOW_RUNS ?? []) {
      const [runId, rows] = [String(RUN_ID), seen[String(TABLE_NAME)]]
      if (STATUS !== 'PUBLISHED' || rows === undefined) continue
      this.#versions.set(runId, this.#versionsOf(runId, rows, generation))
    }
  }

  /** Every version that may be read holds whole runs, without those that were taken back, and without what was erased. */
  #checkHistory(generation: number, seen: Seen, history: readonly SeenVersion[]): void {
    const possible = this.#configurationsAt(generation)
    const isShown = (shown: boolean): boolean => possible.every(({ history: { versions } }) => versions === shown)
    const names = new Set(history.map(({ table }) => table))
    if (isShown(false)) expect([...names], 'tables that show their history').toEqual([])
    if (isShown(true)) expect(Object.keys(seen).filter((name) => /__V\d+$/.test(name) && !names.has(name))).toEqual([])
    for (const { table, version, rows } of history) {
      for (const runId of new Set(rows.map(({ KADOA_RUN_ID }) => String(KADOA_RUN_ID)))) {
        const isBack = isDone(this.#retracted.get(runId), generation)
        expect(isBack, `run ${runId} was taken back, and is in version ${version} of ${table}`).toBe(false)
        this.#versionsOf(runId, rows, generation)
      }
    }
  }

  /** The versions of a run of which some rows may show all that is left. */
  #versionsOf(runId: string, rows: readonly Row[], generation: number): SimulatedRun['versions'] {
    const found = rows.filter(({ KADOA_RUN_ID }) => KADOA_RUN_ID === runId).map(({ sku }) => String(sku))
    const known = this.#versions.get(runId) ?? this.#runs.get(runId)?.versions ?? []
    const possible = known.filter((skus) => this.#mayBeLeft(found, skus, generation))
    expect(possible, `versions of run ${runId} whose rows are ${found.join(', ')}`).not.toEqual([])
    return possible
  }

  /** Whether some rows are all that is left of a run. */
  #mayBeLeft(found: readonly string[], skus: readonly string[], generation: number): boolean {
    const mustBeGone = (sku: string): boolean => isDone(this.#erased.get(sku), generation)
    const mayBeGone = (sku: string): boolean => hasBegun(this.#erased.get(sku), generation)
    return (
      found.every((sku) => skus.includes(sku) && !mustBeGone(sku)) &&
      skus.every((sku) => found.filter((each) => each === sku).length === 1 || (mayBeGone(sku) && !found.includes(sku)))
    )
  }

  #checkLog(generation: number, { ACTIVITY_LOG }: Seen, possible: readonly Configuration[]): void {
    const isLogged = ACTIVITY_LOG !== undefined
    if (possible.every(({ activityLog }) => !activityLog)) expect(isLogged, 'an activity log').toBe(false)
    if (possible.every(({ activityLog }) => activityLog) && this.#wasLogged) {
      expect(isLogged, 'an activity log').toBe(true)
    }
    const events = (ACTIVITY_LOG ?? []).map(({ EVENT_ID }) => String(EVENT_ID))
    expect(new Set(events).size, 'events that are told once').toBe(events.length)
    for (const { EVENT_ID, WORKFLOW_ID } of ACTIVITY_LOG ?? []) {
      const mayBeTold = possible.some((configuration) => isShared(configuration, String(WORKFLOW_ID)))
      expect(mayBeTold, `whether ${EVENT_ID} may be told`).toBe(true)
    }
    const erased = this.erased.filter((sku) => isDone(this.#erased.get(sku), generation))
    expect(
      events.filter((event) => erased.some((sku) => event.includes(sku))),
      'events with an erased key',
    ).toEqual([])
    this.#wasLogged = isLogged
  }
}

function begin<T>(
  changes: Map<string, Change<T>>,
  name: string,
  value: T,
  generation: number,
): (generation: number) => void {
  const change = changes.get(name) ?? { value, begun: generation, done: Number.POSITIVE_INFINITY }
  changes.set(name, change)
  return endOf(change)
}

function endOf(change: Change<unknown>): (generation: number) => void {
  return (generation) => {
    change.done = Math.min(change.done, generation)
  }
}

function isDone(change: Change<unknown> | undefined, generation: number): boolean {
  return change !== undefined && generation >= change.done
}

function hasBegun(change: Change<unknown> | undefined, generation: number): boolean {
  return change !== undefined && generation > change.begun
}

function isShared({ workflows }: Configuration, workflowId: string): boolean {
  return workflows === 'all' || workflows.includes(workflowId)
}
