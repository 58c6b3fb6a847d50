import { expect, test } from 'vitest'
import type { BackfillProgress, Delivery } from '../../src/connector/index.ts'
import { DeltaError } from '../../src/errors.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { keysOf } from '../keys-of.ts'
import { killedAfter, killedStore, watchedStore } from './killed-store.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

const LIVE = { runId: 'live', day: 9 }
const NARROW = [{ name: 'sku', dataType: 'STRING', isKey: true }]
const WIDE = [...NARROW, { name: 'stock', dataType: 'NUMBER' }]

/** A connector whose first live run is published. */
async function live(config: object = {}): Promise<World> {
  const world = await provisioned({ config })
  await world.open().publish(deliveryOf(LIVE))
  return world
}

function history(days: readonly number[]): Delivery[] {
  return days.map((day) => deliveryOf({ runId: `r${day}`, day }))
}

async function phaseOf({ store }: Pick<World, 'store'>): Promise<unknown> {
  const { body } = await store.get('connectors/acme/connector.json')
  return JSON.parse(new TextDecoder().decode(body)).phase
}

test('history is refused until one live run was published and verified', async () => {
  const world = await provisioned()
  await expect(world.open().backfill(history([1]))).rejects.toMatchObject({
    code: 'invalid-argument',
    details: { blame: 'kadoa' },
    message: expect.stringMatching(/publish one run first, then backfill/),
  })
  await expect(world.open().publish(deliveryOf({ ...LIVE, isBackfill: true }))).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringMatching(/publish one run first, then backfill/),
  })
  expect(await keysOf(world.store, 'connectors/acme/journal/')).toEqual([])
  await world.open().publish(deliveryOf({ ...LIVE, runId: 'live2' }))
  expect(await world.open().backfill(history([1]))).toMatchObject({ published: 1 })
})

test('a run of the past that has not finished fails alone, and one that names none stops the backfill', async () => {
  const world = await live()
  const [first, second, third] = [1, 2, 3].map((day) => deliveryOf({ runId: `r${day}`, day }))
  const untold: object = { ...second, run: { ...second?.run, state: 'FAILED' } }
  const named: object = { ...second, run: { workflowId: 'shop', jobId: 'j2', state: 'FAILED', finishedAt: 0 } }
  const given = [first, untold, named, third] as Delivery[]
  const refused = { workflowId: 'shop', code: 'invalid-argument', message: expect.stringContaining('FINISHED') }
  expect(await world.open().backfill(given)).toMatchObject({
    published: 2,
    failed: [
      { ...refused, runId: 'r2' },
      { ...refused, runId: 'j2' },
    ],
  })
  const nameless: object = { ...second, run: { state: 'FINISHED' } }
  await expect(world.open().backfill([nameless as Delivery])).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringMatching(/^the backfill stopped after 0 runs: .* workflowId: expected a text/),
  })
})

test('a run that comes twice counts its rows once', async () => {
  const world = await live()
  expect(await world.open().backfill(history([1, 1]))).toMatchObject({ published: 1, rows: 3 })
})

test('history is shown many runs at a time, and the latest table stays with the newest run', async () => {
  const world = await live()
  const told: BackfillProgress[] = []
  const deliveries = history([1, 2, 3, 4, 5])
  const options = { runsPerGeneration: 3, onProgress: (progress: BackfillProgress) => void told.push(progress) }
  const result = await world.open().backfill(deliveries, options)
  expect(result).toEqual({ published: 5, skipped: 0, retracted: 0, rows: 15, held: [], failed: [], generation: 3 })
  expect(told.at(-1)).toEqual({ done: 5, rows: 15, published: 5, skipped: 0, retracted: 0, held: 0, failed: 0 })
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'live'])
  expect(seen.WORKFLOW_RUNS?.filter((run) => run.IS_BACKFILL === true)).toHaveLength(5)
  expect(await phaseOf(world)).toBe('live')
  expect(await keysOf(world.store, 'connectors/acme/pending/')).toEqual([])
  expect(await keysOf(world.store, 'connectors/acme/staging/')).toEqual([])
})

test.each([
  ['goes to its end', undefined],
  ['dies', /^list connectors\/acme\/pending|^put .*lease/],
])('a run that is taken back before it is shown, by a process that %s, counts as taken back', async (_, diesAt) => {
  const world = await live()
  const taker = world.open(killedStore(world.store, (request) => diesAt?.test(request) !== true))
  async function* deliveries(): AsyncGenerator<Delivery> {
    yield* history([1, 2])
    await taker.retract({ workflowId: 'shop', runId: 'r1' }).catch(() => {})
    yield* history([3])
  }
  const result = await world.open().backfill(deliveries(), { workers: 1 })
  expect(result).toMatchObject({ published: 2, retracted: 1, failed: [] })
  expect(runsIn(await world.see())).toEqual(['r2', 'r3', 'live'])
})

