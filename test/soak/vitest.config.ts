import { defineConfig } from 'vitest/config'
import unit from '../../vitest.config.ts'

/** Read by the tests as numbers. A failed test names the seed that repeats it. */
const { DELTAQUILL_HISTORIES = '300', DELTAQUILL_SEED = String(Date.now() % 1_000_000_000) } = process.env

const last = Number(DELTAQUILL_SEED) + Number(DELTAQUILL_HISTORIES) - 1
/** Where a run begins, for others load this file too. */
const tellSeeds = {
  onTestRunStart: (): void => {
    process.stdout.write(`${DELTAQUILL_HISTORIES} histories, of the seeds ${DELTAQUILL_SEED} to ${last}\n`)
  },
}

/** `npm run soak`: the random tests at length, for half an hour unless said. CI runs the same tests for seconds. */
export default defineConfig({
  ...unit,
  test: {
    ...unit.test,
    include: ['test/connector/simulation.test.ts', 'test/databricks/plane-history.test.ts'],
    env: { ...unit.test?.env, DELTAQUILL_HISTORIES, DELTAQUILL_SEED },
    reporters: ['default', tellSeeds],
    bail: 1,
  },
})
