import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../src/errors.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore, type PutOptions, probeStore } from '../../src/store/index.ts'
import { keysOf } from '../keys-of.ts'

const runtime = simulatedRuntime()

/** A memory store whose `put` is replaced, as stores are found that only seem to have conditional writes. */
function withPut(put: (store: ObjectStore, ...call: Parameters<ObjectStore['put']>) => ReturnType<ObjectStore['put']>) {
  const store = memoryStore()
  return { ...store, put: (...call: Parameters<ObjectStore['put']>) => put(store, ...call) }
}

const isCreate = ({ mode }: PutOptions): boolean => mode === 'create'
const isSwap = ({ mode }: PutOptions): boolean => typeof mode === 'object'

test('a store that keeps its promises may have several writers, and nothing is left in it', async () => {
  const store = memoryStore()
  await store.put('mine', Uint8Array.of(1), { mode: 'create' })
  const report = await probeStore(store, { runtime })
  expect(report).toEqual({
    severalWriters: true,
    checks: ['create', 'race', 'if-match', 'list-after-write', 'range-read'].map((name) => ({ name, passed: true })),
  })
  expect(await keysOf(store)).toEqual(['mine'])
})

describe('a store that breaks one may not, and the report says which and why', () => {
  test.each<[string, string, ObjectStore]>([
    [
      'ignores If-None-Match',
      'create',
      withPut((store, key, body, options) => store.put(key, body, isCreate(options) ? { mode: 'overwrite' } : options)),
    ],
    [
      'not atomic',
      'race',
      withPut(async (store, key, body, options) => {
        // Looks first and writes later, as a proxy in front of a plain store would.
        if (!isCreate(options)) return store.put(key, body, options)
        if ((await keysOf(store)).includes(key)) return { outcome: 'precondition-failed' }
        return store.put(key, body, { mode: 'overwrite' })
      }),
    ],
    [
      'ignores If-Match',
      'if-match',
      withPut((store, key, body, options) => store.put(key, body, isSwap(options) ? { mode: 'overwrite' } : options)),
    ],
    [
      'no conditional writes',
      'create',
      withPut(async (store, key, body, options) => {
        if (options.mode === 'overwrite') return store.put(key, body, options)
        throw new DeltaError('unsupported', 'this store has no conditional writes')
      }),
    ],
    ['listing', 'list-after-write', { ...memoryStore(), list: async function* () {} }],
  ])('%s', async (hint, name, store) => {
    const report = await probeStore(store, { runtime })
    expect(report.severalWriters).toBe(false)
    expect(report.reason).toContain(hint)
    expect(report.checks).toContainEqual({ name, passed: false, detail: expect.stringContaining(hint) })
  })
})

test('reading by range is no matter of writers', async () => {
  const store = memoryStore()
  const report = await probeStore({ ...store, get: (key) => store.get(key) }, { runtime })
  expect(report.severalWriters).toBe(true)
  expect(report.checks).toContainEqual({ name: 'range-read', passed: false, detail: expect.any(String) })
})

test('a lost answer is no verdict', async () => {
  const store = withPut(async () => ({ outcome: 'unknown', cause: new Error('reset') }))
  await expect(probeStore(store, { runtime })).rejects.toMatchObject({ code: 'unavailable' })
})

test('a store that may not be written to says so', async () => {
  const store = withPut(async () => {
    throw new DeltaError('permission-denied', 'no')
  })
  await expect(probeStore(store, { runtime })).rejects.toMatchObject({ code: 'permission-denied' })
})
