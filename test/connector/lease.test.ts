import { describe, expect, test } from 'vitest'
import { withLease } from '../../src/connector/lease.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'

const LEASE = 'connectors/acme/lease.json'

/** A clock that others can use at the same time: whoever sleeps lets them go on. */
function sharedRuntime(): Runtime {
  const runtime = simulatedRuntime()
  return {
    ...runtime,
    async sleep(milliseconds, signal) {
      await new Promise((resolve) => setImmediate(resolve))
      await runtime.sleep(milliseconds, signal)
    },
  }
}

test('one at a time, and everybody in the end', async () => {
  const store = memoryStore()
  const runtime = sharedRuntime()
  let inside = 0
  let most = 0
  const visit = () =>
    withLease(store, 'acme', { runtime }, async () => {
      inside++
      most = Math.max(most, inside)
      await runtime.sleep(50)
      inside--
    })
  await Promise.all(Array.from({ length: 8 }, visit))
  expect(most).toBe(1)
})

describe('a holder that died', () => {
  const dead = { connectorVersion: 1, holder: 'somebody', renewal: 7 }
  const held = async (record: object) => {
    const store = memoryStore()
    await store.put(LEASE, new TextEncoder().encode(JSON.stringify(record)), { mode: 'create' })
    return store
  }

  test('is replaced once its record stood still for the whole time, not before', async () => {
    const store = await held(dead)
    const runtime = simulatedRuntime()
    const began = runtime.now()
    await withLease(store, 'acme', { runtime, leaseTtl: 10_000 }, async () => {})
    expect(runtime.now() - began).toBeGreaterThanOrEqual(10_000)
    expect(runtime.now() - began).toBeLessThan(12_000)
  })

  test.each([
    ['back', -1],
    ['forward', 1],
  ])('is replaced after that time where the clock is set %s by hours meanwhile', async (_, hours) => {
    const store = await held(dead)
    const runtime = simulatedRuntime()
    let waited = 0
    const set = {
      ...runtime,
      now: () => runtime.now() + (waited > 3000 ? 3 * hours * 3_600_000 : 0),
      async sleep(milliseconds: number) {
        waited += milliseconds
        await runtime.sleep(milliseconds)
      },
    }
    await withLease(store, 'acme', { runtime: set, leaseTtl: 10_000 }, async () => {})
    expect(waited).toBeGreaterThanOrEqual(10_000)
    expect(waited).toBeLessThan(12_000)
  })

  test('that stirs is waited for', async () => {
    const store = await held(dead)
    const runtime = simulatedRuntime()
    let renewal = 7
    const stir = async (): Promise<void> => {
      renewal++
      const body = JSON.stringify({ ...dead, holder: renewal > 30 ? null : 'somebody', renewal })
      await store.put(LEASE, new TextEncoder().encode(body), { mode: 'overwrite' })
      if (renewal <= 30) runtime.alarm(3000, () => void stir())
    }
    runtime.alarm(3000, () => void stir())
    const began = runtime.now()
    await withLease(store, 'acme', { runtime, leaseTtl: 10_000 }, async () => {})
    expect(runtime.now() - began).toBeGreaterThan(23 * 3000)
  })
})

test('a holder hears that it lost the lease', async () => {
  const store = memoryStore()
  const runtime = simulatedRuntime()
  await withLease(store, 'acme', { runtime, leaseTtl: 9000 }, async (lost) => {
    expect(lost.aborted).toBe(false)
    const other = JSON.stringify({ connectorVersion: 1, holder: 'somebody', renewal: 0 })
    await store.put(LEASE, new TextEncoder().encode(other), { mode: 'overwrite' })
    await runtime.sleep(3000)
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(lost.aborted).toBe(true)
  })
  const kept = JSON.parse(new TextDecoder().decode((await store.get(LEASE)).body))
  expect(kept).toMatchObject({ holder: 'somebody' })
})

test('the lease is let go when the work fails', async () => {
  const store = memoryStore()
  const runtime = simulatedRuntime()
  const failing = withLease(store, 'acme', { runtime }, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  const began = runtime.now()
  expect(await withLease(store, 'acme', { runtime }, async () => 'done')).toBe('done')
  expect(runtime.now()).toBe(began)
})

test('a holder that lives for ever is not waited for that long', async () => {
  const store = memoryStore()
  const runtime = simulatedRuntime()
  await withLease(store, 'acme', { runtime }, async () => {
    const waiting = withLease(store, 'acme', { runtime }, async () => {})
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' })
  })
})
