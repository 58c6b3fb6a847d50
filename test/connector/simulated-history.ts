import type { Delivery } from '../../src/connector/index.ts'
import { deliveryOf } from './world.ts'

/** Something that somebody does, sooner or later. */
export type Call = {
  /** How many processes tried it and came to grief. */
  readonly griefs: number
} & (
  | { readonly kind: 'deliver'; readonly delivery: Delivery; readonly isGood: boolean }
  | { readonly kind: 'retract'; readonly run: { readonly workflowId: string; readonly runId: string } }
  | { readonly kind: 'touch' }
)

/** All that is to happen to a connector, in the order in which it is begun. */
export interface History {
  readonly calls: Call[]
  /** The ids of its runs; no two workflows have one in common. */
  readonly runs: readonly string[]
  /** Those that are taken back. */
  readonly retracted: ReadonlySet<string>
}

const SKU = { name: 'sku', dataType: 'STRING', isKey: true }
const LAYOUTS = [
  [SKU, { name: 'title', dataType: 'STRING' }, { name: 'price', dataType: 'NUMBER' }],
  [SKU, { name: 'price', dataType: 'STRING' }],
  [SKU],
]

/** The run that ends a history, newer than all others. */
export const LAST = deliveryOf({ runId: 'last', day: 29 })

/** Two or three workflows of a few runs each, whose fields change now and then; each delivered one to five times. */
export function historyOf(random: () => number): History {
  const upTo = (count: number): number => Math.floor(random() * count)
  const calls: Call[] = Array.from({ length: upTo(3) }, () => ({ kind: 'touch', griefs: 0 }))
  const runs: string[] = []
  const retracted = new Set<string>()
  for (const workflowId of ['shop', 'news', 'jobs'].slice(0, 2 + upTo(2))) {
    let fields = LAYOUTS[0] ?? []
    const count = 1 + upTo(4)
    for (let day = 1; day <= count; day++) {
      if (random() < 0.3) fields = LAYOUTS[upTo(LAYOUTS.length)] ?? fields
      const runId = `${workflowId}-${day}`
      const delivery = deliveryOf({ workflowId, runId, day, rows: 2 + upTo(3), fields })
      runs.push(runId)
      for (let times = 1 + upTo(5); times > 0; times--) {
        calls.push({ kind: 'deliver', delivery, isGood: true, griefs: 0 })
      }
      if (random() < 0.15) calls.push({ kind: 'deliver', delivery: short(delivery), isGood: false, griefs: 0 })
      if (random() < 0.1) {
        retracted.add(runId)
        calls.push({ kind: 'retract', run: { workflowId, runId }, griefs: 0 })
      }
    }
  }
  return { calls: shuffled(calls, random), runs, retracted }
}

/** The same run, short of a row that it says it has. */
function short(delivery: Delivery): Delivery {
  return { ...delivery, run: { ...delivery.run, expectedRecords: 9 } }
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value)
}
