import { expect, test } from 'vitest'
import { type Simulated, simulate } from './simulation.ts'

/** Between them, these reach all that histories are for. `npm run soak` lives through more, from a seed of its own on. */
const { DELTAQUILL_HISTORIES, DELTAQUILL_SEED } = process.env
const HISTORIES = Number(DELTAQUILL_HISTORIES ?? 6)
const SEED = Number(DELTAQUILL_SEED ?? 5)

/** It says "stuck", never "slow". */
const TIMEOUT = 600_000

const seeds = Array.from({ length: HISTORIES }, (_, index) => SEED + index)
const histories = new Map<number, Promise<Simulated>>()

/** Each is lived through once, whoever asks. */
function historyOf(seed: number): Promise<Simulated> {
  const history = histories.get(seed) ?? simulate(seed)
  histories.set(seed, history)
  return history
}

test.each(seeds)(
  'a history of troubled processes publishes every run once, in whole generations (seed %s)',
  async (seed) => {
    await historyOf(seed)
  },
  TIMEOUT,
)

test(
  'a history repeats itself, request by request',
  async () => {
    const { digest } = await historyOf(SEED)
    expect((await simulate(SEED)).digest).toBe(digest)
  },
  TIMEOUT,
)

/** What histories are for. Which seed reaches what is up to every request that is made: where one is missed, try other seeds. */
const REACHED = [
  'process: in trouble',
  'lease: taken from another',
  'share: swapped by another meanwhile',
  'table: committed to by another meanwhile',
  'delivery: published',
  'delivery: skipped',
  'delivery: other rows are there',
  'delivery: spoilt, and its run is there',
  'run: staging → held',
  'run: held → staged',
  'run: staged → staging',
  'run: staged by another',
  'run: committed by another',
  'run: published by another',
  'run: published → retracted',
  'backfill: published',
  'backfill: skipped',
  'backfill: passed over',
  'backfill: held back',
  'erasure: of rows that were seen',
  'erasure: of events that were seen',
  'erasure: refused',
  'update: of the share',
  'update: of the latest mode',
  'update: of the history',
  'reconciliation: waiting-runs mended',
  'reconciliation: waiting-events mended',
]

if (DELTAQUILL_HISTORIES === undefined && DELTAQUILL_SEED === undefined) {
  test.each(REACHED)(
    'histories reach "%s"',
    async (what) => {
      const all = await Promise.all(seeds.map(historyOf))
      expect(all.some(({ reached }) => reached.has(what))).toBe(true)
    },
    TIMEOUT,
  )
}
