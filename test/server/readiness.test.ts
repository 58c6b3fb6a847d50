import { expect, test } from 'vitest'
import { sharingHandler } from '../../src/server/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { ORIGIN, openWorld } from './world.ts'

const ask = (path: string): Request => new Request(ORIGIN + path)

/** A store whose listing fails as long as it is told to, and counts how often it was asked. */
function switchable(): { store: ObjectStore; isDown: (down: boolean) => void; asked: () => number } {
  const store = memoryStore()
  let down = false
  let asked = 0
  return {
    store: {
      ...store,
      async *list(options) {
        asked++
        if (down) throw new Error('connect ECONNREFUSED s3cret-host')
        yield* store.list(options)
      },
    },
    isDown: (is) => {
      down = is
    },
    asked: () => asked,
  }
}

test('a server is ready while its store answers, and says nothing of why it is not', async () => {
  const { runtime } = await openWorld()
  const { store, isDown } = switchable()
  const handler = sharingHandler({ store, openTable: () => store, runtime })
  expect((await handler(ask('/readyz'))).status).toBe(200)
  isDown(true)
  await runtime.sleep(1000)
  const answer = await handler(ask('/readyz'))
  expect([answer.status, await answer.text()]).toEqual([503, 'not ready\n'])
  expect((await handler(ask('/healthz'))).status).toBe(200)
  isDown(false)
  await runtime.sleep(1000)
  expect((await handler(ask('/readyz'))).status).toBe(200)
})

test('whoever asks often does not reach the store each time', async () => {
  const { runtime } = await openWorld()
  const { store, asked } = switchable()
  const handler = sharingHandler({ store, openTable: () => store, runtime })
  for (let i = 0; i < 20; i++) await handler(ask('/readyz'))
  expect(asked()).toBe(1)
})

test('a server that is stopping is alive, but not ready', async () => {
  const stopping = new AbortController()
  const store = memoryStore()
  const handler = sharingHandler({ store, openTable: () => store, stopping: stopping.signal })
  expect((await handler(ask('/readyz'))).status).toBe(200)
  stopping.abort()
  expect((await handler(ask('/readyz'))).status).toBe(503)
  expect((await handler(ask('/healthz'))).status).toBe(200)
})
