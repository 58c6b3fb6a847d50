import { beforeAll, describe, expect, test } from 'vitest'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { type FaultPlan, faultyStore } from '../../src/store/testing.ts'
import { rewritingStore, withoutIds } from '../log/rewriting-store.ts'
import { type Cell, contradictionsIn, type FaultyPlace, formatFaults, formatMatrix, tryAll } from './outcomes/matrix.ts'
import { type Trial, trials } from './outcomes/operations.ts'
import { page, pageWith } from './outcomes/page.ts'

/** A table in memory, behind faults, and `between` the faults and the table. */
async function placeInMemory(between: (store: ObjectStore) => ObjectStore = (store) => store): Promise<FaultyPlace> {
  const runtime = simulatedRuntime()
  const sound = memoryStore({ runtime })
  let plan: FaultPlan = () => undefined
  const faulty = faultyStore(sound, (request) => plan(request), { runtime })
  return {
    sound,
    failing: between(faulty),
    runtime,
    begin(planned) {
      plan = planned
    },
    async end() {
      plan = () => undefined
      await faulty.settle()
    },
  }
}

describe('what an operation tells its caller', () => {
  let cells: readonly Cell[] = []
  beforeAll(async () => {
    cells = await tryAll(() => placeInMemory())
  })

  test('is true under every fault, once and lasting', () => {
    expect(contradictionsIn(cells)).toEqual([])
    expect(cells.length).toBeGreaterThan(150)
  })

  test('is what docs/outcomes.md says (`npx vitest run test/table/outcomes.test.ts -u` rewrites it)', async () => {
    await expect(pageWith({ faults: formatFaults(), 'at the store': formatMatrix(cells) })).toMatchFileSnapshot(page)
  })
})

test('would be false after every lost answer, if a writer did not know its own commit again', async () => {
  const writes = trials.filter(({ name }) => name === 'create' || name === 'append: commit')
  const found = contradictionsIn(await tryAll(() => placeInMemory(withoutIds), writes))
  for (const fault of ['answer-lost', '500-after', 'twice']) {
    expect(found).toContain(`create, ${fault}: told already-exists, and it is there 1 times`)
    // Whoever takes its own commit for another's deletes the data file that the table needs.
    expect(found.join('\n')).toContain(`append: commit, ${fault}: told conflict, and the table cannot be read`)
  }
})

test('would be false after a damaged read, if a reader left out the lines that it does not understand', async () => {
  const lenient = (store: ObjectStore): ObjectStore =>
    rewritingStore(store, (text) => text.split('\n').filter(isJson).join('\n'))
  const opening = trials.filter(({ name }) => name === 'open' || name === 'refresh')
  const found = contradictionsIn(await tryAll(() => placeInMemory(lenient), opening.map(ofCommitsWithRows)))
  for (const name of ['open', 'refresh']) expect(found.join('\n')).toContain(`${name}, cut lasting: the rows`)
})

test('would tell of an earlier version after a broken listing, if its end passed for the end of the log', async () => {
  const trusting = (store: ObjectStore): ObjectStore => ({
    ...store,
    async *list(options) {
      try {
        yield* store.list(options)
      } catch {
        // What was listed so far is taken for all.
      }
    },
  })
  const opening = trials.filter(({ name }) => name === 'open' || name === 'refresh')
  const trusted = await tryAll(() => placeInMemory(trusting), opening)
  const told = trusted.filter(({ fault }) => fault === 'broken-list').map(({ outcome }) => outcome)
  expect(told).toEqual(Array(4).fill('an earlier version'))
})

/** Only the commits behind version 0: without that one there is no table. */
function ofCommitsWithRows(trial: Trial): Trial {
  return { ...trial, requests: { operations: ['get'], key: /_delta_log\/0*[1-9]\.json$/ } }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