test('a run that is published is skipped before its rows are asked for', async () => {
  const world = await live()
  await world.open().backfill(history([1, 2]))
  const before = await world.see()
  const untouchable = history([1, 2]).map((delivery) => ({ ...delivery, rows: untouched() }))
  expect(await world.open().backfill(untouchable)).toMatchObject({ published: 0, skipped: 2, generation: 2 })
  expect(await world.see()).toEqual(before)
})

test('a run that was taken back is passed over before its rows are asked for, and keeps no connector from being live', async () => {
  const world = await live()
  await world.open().backfill(history([1, 2]))
  await world.open().retract({ workflowId: 'shop', runId: 'r1' })
  const before = await world.see()
  const events = [{ title: 'CREATED', dateTime: '2026-01-01T00:00:00Z' }]
  const takenBack = { ...deliveryOf({ runId: 'r1', day: 1, events }), rows: untouched() }
  expect(await world.open().backfill([takenBack])).toEqual({
    published: 0,
    skipped: 0,
    retracted: 1,
    rows: 0,
    held: [],
    failed: [],
    generation: 3,
  })
  expect(await world.see()).toEqual(before)
  expect(await phaseOf(world)).toBe('live')
  await expect(world.open().publish(takenBack)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('it was taken back; deliver its rows under another run id'),
  })
})

// biome-ignore lint/correctness/useYield: the point is that it is never begun
async function* untouched(): AsyncGenerator<object> {
  throw new Error('the rows were touched')
}

test('runs that are held back or fail do not keep the others back, and are told of', async () => {
  const world = await live({ checks: { onDuplicateKey: 'block' } })
  const twins = [
    { sku: 'a', title: 'A', price: 1 },
    { sku: 'a', title: 'B', price: 2 },
  ]
  const [first, second] = history([1, 2])
  const broken = { ...deliveryOf({ runId: 'broken', day: 3 }), rows: unreadable() }
  const held = deliveryOf({ runId: 'held', day: 4, rows: twins })
  const result = await world.open().backfill([first, broken, held, second].filter((given) => given !== undefined))
  expect(result).toMatchObject({
    published: 2,
    held: expect.arrayContaining([
      { workflowId: 'shop', runId: 'held', problems: [expect.objectContaining({ check: 'onDuplicateKey' })] },
      { workflowId: 'shop', runId: 'broken', problems: [expect.objectContaining({ check: 'readableRows' })] },
    ]),
    failed: [],
  })
  expect(runsIn(await world.see())).toEqual(['r1', 'r2', 'live'])
  expectWholeGeneration(await world.see())
  expect(await world.open().backfill(history([4]).map((delivery) => ({ ...held, rows: delivery.rows })))).toMatchObject(
    {
      published: 1,
      held: [],
    },
  )
})

async function* unreadable(): AsyncGenerator<object> {
  yield { sku: 'a', title: 'A', price: 1 }
  throw new DeltaError('invalid-data', 'the file is cut off')
}

test('versions of a schema are numbered as their first runs come, however many workers there are', async () => {
  const world = await provisioned({ runtime: systemRuntime })
  await world.open().publish(deliveryOf({ ...LIVE, fields: WIDE }))
  const given = [
    { ...deliveryOf({ runId: 'r3', day: 3, fields: NARROW }), rows: slowly() },
    deliveryOf({ runId: 'r4', day: 4, rows: 2 }),
    deliveryOf({ runId: 'r2', day: 2, fields: WIDE, rows: [{ sku: 'a', stock: 1 }] }),
    deliveryOf({ runId: 'r1', day: 1, fields: NARROW, rows: [{ sku: 'a' }] }),
    deliveryOf({ runId: 'r5', day: 5, fields: NARROW, rows: [{ sku: 'a' }] }),
  ]
  await world.open().backfill(given, { workers: 3, runsPerGeneration: 2 })
  const seen = await world.see()
  expectWholeGeneration(seen)
  const numbers = Object.fromEntries((seen.WORKFLOW_RUNS ?? []).map((run) => [run.RUN_ID, run.SCHEMA_VERSION]))
  expect(numbers).toEqual({ live: 1, r2: 1, r1: 2, r3: 2, r5: 2, r4: 3 })
  expect(seen.WORKFLOWS).toMatchObject([{ LATEST_RUN_ID: 'live', LATEST_SCHEMA_VERSION: 1 }])
})

