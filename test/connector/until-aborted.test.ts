import { expect, test } from 'vitest'
import type { Connector } from '../../src/connector/index.ts'
import { untilAborted } from '../../src/connector/until-aborted.ts'
import { keysOf } from '../keys-of.ts'
import { killedStore } from './killed-store.ts'
import { runsIn } from './recipient.ts'
import { deliveryOf, provisioned } from './world.ts'

type Options = { readonly signal: AbortSignal }

const GIVEN = { runId: 'r2', day: 2 }

/** A source that gives one item, says so, and comes to a stand. */
async function* standing<T>(item: T, onStand: () => void): AsyncGenerator<T> {
  yield item
  onStand()
  await new Promise(() => {})
}

async function allOf<T>(items: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

test.each<[string, (connector: Connector, onStand: () => void, options: Options) => Promise<unknown>]>([
  [
    'rows',
    (connector, onStand, options) => {
      return connector.publish({ ...deliveryOf(GIVEN), rows: standing({ sku: 'a' }, onStand) }, options)
    },
  ],
  [
    'events',
    (connector, onStand, options) => {
      const events = standing({ title: 'CREATED', dateTime: 0 }, onStand)
      return connector.publish({ ...deliveryOf(GIVEN), events }, options)
    },
  ],
  [
    'deliveries',
    (connector, onStand, options) => {
      return connector.backfill(standing(deliveryOf({ ...GIVEN, isBackfill: true }), onStand), options)
    },
  ],
])('%s that come to a stand keep nobody waiting who aborts', async (_, begin) => {
  const { open, store, see } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  const abort = new AbortController()
  const begun = begin(open(), () => abort.abort(), { signal: abort.signal })
  await expect(begun).rejects.toMatchObject({ code: 'aborted' })
  await open().publish(deliveryOf(GIVEN))
  expect(runsIn(await see())).toEqual(['r1', 'r2'])
  expect(await keysOf(store, 'connectors/acme/staging/')).toEqual([])
})

test('deliveries that come to a stand keep nobody waiting to be told that a run could not be staged', async () => {
  const { open, store } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  const failing = killedStore(store, (request) => !request.startsWith('put connectors/acme/staging/'))
  const deliveries = standing(deliveryOf({ ...GIVEN, isBackfill: true }), () => {})
  await expect(open(failing).backfill(deliveries)).rejects.toThrow('killed')
})

test('a source is given to its end, and closed where that is not wanted', async () => {
  const { signal } = new AbortController()
  let isClosed = false
  async function* source() {
    try {
      yield* [1, 2, 3]
    } finally {
      isClosed = true
    }
  }
  expect(await allOf(untilAborted(source(), signal))).toEqual([1, 2, 3])
  isClosed = false
  for await (const _ of untilAborted(source(), signal)) break
  expect(isClosed).toBe(true)
})

test('what a source throws is thrown', async () => {
  const { signal } = new AbortController()
  // biome-ignore lint/correctness/useYield: it throws before
  async function* source(): AsyncGenerator<number> {
    throw new TypeError('broken')
  }
  await expect(allOf(untilAborted(source(), signal))).rejects.toThrow(new TypeError('broken'))
})

test('a source that throws is not closed besides, as by a loop', async () => {
  const { signal } = new AbortController()
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(new TypeError('broken')),
      return: () => Promise.reject(new TypeError('closed')),
    }),
  }
  await expect(allOf(untilAborted(source, signal))).rejects.toThrow(new TypeError('broken'))
})
