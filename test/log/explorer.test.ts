import { beforeAll, describe, expect, test } from 'vitest'
import { DeltaError, isDeltaError } from '../../src/errors.ts'
import { type Action, commit, loadSnapshot, type Snapshot } from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { type Exploration, explore, FILES, type Race } from './explorer/explore.ts'
import { type Program, runtimeOf } from './explorer/process.ts'
import { contentOf, type World } from './explorer/world.ts'
import { add, appendOf, createTable } from './table.ts'

/** Every writer sends its commit at most this often. `DELTAQUILL_EXPLORE_SENDS=4` looks further, for a minute. */
const SENDS = Number(process.env.DELTAQUILL_EXPLORE_SENDS ?? 3)

interface Writer {
  readonly file: string
  /** The table as it was opened before; left out, it opens the table itself. */
  readonly snapshot?: Snapshot
  readonly txn?: boolean
  readonly uuid?: string
  /** How often it sends its commit before it loses patience. */
  readonly patience?: number
  /** What stands between the commit code and the store. */
  readonly between?: (store: ObjectStore) => ObjectStore
}

const TXN: Action = { txn: { appId: 'loader', version: 1 } }

function writer({ file, snapshot, ...how }: Writer): Program {
  const { txn = false, uuid = `uuid-${file}`, patience = SENDS, between = (store: ObjectStore) => store } = how
  return async (store) => {
    let sends = 0
    const counted: ObjectStore = {
      ...store,
      put(...call) {
        sends++
        return store.put(...call)
      },
    }
    const base = snapshot ?? (await loadSnapshot(store))
    const request = appendOf(base, add(file), ...(txn ? [TXN] : []))
    return await commit(between(counted), request, { runtime: runtimeOf(uuid, () => sends < patience) })
  }
}

let objects: World['objects']
let snapshot: Snapshot

beforeAll(async () => {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  snapshot = await createTable(store, runtime)
  const found: World['objects'][number][] = []
  for await (const { key } of store.list()) {
    found.push(contentOf(key, new TextDecoder().decode((await store.get(key)).body)))
  }
  objects = found
})

/** Two writers with the table open, one of which has a transaction and may be killed and started again. */
function race(first: Partial<Writer> = {}, second: Partial<Writer> = {}): Race {
  const txn = { txn: true, ...first }
  return {
    objects,
    first: writer({ snapshot, file: FILES.first, ...txn }),
    second: writer({ snapshot, file: FILES.second, ...second }),
    restart: writer({ file: FILES.restart, ...txn }),
  }
}

function withoutDeath({ restart: _, ...rest }: Race): Race {
  return rest
}

function print(heading: string, { states, outcomes, violation }: Exploration): void {
  const ends = [...outcomes].map(([outcome, times]) => `${times} × ${outcome}`).join(', ')
  console.info(
    [`${heading}: ${states} states; ${ends}`, ...(violation ? [...violation.trace, violation.what] : [])].join('\n  '),
  )
}

describe(`in everything that can happen to two writers of at most ${SENDS} sends each`, () => {
  test('no promise is broken while both live', async () => {
    const found = await explore(withoutDeath(race({ txn: false })))
    print('two writers', found)
    expect(found.violation).toBeUndefined()
    expect([...found.outcomes.keys()].sort()).toEqual(['committed', 'not-committed', 'unknown'])
  })

  test('no promise is broken although reads go unanswered, too (at most 2 sends)', async () => {
    const patience = 2
    const found = await explore(withoutDeath(race({ txn: false, patience }, { patience })), { readsFail: true })
    print('two writers whose reads may fail', found)
    expect(found.violation).toBeUndefined()
  })

  test('no promise is broken although one is killed at any moment and started again with its transaction', async () => {
    const found = await explore(race())
    print('two writers, one of which is killed once', found)
    expect(found.violation).toBeUndefined()
    expect([...found.outcomes.keys()].sort()).toEqual(['committed', 'not-committed', 'skipped', 'unknown'])
  })
})

/** Puts something wrong between the commit code and the store. */
function tampered(tamper: (text: string) => string): (store: ObjectStore) => ObjectStore {
  return (store) => ({
    ...store,
    async get(...call) {
      const object = await store.get(...call)
      const body = new TextEncoder().encode(tamper(new TextDecoder().decode(object.body)))
      return { ...object, body, size: body.byteLength }
    },
  })
}

/** Takes "it is not there" for "it was not written". */
function believingAbsence(store: ObjectStore): ObjectStore {
  return {
    ...store,
    async put(key, ...rest) {
      const result = await store.put(key, ...rest)
      if (result.outcome !== 'unknown') return result
      try {
        await store.head(key)
        return result
      } catch (error) {
        if (isDeltaError(error, 'not-found')) throw new DeltaError('unavailable', 'nothing is there')
        throw error
      }
    },
  }
}

const withoutTxnIds = tampered((text) => text.replaceAll(/"txnId":"[^"]*"/g, '"txnId":"hidden"'))
const withoutTxns = tampered((text) => text.replaceAll(/^\{"txn":.*\n/gm, ''))

describe('the explorer finds how a promise is broken', () => {
  test.each<[string, () => Race, RegExp]>([
    [
      'by a writer that takes "taken" for "the next version" without looking whose it is',
      () => withoutDeath(race({ txn: false, between: withoutTxnIds })),
      /of-first was answered conflict and is there 1 times/,
    ],
    [
      'by a writer that takes an absent file for a failed write',
      () => withoutDeath(race({ txn: false, between: believingAbsence })),
      /of-first was answered not-committed and is there 1 times/,
    ],
    [
      'by writers that do not mark their commits',
      () => withoutDeath(race({ txn: false, uuid: 'nobody' }, { uuid: 'nobody' })),
      /was answered committed .*and is (not there|there 0 times)/,
    ],
    [
      'by a writer that is started again without a transaction',
      () => race({ txn: false }),
      /the first writer’s transaction is in the table twice/,
    ],
    [
      'by a writer that looks for its transaction in the snapshot, and not in the commits that beat it',
      () => race({ between: withoutTxns }),
      /the first writer’s transaction is in the table twice/,
    ],
  ])('%s', async (name, broken, what) => {
    const found = await explore(broken())
    print(`found ${name}`, found)
    expect(found.violation?.what).toMatch(what)
    expect(found.violation?.trace.length).toBeGreaterThan(1)
  })
})