/** So slow that whoever does not wait for it is faster. */
async function* slowly(): AsyncGenerator<object> {
  await systemRuntime.sleep(300)
  yield { sku: 'a' }
}

test('two backfills of the same runs at once publish each once', async () => {
  const world = await provisioned({ runtime: systemRuntime })
  await world.open().publish(deliveryOf(LIVE))
  const both = await Promise.all(
    [history([1, 2, 3, 4]), history([4, 3, 2, 1])].map((given) =>
      world.open().backfill(given, { workers: 2, runsPerGeneration: 2 }),
    ),
  )
  expect(both.flatMap(({ held, failed }) => [...held, ...failed])).toEqual([])
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(runsIn(seen)).toEqual(['r1', 'r2', 'r3', 'r4', 'live'])
})

test('a backfill that is aborted goes on where it was', async () => {
  const world = await live()
  const abort = new AbortController()
  const onProgress = ({ done }: BackfillProgress): void => void (done === 3 && abort.abort())
  const options = { workers: 1, runsPerGeneration: 2, onProgress, signal: abort.signal }
  await expect(world.open().backfill(history([1, 2, 3, 4, 5]), options)).rejects.toMatchObject({ code: 'aborted' })
  expect(await phaseOf(world)).toBe('backfilling')
  expectWholeGeneration(await world.see())
  expect(await world.open().backfill(history([1, 2, 3, 4, 5]))).toMatchObject({ published: 3, skipped: 2 })
  expect(runsIn(await world.see())).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'live'])
})

test('a storage that is gone stops the backfill and says how to go on', async () => {
  const world = await live()
  const store = killedAfter(world.store, 60)
  await expect(world.open(store).backfill(history([1, 2, 3]))).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/stopped after \d runs: .*backfill the same runs again to go on/),
  })
})

test('a connector is not live while runs of its past are held back or fail', async () => {
  const world = await live()
  const cut = {
    ...deliveryOf({ runId: 'r2', day: 2 }),
    rows: (async function* () {
      yield { sku: 'a' }
      throw new DeltaError('invalid-data', 'the file ends within a row')
    })(),
  }
  expect((await world.open().backfill([...history([1]), cut])).held).toMatchObject([{ runId: 'r2' }])
  expect(await phaseOf(world)).toBe('backfilling')
  expect(await world.open().backfill(history([1, 2]))).toMatchObject({ published: 1, skipped: 1, held: [] })
  expect(await phaseOf(world)).toBe('live')
})

test('events that come with runs of the past are shown', async () => {
  const world = await live()
  const events = [{ title: 'CREATED', dateTime: '2026-01-01T00:00:00Z' }]
  await world.open().backfill([deliveryOf({ runId: 'r1', day: 1, events })])
  expect((await world.see()).ACTIVITY_LOG).toHaveLength(1)
})

test('wherever a backfill is killed, the share is whole, and the next one ends with every run once', async () => {
  const prepared = await live()
  const given = (): Delivery[] => [
    deliveryOf({ runId: 'r1', day: 1, fields: NARROW, rows: [{ sku: 'a' }] }),
    ...history([2, 3]),
  ]
  const options = { workers: 2, runsPerGeneration: 2 }
  const whole = await prepared.copy()
  const counted = killedAfter(whole.store, Number.POSITIVE_INFINITY)
  await whole.open(counted).backfill(given(), options)
  const all = counted.requests.length
  for (let requests = 1; requests < all; requests += 41) {
    const world = await prepared.copy()
    await expect(
      world.open(killedAfter(world.store, requests, requests % 2 === 0)).backfill(given(), options),
    ).rejects.toThrow()
    expectWholeGeneration(await world.see())
    const { held, failed } = await world.open().backfill(given(), options)
    expect([...held, ...failed], `killed after request ${requests}`).toEqual([])
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen), `killed after request ${requests}`).toEqual(['r1', 'r2', 'r3', 'live'])
  }
}, 60_000)

test('however many runs are shown together, only a few requests are under way at once', async () => {
  const world = await live()
  let now = 0
  let most = 0
  const store = watchedStore(world.store, async (request, run) => {
    if (!request.includes('/journal/')) return run()
    most = Math.max(most, ++now)
    await new Promise(setImmediate)
    return run().finally(() => now--)
  })
  const days = Array.from({ length: 40 }, (_, day) => day / 8)
  await world.open(store).backfill(history(days), { runsPerGeneration: 40 })
  expect(most).toBeGreaterThan(4)
  expect(most).toBeLessThanOrEqual(16)
})
