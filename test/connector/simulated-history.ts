import type { ConnectorConfig, Delivery } from '../../src/connector/index.ts'
import { delivered, type RunName, type SimulatedRun, SPOILINGS, simulatedRun, skuOf } from './simulated-delivery.ts'

/** Something that somebody does, sooner or later. */
export type Call = {
  /** How many processes tried it and came to grief. */
  readonly griefs: number
} & (
  | SimulatedDelivery
  | { readonly kind: 'backfill'; readonly deliveries: readonly Delivery[]; readonly spoilt: ReadonlySet<string> }
  | { readonly kind: 'retract'; readonly run: RunName }
  | { readonly kind: 'erase'; readonly key: ErasedKey }
  /** To the next of the configurations: each is in force before the one after it is asked for. */
  | { readonly kind: 'update' }
  /** Somebody deletes what is staged: whoever was to go on with it stages other rows. */
  | { readonly kind: 'maintain' | 'reconcile' | 'touch' | 'sweep' }
)

export interface SimulatedDelivery {
  readonly kind: 'deliver'
  readonly delivery: Delivery
  /** How many rows it brings; none of one that is to be held back. */
  readonly rows: number
}

/** Whose rows are erased. No other text holds the key. */
export interface ErasedKey {
  readonly workflowId: string
  readonly sku: string
}

/** What is shared, and how it is shown, as somebody wants it for a while. */
export interface Configuration {
  readonly workflows: 'all' | readonly string[]
  readonly activityLog: boolean
  readonly latestMode: ConnectorConfig['latestMode']
  readonly history: { readonly versions: boolean }
}

/** All that is to happen to a connector, in the order in which it is begun. */
export interface History {
  readonly calls: Call[]
  /** Its runs; no two have an id in common, whatever their workflows. */
  readonly runs: readonly SimulatedRun[]
  /** The ids of those that are taken back. */
  readonly retracted: ReadonlySet<string>
  /** The first of them is that of the beginning; the last shares all. No two are the same object. */
  readonly configurations: readonly Configuration[]
  /** Keys that the source has lost. Whoever erases one takes it out of the source first. */
  readonly lost: Set<string>
}

const SKU = { name: 'sku', dataType: 'STRING', isKey: true }
const LAYOUTS = [
  [SKU, { name: 'title', dataType: 'STRING' }, { name: 'price', dataType: 'NUMBER' }],
  [SKU, { name: 'price', dataType: 'STRING' }],
  [SKU],
]
/** As a connector has it that was told nothing else. */
const EVERYTHING: Configuration = {
  workflows: 'all',
  activityLog: true,
  latestMode: 'latest_run',
  history: { versions: true },
}
const LATEST_MODES: readonly Configuration['latestMode'][] = [
  'latest_run',
  'all_runs_of_latest_version',
  'current_by_key',
]

/** The run that ends a history, newer than all others. */
export const LAST: SimulatedRun = {
  workflowId: 'shop',
  runId: 'last',
  day: 29,
  versions: [['last-sku']],
  events: ['done by last'],
}

export function deliveryOfLast(): Delivery {
  return delivered(LAST, { skus: ['last-sku'], fields: LAYOUTS[0] ?? [], lost: new Set() })
}

/**
 * Two or three workflows of a few runs each, whose fields change now and then; each delivered one to five times, now and then with
 * other fields or rows than before, or with rows that do not pass. Meanwhile somebody takes runs back, erases keys, wants less
 * shared, then all again, and other rows in the latest tables, and looks after the tables.
 */
export function historyOf(random: () => number): History {
  const upTo = (count: number): number => Math.floor(random() * count)
  /** Now and then another than most. */
  const oneOf = <T>(values: readonly T[], most: T): T => (random() < 0.2 ? (values[upTo(values.length)] ?? most) : most)
  const some = (count: number, call: Call): Call[] => Array.from({ length: upTo(count) }, () => call)
  const workflows = ['shop', 'news', 'jobs'].slice(0, 2 + upTo(2))
  const configurations = configurationsOf(workflows, random)
  const calls: Call[] = [
    ...some(3, { kind: 'touch', griefs: 0 }),
    ...some(2, { kind: 'maintain', griefs: 0 }),
    ...some(3, { kind: 'reconcile', griefs: 0 }),
    ...some(6, { kind: 'sweep', griefs: 0 }),
    ...configurations.slice(1).map((): Call => ({ kind: 'update', griefs: 0 })),
  ]
  const runs: SimulatedRun[] = []
  const retracted = new Set<string>()
  const lost = new Set<string>()
  const past: Delivery[] = []
  const spoilt = new Set<string>()
  for (const workflowId of workflows) {
    let fields = LAYOUTS[0] ?? []
    const count = 1 + upTo(4)
    for (let day = 1; day <= count; day++) {
      if (random() < 0.3) fields = LAYOUTS[upTo(LAYOUTS.length)] ?? fields
      const run = simulatedRun(workflowId, day, 2 + upTo(3))
      const [skus = []] = run.versions
      const delivery = delivered(run, { skus, fields, lost })
      runs.push(run)
      const isPast = day < count && random() < 0.3
      if (isPast || random() < 0.1) past.push(delivery)
      for (let times = isPast ? upTo(2) : 1 + upTo(5); times > 0; times--) {
        const brought = { skus: oneOf(run.versions, skus), fields: oneOf(LAYOUTS, fields), lost }
        calls.push({ kind: 'deliver', delivery: delivered(run, brought), rows: brought.skus.length, griefs: 0 })
      }
      for (const spoil of SPOILINGS.filter(() => random() < 0.1)) {
        if (!isPast && random() < 0.3) {
          past.push(spoil(delivery))
          spoilt.add(run.runId)
        }
        calls.push({ kind: 'deliver', delivery: spoil(delivery), rows: 0, griefs: 0 })
      }
      if (random() < 0.15) {
        retracted.add(run.runId)
        calls.push({ kind: 'retract', run, griefs: 0 })
      }
    }
    if (random() < 0.4) calls.push({ kind: 'erase', key: { workflowId, sku: skuOf(workflowId, upTo(3)) }, griefs: 0 })
  }
  for (let times = past.length === 0 ? 0 : 1 + upTo(2); times > 0; times--) {
    calls.push({ kind: 'backfill', deliveries: past, spoilt, griefs: 0 })
  }
  return { calls: shuffled(calls, random), runs, retracted, configurations, lost }
}

function configurationsOf(workflows: readonly string[], random: () => number): Configuration[] {
  if (random() < 0.4) return [EVERYTHING]
  const count = 1 + Math.floor(random() * 2)
  const shown = (): Pick<Configuration, 'latestMode' | 'history'> => ({
    latestMode: LATEST_MODES[Math.floor(random() * LATEST_MODES.length)] ?? 'latest_run',
    history: { versions: random() < 0.6 },
  })
  const less = Array.from({ length: count }, () => ({
    workflows: random() < 0.3 ? ('all' as const) : someOf(workflows, random),
    activityLog: random() < 0.6,
    ...shown(),
  }))
  return [EVERYTHING, ...less, { ...EVERYTHING, ...shown() }]
}

/** One at least. */
function someOf<T>(values: readonly T[], random: () => number): T[] {
  const some = values.filter(() => random() < 0.6)
  return some.length === 0 ? values.slice(0, 1) : some
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value)
}
