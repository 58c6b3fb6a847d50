import { expect, test } from 'vitest'
import { simulate } from './simulation.ts'

/** `npm run soak` lives through more of them, from a seed of its own on. */
const HISTORIES = Number(process.env.DELTAQUILL_HISTORIES ?? 4)
const SEED = Number(process.env.DELTAQUILL_SEED ?? 1)

/** It says "stuck", never "slow". */
const TIMEOUT = 600_000

const seeds = Array.from({ length: HISTORIES }, (_, index) => SEED + index)

test.each(seeds)(
  'a history of troubled processes publishes every run once, in whole generations (seed %s)',
  async (seed) => {
    const { troubled, generations } = await simulate(seed)
    expect(troubled).toBeGreaterThan(0)
    expect(generations).toBeGreaterThan(0)
  },
  TIMEOUT,
)
