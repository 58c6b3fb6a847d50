import { describe, expect, test } from 'vitest'
import { openTable } from '../../src/index.ts'
import { createRecipient, grantShare, redeemActivation } from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { MemoryBudget } from '../../src/server/memory-budget.ts'
import { type LineRun, runsOf, type SharedFile, SignedLines } from '../../src/server/signed-lines.ts'
import { snapshotCache } from '../../src/server/snapshot-cache.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { linesOf, openWorld, type World } from './world.ts'

const MINUTE = 60_000
const QUERY = '/shares/sales/schemas/shop/tables/orders/query'

/** A store that signs, and numbers its signatures. */
function signing(counted: { count: number }, now: () => number) {
  return (store: ObjectStore): ObjectStore => ({
    ...store,
    presigner: {
      async presignGet(key, { expiresIn }) {
        return { url: `https://bucket.example.com/${key}?signature=${++counted.count}`, expiresAt: now() + expiresIn }
      },
    },
  })
}

async function signingWorld(options: Parameters<typeof openWorld>[0] = {}) {
  const counted = { count: 0 }
  let world: World | undefined
  world = await openWorld({ ...options, wrap: signing(counted, () => world?.runtime.now() ?? 0) })
  return { world, counted }
}

async function ask(world: World, body: object = {}, token = world.token): Promise<Record<string, unknown>[]> {
  const headers = { authorization: `Bearer ${token}` }
  const lines = await linesOf(await world.ask(QUERY, { method: 'POST', body: JSON.stringify(body), headers }))
  return lines.flatMap(({ file }) => (file ? [file] : []))
}

/** A recipient who may read what the world's own may. */
async function invite(world: World, name: string) {
  const { activationCode } = await createRecipient(world.root, { name }, world)
  await grantShare(world.root, { recipient: name, share: 'sales' }, world)
  return await redeemActivation(world.root, { code: activationCode }, world)
}

test('the first line can be sent before the others are made', async () => {
  let made = 0
  async function* files(): AsyncGenerator<SharedFile> {
    for (const line of ['a\n', 'b\n']) {
      made++
      yield { line, size: 1, expiresAt: 1, lastEnd: 1 }
    }
  }
  const madeAtTurns: number[] = []
  const sleep = async (): Promise<void> => void madeAtTurns.push(made)
  const texts: string[] = []
  for await (const { bytes } of runsOf(files(), { sleep })) texts.push(new TextDecoder().decode(bytes))
  expect(texts).toEqual(['a\n', 'b\n'])
  expect(madeAtTurns).toEqual([1])
})

test('of an answer too large to be kept, the beginning is', async () => {
  const world = await openWorld()
  const snapshots = snapshotCache(async (location) => world.tableAt(location), new MemoryBudget(1e6), world)
  const asked = { table: await snapshots.latest('orders'), about: 'all', tokenExpiresAt: 24 * 60 * MINUTE }
  const runtime = simulatedRuntime({ start: 0 })
  const lines = new SignedLines(new MemoryBudget(100), runtime)
  const made: number[] = []
  const texts = async (): Promise<string> => {
    async function* make(without: number): AsyncGenerator<LineRun> {
      made.push(without)
      for (const name of ['a', 'b', 'c', 'd'].slice(without / 10)) {
        const bytes = new TextEncoder().encode(name.repeat(20))
        yield { bytes, files: 10, size: 1, firstEnd: 60 * MINUTE, lastEnd: 60 * MINUTE }
      }
    }
    let text = ''
    for await (const { bytes } of lines.reused(asked, make)) text += new TextDecoder().decode(bytes)
    return text
  }
  const whole = 'abcd'.replace(/./g, (name) => name.repeat(20))
  expect([await texts(), await texts(), await texts()]).toEqual([whole, whole, whole])
  expect(made).toEqual([0, 20, 20])
  await runtime.sleep(31 * MINUTE)
  expect(await texts()).toBe(whole)
  expect(made).toEqual([0, 20, 20, 0])
})

describe('signed lines', () => {
  test('are reused while half an hour of their life remains, and signed anew after that', async () => {
    const { world, counted } = await signingWorld()
    const first = await ask(world)
    expect(counted.count).toBe(first.length)
    await world.runtime.sleep(30 * MINUTE)
    expect(await ask(world)).toEqual(first)
    expect(counted.count).toBe(first.length)
    await world.runtime.sleep(1)
    const later = await ask(world)
    expect(counted.count).toBe(2 * first.length)
    expect(later.map(({ id }) => id)).toEqual(first.map(({ id }) => id))
    expect(later).not.toEqual(first)
  })

  test('are those of the newest version', async () => {
    const { world, counted } = await signingWorld()
    const first = await ask(world)
    const table = await openTable('orders', { store: world.tableAt('orders'), runtime: world.runtime })
    await table.append([{ id: 9, country: 'IT', price: '1.00' }])
    await table.settled()
    expect(await ask(world)).toHaveLength(first.length + 1)
    expect(counted.count).toBe(2 * first.length + 1)
  })

  test('are not reused for a part of the files', async () => {
    const { world, counted } = await signingWorld()
    const all = await ask(world)
    const german = await ask(world, { predicateHints: ["country = 'DE'"] })
    expect(german).toHaveLength(1)
    expect(await ask(world, { limitHint: 1 })).toHaveLength(1)
    expect(counted.count).toBe(all.length + 2)
    expect(await ask(world)).toEqual(all)
  })

  test('never outlive the token of who gets them', async () => {
    const { world } = await signingWorld()
    const early = await invite(world, 'early')
    await world.runtime.sleep(24 * 60 * MINUTE)
    const late = await invite(world, 'late')
    const end = Date.parse(early.expirationTime)
    await world.runtime.sleep(end - world.runtime.now() - 40 * MINUTE)
    const made = await ask(world, {}, late.bearerToken)
    for (const { expirationTimestamp } of made) expect(expirationTimestamp).toBeGreaterThan(end)
    const theirs = await ask(world, {}, early.bearerToken)
    for (const { expirationTimestamp } of theirs) expect(expirationTimestamp).toBe(end)
  })

  test('that name the recipient are for that recipient alone', async () => {
    const world = await openWorld()
    const mine = await ask(world)
    const theirs = await ask(world, {}, (await invite(world, 'other')).bearerToken)
    expect(theirs.map(({ id }) => id)).toEqual(mine.map(({ id }) => id))
    for (const [i, { url }] of theirs.entries()) expect(url).not.toBe(mine[i]?.url)
    expect(await ask(world)).toEqual(mine)
  })

  test('are counted in the audit record as if they were made', async () => {
    const { world } = await signingWorld()
    await ask(world)
    await ask(world)
    const [first, second] = world.records
    expect(second).toMatchObject({ files: first?.files, bytes: first?.bytes })
    expect(second?.files).toBe(2)
  })

  test('are kept only when they were read to the end', async () => {
    const { world, counted } = await signingWorld()
    const response = await world.ask(QUERY, { method: 'POST', body: '{}' })
    await response.body?.cancel()
    const before = counted.count
    await ask(world)
    expect(counted.count).toBe(before + 2)
  })

  test('are let go when the budget has no room for them', async () => {
    const { world, counted } = await signingWorld({ cacheBytes: 100 })
    await ask(world)
    await ask(world)
    expect(counted.count).toBe(4)
  })
})
