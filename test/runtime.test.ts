import { describe, expect, test } from 'vitest'
import { type Runtime, simulatedRuntime, systemRuntime } from '../src/runtime.ts'

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

function draw(runtime: Runtime): unknown[] {
  return [runtime.now(), runtime.uuid(), runtime.random(), runtime.uuid(), runtime.random()]
}

describe.each([
  ['of this process', systemRuntime],
  ['simulated', simulatedRuntime()],
])('the runtime %s', (_, runtime) => {
  test('gives version 4 UUIDs, each once', () => {
    const ids = Array.from({ length: 100 }, () => runtime.uuid())
    expect(new Set(ids).size).toBe(100)
    for (const id of ids) expect(id).toMatch(UUID_V4)
  })

  test('throws dice in [0, 1)', () => {
    for (let i = 0; i < 100; i++) {
      const value = runtime.random()
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThan(1)
    }
  })

  test('does not begin to sleep when the signal has fired', async () => {
    const sleeping = async (): Promise<void> => runtime.sleep(1, AbortSignal.abort('enough'))
    await expect(sleeping()).rejects.toMatchObject({ code: 'aborted', cause: 'enough' })
  })
})

test('a sleep ends early when its signal fires', async () => {
  const controller = new AbortController()
  const sleeping = systemRuntime.sleep(3_600_000, controller.signal)
  controller.abort('changed my mind')
  await expect(sleeping).rejects.toMatchObject({ code: 'aborted', cause: 'changed my mind' })
})

test('a sleep that is not disturbed ends', async () => {
  await expect(systemRuntime.sleep(1, new AbortController().signal)).resolves.toBeUndefined()
})

test('the same seed gives the same run, another seed another', () => {
  expect(draw(simulatedRuntime({ seed: 7 }))).toEqual(draw(simulatedRuntime({ seed: 7 })))
  expect(draw(simulatedRuntime({ seed: 7 }))).not.toEqual(draw(simulatedRuntime({ seed: 8 })))
})

test('the simulated clock moves only by sleeping, or by its tick', async () => {
  const still = simulatedRuntime({ start: 1000 })
  expect([still.now(), still.now()]).toEqual([1000, 1000])
  await still.sleep(250)
  expect(still.now()).toBe(1250)
  const ticking = simulatedRuntime({ start: 0, tick: 5 })
  expect([ticking.now(), ticking.now()]).toEqual([5, 10])
})

test('an alarm rings once its time has passed on the simulated clock, and not when it was switched off', async () => {
  const runtime = simulatedRuntime()
  const rung: string[] = []
  runtime.alarm(100, () => rung.push('early'))
  runtime.alarm(300, () => rung.push('late'))
  runtime.alarm(100, () => rung.push('never'))()
  await runtime.sleep(99)
  expect(rung).toEqual([])
  await runtime.sleep(1)
  await runtime.sleep(100)
  expect(rung).toEqual(['early'])
})

test('an alarm of the real clock rings, or is switched off', async () => {
  const rung = await new Promise<string>((resolve) => {
    systemRuntime.alarm(1, () => resolve('off'))()
    systemRuntime.alarm(2, () => resolve('on'))
  })
  expect(rung).toBe('on')
})
