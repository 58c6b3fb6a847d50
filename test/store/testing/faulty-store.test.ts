import { describe, expect, test } from 'vitest'
import { simulatedRuntime } from '../../../src/runtime.ts'
import { memoryStore } from '../../../src/store/index.ts'
import { canBefall, type Fault, type FaultRule, faultNames, faultyStore } from '../../../src/store/testing.ts'
import { testObjectStore } from '../../contract/object-store.ts'
import { keysOf } from '../../keys-of.ts'

const body = Uint8Array.from({ length: 10 }, (_, index) => index)
const create = { mode: 'create' } as const

describe('a store without faults keeps the contract', () => {
  testObjectStore(async () => faultyStore(memoryStore(), []))
})

function failing(fault: Fault, more: Partial<FaultRule> = {}) {
  const inner = memoryStore()
  return { inner, store: faultyStore(inner, [{ fault, ...more }]) }
}

describe('a conditional put', () => {
  test.each<[Fault, unknown, boolean]>([
    ['reset', { outcome: 'unknown' }, false],
    ['500', { outcome: 'unknown' }, false],
    ['503', { outcome: 'unknown' }, false],
    ['error-in-200', { outcome: 'unknown' }, false],
    ['412', { outcome: 'precondition-failed' }, false],
    ['304', { outcome: 'precondition-failed' }, false],
    ['429', { code: 'rate-limited' }, false],
    ['409', { code: 'unavailable' }, false],
    ['403', { code: 'permission-denied' }, false],
    ['501', { code: 'unsupported' }, false],
    ['answer-lost', { outcome: 'unknown' }, true],
    ['500-after', { outcome: 'unknown' }, true],
    ['twice', { outcome: 'precondition-failed' }, true],
    ['slow', { outcome: 'written' }, true],
  ])('that meets %s is answered %o', async (fault, expected, isThere) => {
    const { inner, store } = failing(fault)
    expect(await store.put('key', body, create).catch((error: unknown) => error)).toMatchObject(expected as object)
    expect(await keysOf(inner)).toEqual(isThere ? ['key'] : [])
  })

  test('that is late lands some requests later, as it was when it was sent', async () => {
    const { inner, store } = failing('late', { to: 1 })
    const bytes = body.slice()
    expect(await store.put('key', bytes, create)).toMatchObject({ outcome: 'unknown' })
    bytes.fill(9)
    for (let request = 1; request < 3; request++) await keysOf(store)
    expect(await keysOf(inner)).toEqual([])
    expect((await store.get('key')).body).toEqual(body)
  })

  test('that is late is done by settle() at the latest, if nobody was faster', async () => {
    const { inner, store } = failing('late', { to: 1 })
    await store.put('key', body, create)
    await inner.put('key', Uint8Array.of(7), create)
    await store.settle()
    expect((await inner.get('key')).body).toEqual(Uint8Array.of(7))
  })
})

describe('a read', () => {
  test.each<[Fault, string]>([
    ['reset', 'unavailable'],
    ['304', 'unavailable'],
    ['403', 'permission-denied'],
    ['429', 'rate-limited'],
  ])('that meets %s fails with %s', async (fault, code) => {
    const { inner, store } = failing(fault)
    await inner.put('key', body, create)
    await expect(store.get('key')).rejects.toMatchObject({ code })
    await expect(store.head('key')).rejects.toMatchObject({ code })
  })

  test('comes cut in the middle, with the size of the whole', async () => {
    const { inner, store } = failing('cut')
    await inner.put('key', body, create)
    expect(await store.get('key')).toMatchObject({ size: 10, body: body.slice(0, 5) })
  })

  test('comes with one bit flipped', async () => {
    const { inner, store } = failing('flipped')
    await inner.put('key', body, create)
    const differing = (await store.get('key')).body.filter((byte, index) => byte !== body[index])
    expect(differing).toEqual(Uint8Array.of(0x85))
  })
})

describe('a listing', () => {
  test.each<[Fault, string]>([
    ['stale-list', 'abc'],
    ['short-list', 'ab'],
    ['repeated-page', 'ababcd'],
    ['broken-list', 'ab!'],
  ])('that meets %s shows %s of abcd', async (fault, expected) => {
    const { inner, store } = failing(fault)
    for (const key of 'abcd') await inner.put(key, body, create)
    let shown = ''
    try {
      for await (const { key } of store.list()) shown += key
    } catch {
      shown += '!'
    }
    expect(shown).toBe(expected)
  })
})

test('other writes are done although their answer is lost, and may be repeated', async () => {
  const { inner, store } = failing('answer-lost', { to: 3 })
  const writer = store.putStream('streamed')
  await writer.write(body)
  await expect(writer.finish()).rejects.toMatchObject({ code: 'unavailable' })
  await expect(store.copy('streamed', 'copied')).rejects.toMatchObject({ code: 'unavailable' })
  await expect(store.delete(['streamed'])).rejects.toMatchObject({ code: 'unavailable' })
  await store.delete(['streamed'])
  expect(await keysOf(inner)).toEqual(['copied'])
})

describe('the rules', () => {
  test('choose by operation, key and count', async () => {
    const rule: FaultRule = { fault: 'reset', operations: ['get'], key: /^a/, from: 2, to: 3 }
    const inner = memoryStore()
    const store = faultyStore(inner, [rule])
    await store.put('a', body, create)
    await store.put('b', body, create)
    const get = (key: string): Promise<string> =>
      store.get(key).then(
        () => 'found',
        () => 'failed',
      )
    const found: string[] = []
    for (const key of ['a', 'b', 'a', 'a', 'b', 'a']) found.push(await get(key))
    expect(found).toEqual(['found', 'found', 'failed', 'failed', 'found', 'found'])
    expect(store.injected).toEqual(['reset get a', 'reset get a'])
    expect(store.requests).toHaveLength(8)
  })

  test('fail the same requests for the same seed, and others for another', async () => {
    const run = async (seed: number): Promise<readonly string[]> => {
      const store = faultyStore(memoryStore(), [{ fault: faultNames, chance: 0.5 }], { seed })
      for (let index = 0; index < 40; index++) await store.put(`key-${index}`, body, create).catch(() => {})
      return store.injected
    }
    expect(await run(1)).toEqual(await run(1))
    expect(await run(1)).not.toEqual(await run(2))
  })

  test('never ask a request for a fault that cannot befall it', async () => {
    const store = faultyStore(memoryStore(), [{ fault: faultNames }])
    for (let index = 0; index < 200; index++) {
      await keysOf(store).catch(() => {})
      await store.delete(['key']).catch(() => {})
    }
    expect(new Set(store.injected.map((line) => line.split(' ')[0]))).toEqual(
      new Set(faultNames.filter((fault) => canBefall(fault, 'list') || canBefall(fault, 'delete'))),
    )
  })
})

test('slow requests wait on the runtime that was handed in', async () => {
  const runtime = simulatedRuntime()
  const before = runtime.now()
  await faultyStore(memoryStore(), [{ fault: 'slow' }], { runtime }).put('key', body, create)
  expect(runtime.now() - before).toBe(5_000)
})
