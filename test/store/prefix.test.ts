import { describe, expect, test } from 'vitest'
import { memoryStore, type ObjectStore, prefixStore } from '../../src/store/index.ts'
import { testObjectStore } from '../contract/object-store.ts'

describe('a prefix of a store keeps the contract', () => {
  testObjectStore(async () => {
    const store = memoryStore()
    for (const key of ['tables/a', 'tables/a.txt', 'tables/a0', 'other']) {
      await store.put(key, Uint8Array.of(9), { mode: 'create' })
    }
    return prefixStore(store, 'tables/a')
  })
})

test('what is under a prefix is at the prefix in the store below', async () => {
  const store = memoryStore({ name: 'below' })
  const part = prefixStore(prefixStore(store, 'tables'), 'orders/v1')
  await part.put('_delta_log/0.json', Uint8Array.of(1), { mode: 'create' })
  expect((await store.head('tables/orders/v1/_delta_log/0.json')).size).toBe(1)
  expect(part.location).toBe('memory://below/tables/orders/v1')
})

test('an empty prefix is the store itself; what is no key is no prefix', () => {
  const store = memoryStore()
  expect(prefixStore(store, '')).toBe(store)
  for (const prefix of ['/', 'a/', '../a']) expect(() => prefixStore(store, prefix)).toThrow(/cannot be the key/)
})

test('it signs URLs of the store below, if that one can', async () => {
  const signed: string[] = []
  const presigner: ObjectStore['presigner'] = {
    async presignGet(key) {
      signed.push(key)
      return { url: 'https://example.com/', expiresAt: 0 }
    },
  }
  expect(prefixStore(memoryStore(), 'p').presigner).toBeUndefined()
  const part = prefixStore({ ...memoryStore(), presigner }, 'p')
  await part.presigner?.presignGet('a', { expiresIn: 1000 })
  expect(signed).toEqual(['p/a'])
  await expect(part.presigner?.presignGet('../a', { expiresIn: 1000 })).rejects.toMatchObject({
    code: 'invalid-argument',
  })
})
