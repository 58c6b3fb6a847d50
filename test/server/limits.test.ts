import { describe, expect, test } from 'vitest'
import { revokeRecipient } from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { rateLimit } from '../../src/server/rate-limit.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { ENDPOINT, ORIGIN, openWorld, tokenFor, type World } from './world.ts'

const ADDRESS = '203.0.113.7'
const TABLE = '/shares/sales/schemas/shop/tables/orders'
/** A token in good form, of another server: it costs a look into the store. */
const strangersToken = async (): Promise<string> => (await openWorld()).token

function from(world: World, address: string, token: string, path = '/shares'): Promise<Response> {
  return world.handler(new Request(ENDPOINT + path, { headers: { authorization: `Bearer ${token}` } }), { address })
}

async function statuses(count: number, ask: () => Promise<Response>): Promise<Record<number, number>> {
  const seen: Record<number, number> = {}
  for (let i = 0; i < count; i++) {
    const { status } = await ask()
    seen[status] = (seen[status] ?? 0) + 1
  }
  return seen
}

describe('a rate of requests a second', () => {
  test('lets a recipient ask 10 at once, then waits, and says how long', async () => {
    const world = await openWorld({ rate: 2 })
    expect(await statuses(12, () => world.ask('/shares'))).toEqual({ 200: 10, 429: 2 })
    const refused = await world.ask('/shares')
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.headers.get('content-type')).toContain('application/json')
    await world.runtime.sleep(1000)
    expect(await statuses(3, () => world.ask('/shares'))).toEqual({ 200: 2, 429: 1 })
    expect(world.records.at(-1)).toMatchObject({ status: 429, result: 'rejected', recipient: 'acme' })
  })

  test('is counted for each recipient by itself', async () => {
    const world = await openWorld({ rate: 1 })
    const other = await tokenFor(world.root, world.runtime, 'other')
    await statuses(10, () => world.ask('/shares'))
    expect((await world.ask('/shares')).status).toBe(429)
    expect((await from(world, ADDRESS, other)).status).toBe(200)
  })

  test('turns away an address that guesses tokens', async () => {
    const world = await openWorld({ rate: 1, authCache: 0 })
    const strangers = await strangersToken()
    expect(await statuses(12, () => from(world, ADDRESS, strangers))).toEqual({ 401: 10, 429: 2 })
    expect((await from(world, '203.0.113.8', strangers)).status).toBe(401)
  })

  test('does not turn away a recipient for what others behind its address do', async () => {
    const world = await openWorld({ rate: 1 })
    expect((await from(world, ADDRESS, world.token)).status).toBe(200)
    await statuses(12, () => from(world, ADDRESS, 'nonsense'))
    expect((await from(world, ADDRESS, 'nonsense')).status).toBe(429)
    expect((await from(world, ADDRESS, world.token)).status).toBe(200)
  })

  test('counts the tries to redeem an activation link, and a whole IPv6 network as one address', async () => {
    const world = await openWorld({ rate: 1 })
    let host = 0
    const redeem = (): Promise<Response> =>
      world.handler(new Request(`${ORIGIN}/activate/nonsense`, { method: 'POST' }), {
        address: `2001:db8:0:1::${++host}`,
      })
    expect(await statuses(12, redeem)).toEqual({ 404: 10, 429: 2 })
  })

  test('does not count health checks', async () => {
    const world = await openWorld({ rate: 1 })
    const check = () => world.handler(new Request(`${ORIGIN}/healthz`), { address: ADDRESS })
    expect(await statuses(30, check)).toEqual({ 200: 30 })
  })

  test('keeps a bounded number of buckets', () => {
    const runtime = simulatedRuntime()
    const limit = rateLimit(1, runtime, 3)
    for (let i = 0; i < 10; i++) limit.take('first')
    expect(() => limit.check('first')).toThrow('too many requests')
    for (const key of ['second', 'third', 'fourth']) limit.take(key)
    expect(() => limit.check('first')).not.toThrow()
  })
})

test('a recipient whose requests run already is asked to wait for one of them', async () => {
  let answerNow = (): void => undefined
  const waiting = new Promise<void>((resolve) => {
    answerNow = resolve
  })
  const slow = (store: ObjectStore): ObjectStore => ({
    ...store,
    async *list(options) {
      await waiting
      yield* store.list(options)
    },
  })
  const world = await openWorld({ maxConcurrent: 2, wrap: slow })
  const running = [world.ask(`${TABLE}/version`), world.ask(`${TABLE}/version`)]
  await Promise.race([...running, world.ask('/shares'), Promise.resolve()])
  const refused = await world.ask('/shares')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  answerNow()
  for (const answer of await Promise.all(running)) expect(answer.status).toBe(200)
  expect((await world.ask('/shares')).status).toBe(200)
})

test('an answer that is still being read counts as running, one that is left does not', async () => {
  const world = await openWorld({ maxConcurrent: 1 })
  const query = () => world.ask(`${TABLE}/query`, { method: 'POST' })
  const answer = await query()
  expect((await query()).status).toBe(429)
  await answer.body?.cancel()
  const whole = await query()
  expect(whole.status).toBe(200)
  await whole.text()
  expect((await query()).status).toBe(200)
})

test.each([{ rate: 0 }, { rate: -1 }, { maxConcurrent: 0 }])('%j would let nobody in', async (options) => {
  await expect(openWorld(options)).rejects.toMatchObject({ code: 'invalid-argument' })
})

test('a revoked token is a stranger again', async () => {
  const world = await openWorld({ rate: 1, authCache: 0 })
  const bearerToken = await tokenFor(world.root, world.runtime, 'leaver')
  expect((await from(world, ADDRESS, bearerToken)).status).toBe(200)
  await revokeRecipient(world.root, 'leaver', { runtime: world.runtime })
  expect(await statuses(12, () => from(world, ADDRESS, bearerToken))).toEqual({ 401: 10, 429: 2 })
})
