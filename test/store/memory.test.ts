import { describe, expect, test } from 'vitest'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { testObjectStore } from '../contract/object-store.ts'

describe('a memory store keeps the contract', () => {
  testObjectStore(async () => memoryStore())
})

const one = Uint8Array.of(1)

test('stores of one name share their objects, those without a name share with nobody', async () => {
  await memoryStore({ name: 'shared' }).put('key', one, { mode: 'create' })
  expect((await memoryStore({ name: 'shared' }).get('key')).body).toEqual(one)
  await expect(memoryStore({ name: 'other' }).get('key')).rejects.toMatchObject({ code: 'not-found' })
  await memoryStore().put('key', one, { mode: 'create' })
  await expect(memoryStore().get('key')).rejects.toMatchObject({ code: 'not-found' })
})

test('the time of a write is the runtime’s', async () => {
  const store = memoryStore({ runtime: simulatedRuntime({ start: 5_000 }) })
  await store.put('key', one, { mode: 'create' })
  expect((await store.head('key')).lastModified).toBe(5_000)
})
