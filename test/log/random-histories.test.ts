import { describe, expect, test } from 'vitest'
import { isDeltaError } from '../../src/errors.ts'
import {
  type CommitOutcome,
  commit,
  formatCommitPath,
  loadSnapshot,
  parseCommit,
  resolveCommit,
  type Snapshot,
} from '../../src/log/index.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { canBefall, type Fault, type FaultPlan, type FaultyStore, faultyStore } from '../../src/store/testing.ts'
import { withoutIds } from './rewriting-store.ts'
import { add, appendOf, createTable } from './table.ts'

const HISTORIES = 50
const WRITERS = 3
const COMMITS = 6

interface Attempt {
  readonly path: string
  readonly outcome: CommitOutcome
}

/** How often a request fails in quiet times, and how outages come and go. */
const FAULT_CHANCE = 0.3
const OUTAGE_CHANCE = 0.02
const OUTAGE_REQUESTS = 25

/** All that hides an outcome or passes; what forbids the request for good ends the history of a writer at once. */
const FAULTS: readonly Fault[] = ['409', '503', 'answer-lost', 'late', 'twice', 'cut', 'flipped', 'stale-list']

/** Requests fail in every way we know, now and then alone, now and then in outages, in which all fail in one way. */
function randomFaults({ random }: Runtime): FaultPlan {
  let outage = 0
  let inOutage = 0
  return ({ operation }) => {
    const possible = FAULTS.filter((fault) => canBefall(fault, operation))
    const chosen = Math.floor(random() * possible.length)
    if (outage-- > 0) return possible[inOutage % possible.length]
    if (random() < OUTAGE_CHANCE) [outage, inOutage] = [OUTAGE_REQUESTS, chosen]
    return random() < FAULT_CHANCE ? possible[chosen] : undefined
  }
}

/** Several writers append file after file through one failing store; whoever loses its handle opens the table again. */
async function history(
  seed: number,
  between: (store: ObjectStore) => ObjectStore = (store) => store,
): Promise<{ inner: ObjectStore; store: FaultyStore; attempts: Attempt[] }> {
  const runtime = simulatedRuntime({ seed })
  const inner = memoryStore({ runtime })
  const created = await createTable(inner, runtime)
  const store = faultyStore(between(inner), randomFaults(runtime))
  const attempts: Attempt[] = []
  const write = async (writer: number): Promise<void> => {
    let snapshot: Snapshot = created
    for (let index = 0; index < COMMITS; index++) {
      const path = `file-${writer}-${index}`
      const outcome = await commit(store, appendOf(snapshot, add(path)), { runtime })
      attempts.push({ path, outcome })
      snapshot = outcome.outcome === 'committed' ? outcome.snapshot : await reopen(inner)
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
  await store.settle()
  return { inner, store, attempts }
}

async function reopen(store: ObjectStore): Promise<Snapshot> {
  return await loadSnapshot(store)
}

/** How often each path was added, over all versions of the log. */
async function addsByPath(store: ObjectStore): Promise<Map<string, number>> {
  const adds = new Map<string, number>()
  for (let version = 0; ; version++) {
    const file = formatCommitPath(version)
    const object = await store.get(file).catch((error: unknown) => {
      if (isDeltaError(error, 'not-found')) return undefined
      throw error
    })
    if (!object) return adds
    for (const action of parseCommit(new TextDecoder().decode(object.body), file)) {
      if ('add' in action) adds.set(action.add.path, (adds.get(action.add.path) ?? 0) + 1)
    }
  }
}

/** One file a version after the first. */
async function countOf(store: ObjectStore): Promise<{ version: number; numFiles: number }> {
  const { size } = await addsByPath(store)
  return { version: size, numFiles: size }
}

/** What the log and the answers to the writers say against each other. */
async function contradictions(inner: ObjectStore, attempts: readonly Attempt[]): Promise<string[]> {
  const adds = await addsByPath(inner)
  const found: string[] = []
  for (const { path, outcome } of attempts) {
    const times = adds.get(path) ?? 0
    const settled = outcome.outcome === 'unknown' ? await resolveCommit(inner, outcome.token) : outcome
    const expected = settled.outcome === 'committed' ? 1 : 0
    if (times !== expected) found.push(`${path} was answered ${outcome.outcome} and is there ${times} times`)
  }
  return found
}

const seeds = Array.from({ length: HISTORIES }, (_, index) => index + 1)

describe('in random histories over a failing store', () => {
  test('every acknowledged commit is there once, no reported failure ever is, and the log has no gap', async () => {
    const outcomes = new Map<string, number>()
    for (const seed of seeds) {
      const { inner, attempts } = await history(seed)
      expect({ seed, contradictions: await contradictions(inner, attempts) }).toEqual({ seed, contradictions: [] })
      expect(await loadSnapshot(inner), `seed ${seed}`).toMatchObject(await countOf(inner))
      for (const { outcome } of attempts) outcomes.set(outcome.outcome, (outcomes.get(outcome.outcome) ?? 0) + 1)
    }
    // The faults must have been hard enough to matter, and not so hard that nothing came through.
    expect(outcomes.get('unknown')).toBeGreaterThan(10)
    expect(outcomes.get('not-committed')).toBeGreaterThan(5)
    expect(outcomes.get('committed')).toBeGreaterThan(HISTORIES * WRITERS * COMMITS * 0.5)
  })

  test('the same seed gives the same log, byte for byte', async () => {
    const [first, second] = [await history(7), await history(7)]
    expect(first.store.requests).toEqual(second.store.requests)
    expect(first.attempts.map(({ outcome }) => outcome.outcome)).toEqual(
      second.attempts.map(({ outcome }) => outcome.outcome),
    )
  })

  test('a writer that cannot see its own id would contradict the log: the check has teeth', async () => {
    const found: string[] = []
    for (const seed of seeds.slice(0, 10)) {
      const { inner, attempts } = await history(seed, withoutIds)
      found.push(...(await contradictions(inner, attempts)))
    }
    expect(found.length).toBeGreaterThan(10)
  })
})

test.each([2, 20, 60])('%s concurrent appends make as many versions and as many files', async (writers) => {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const snapshot = await createTable(store, runtime)
  const outcomes = await Promise.all(
    Array.from({ length: writers }, (_, index) => commit(store, appendOf(snapshot, add(`f${index}`)), { runtime })),
  )
  const versions = outcomes.map((outcome) => (outcome.outcome === 'committed' ? outcome.version : outcome.outcome))
  expect(new Set(versions)).toEqual(new Set(Array.from({ length: writers }, (_, index) => index + 1)))
  expect(await loadSnapshot(store)).toMatchObject({ version: writers, numFiles: writers })
})

test('of concurrent runs of one transaction exactly one is done', async () => {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const snapshot = await createTable(store, runtime)
  const txn = { txn: { appId: 'loader', version: 1 } }
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, (_, index) => commit(store, appendOf(snapshot, add(`f${index}`), txn), { runtime })),
  )
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['committed', ...Array<string>(9).fill('skipped')])
  expect(await loadSnapshot(store)).toMatchObject({ version: 1, numFiles: 1 })
})
