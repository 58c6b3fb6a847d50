import { expect, test } from 'vitest'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import { retry } from '../../src/store/retry.ts'

const policy = { attempts: 5, firstDelay: 100, longestDelay: 300 }

/** Fails with each of `failures` in turn, then succeeds. */
function failing(...failures: string[]): () => Promise<string> {
  return async () => {
    const failure = failures.shift()
    if (failure !== undefined) throw new Error(failure)
    return 'done'
  }
}

function recordingRuntime(random: () => number): Runtime & { readonly naps: number[] } {
  const naps: number[] = []
  return { ...simulatedRuntime(), random, naps, sleep: async (milliseconds) => void naps.push(milliseconds) }
}

test('a transient failure is repeated until it passes', async () => {
  const runtime = recordingRuntime(() => 1)
  const result = await retry(failing('a', 'b', 'c', 'd'), { runtime, policy, isTransient: () => true })
  expect(result).toBe('done')
  expect(runtime.naps).toEqual([100, 200, 300, 300])
})

test('the waits are jittered: any part of the limit, so that writers do not come back together', async () => {
  const runtime = recordingRuntime(() => 0.25)
  await retry(failing('a', 'b', 'c'), { runtime, policy, isTransient: () => true })
  expect(runtime.naps).toEqual([25, 50, 75])
})

test('the last failure is thrown when the attempts are used up', async () => {
  const runtime = recordingRuntime(() => 0)
  const call = retry(failing('a', 'b', 'c', 'd', 'e', 'f'), { runtime, policy, isTransient: () => true })
  await expect(call).rejects.toThrow('e')
  expect(runtime.naps).toHaveLength(4)
})

test('a store that stays silent for half a minute each time is asked twice, not until the attempts are used up', async () => {
  const runtime = simulatedRuntime()
  let asked = 0
  const call = retry(
    async () => {
      asked++
      await runtime.sleep(30_000)
      throw new Error('silence')
    },
    { runtime, policy, isTransient: () => true },
  )
  await expect(call).rejects.toThrow('silence')
  expect(asked).toBe(2)
})

test('a transfer that went well for minutes and then breaks is taken up again', async () => {
  const runtime = simulatedRuntime()
  const transfer = failing('broken')
  const slow = () => runtime.sleep(300_000).then(transfer)
  expect(await retry(slow, { runtime, policy, isTransient: () => true })).toBe('done')
})

test('any other failure is thrown at once', async () => {
  const runtime = recordingRuntime(() => 0)
  const isTransient = (error: unknown): boolean => error instanceof Error && error.message !== 'final'
  await expect(retry(failing('a', 'final', 'b'), { runtime, policy, isTransient })).rejects.toThrow('final')
  expect(runtime.naps).toHaveLength(1)
})

test('the caller’s signal ends it between two attempts', async () => {
  const controller = new AbortController()
  const runtime = { ...simulatedRuntime(), sleep: async () => controller.abort() }
  const call = retry(failing('a', 'b'), { runtime, policy, isTransient: () => true, signal: controller.signal })
  await expect(call).rejects.toMatchObject({ code: 'aborted' })
})
