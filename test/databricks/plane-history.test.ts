import { test } from 'vitest'
import { liveThrough } from './plane-history.ts'

/** `npm run soak` lives through more of them, from a seed of its own on. */
const HISTORIES = Number(process.env.DELTAQUILL_HISTORIES ?? 12)
const SEED = Number(process.env.DELTAQUILL_SEED ?? 1)

const seeds = Array.from({ length: HISTORIES }, (_, index) => SEED + index)

test.each(seeds)(
  'publishers in trouble and people who change things by hand leave a share that can be reconciled (seed %s)',
  liveThrough,
)
