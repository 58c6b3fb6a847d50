import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import unit from '../../vitest.config.ts'

/** Read by the tests as numbers. A failed test names the seed that repeats it. */
const { DELTAQUILL_HISTORIES = '2000', DELTAQUILL_SEED = String(Date.now() % 1_000_000_000) } = process.env

const histories = Number(DELTAQUILL_HISTORIES)
const first = Number(DELTAQUILL_SEED)
/** One for each core: the histories of a file run one after the other. */
const parts = Math.min(availableParallelism(), histories)

/** The seeds of a part follow each other, from this one on. */
const seedOf = (part: number): number => first + Math.floor((histories * part) / parts)

/** Where a run begins, for others load this file too. */
const tellSeeds = {
  onTestRunStart: (): void => {
    process.stdout.write(`${histories} histories, of the seeds ${first} to ${first + histories - 1}\n`)
  },
}

/** `npm run soak`: the random tests at length, for hours unless said. CI runs the same tests for seconds. */
export default defineConfig({
  test: {
    maxWorkers: '100%',
    reporters: ['default', tellSeeds],
    bail: 1,
    projects: Array.from({ length: parts }, (_, part) => ({
      ...unit,
      test: {
        ...unit.test,
        name: `seeds from ${seedOf(part)}`,
        include: ['test/connector/simulation.test.ts', 'test/databricks/plane-history.test.ts'],
        env: {
          ...unit.test?.env,
          DELTAQUILL_HISTORIES: String(seedOf(part + 1) - seedOf(part)),
          DELTAQUILL_SEED: String(seedOf(part)),
        },
      },
    })),
  },
})
