import { describe, expect, test } from 'vitest'
import { simulatedRuntime } from '../../../src/runtime.ts'
import { type ObjectStore, s3Store } from '../../../src/store/index.ts'
import { type FakeServer, fakeServer } from './fake-server.ts'

const PART = 5 * 1024 * 1024

async function open(): Promise<{ store: ObjectStore; server: FakeServer }> {
  const server = await fakeServer()
  const store = s3Store({
    bucket: 'bucket',
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
    runtime: simulatedRuntime(),
    retry: { attempts: 3, firstDelay: 1, longestDelay: 1 },
  })
  return { store, server }
}

test('a stream that never fills a part costs one request', async () => {
  const { store, server } = await open()
  const writer = store.putStream('small')
  for (let i = 0; i < 10; i++) await writer.write(new Uint8Array(100_000))
  expect(server.requests).toEqual([])
  expect(await writer.finish()).toMatchObject({ size: 1_000_000 })
  expect(server.requests).toEqual(['PUT /bucket/small'])
})

test('a stream of two parts and a rest costs a request each, and two around them', async () => {
  const { store, server } = await open()
  const writer = store.putStream('big', { partSize: PART })
  await writer.write(new Uint8Array(2 * PART + 1))
  await writer.finish()
  expect(server.objects.get('big')?.length).toBe(2 * PART + 1)
  expect([...server.requests].sort()).toEqual([
    'POST /bucket/big?uploadId=up',
    'POST /bucket/big?uploads=',
    'PUT /bucket/big?partNumber=1&uploadId=up',
    'PUT /bucket/big?partNumber=2&uploadId=up',
    'PUT /bucket/big?partNumber=3&uploadId=up',
  ])
})

describe('when requests fail', () => {
  const writeTwoParts = async (store: ObjectStore) => {
    const writer = store.putStream('big', { partSize: PART })
    await writer.write(new Uint8Array(2 * PART))
    return writer
  }

  test('parts and the end are repeated', async () => {
    const { store, server } = await open()
    server.fail('reset', 'none', 'reset', { refuse: 503 })
    const writer = await writeTwoParts(store)
    expect(await writer.finish()).toMatchObject({ size: 2 * PART })
    expect(server.objects.get('big')?.length).toBe(2 * PART)
  })

  test('an end whose answer was lost is found to have happened', async () => {
    const { store, server } = await open()
    const writer = await writeTwoParts(store)
    await expect.poll(() => server.objects.size).toBe(2)
    server.fail('lose-answer')
    expect(await writer.finish()).toMatchObject({ size: 2 * PART, etag: expect.stringMatching(/-2"$/) })
    expect(server.objects.get('big')?.length).toBe(2 * PART)
  })

  test('an upload that is gone, and another object in its place, is "unavailable"', async () => {
    const { store, server } = await open()
    const writer = await writeTwoParts(store)
    await expect.poll(() => server.objects.size).toBe(2)
    server.objects.clear()
    server.objects.set('big', Buffer.alloc(2 * PART))
    await expect(writer.finish()).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('a part that cannot be written ends the stream and drops the parts before', async () => {
    const { store, server } = await open()
    server.fail('none', { refuse: 403, code: 'AccessDenied' }, { refuse: 403, code: 'AccessDenied' })
    const writer = await writeTwoParts(store)
    await expect(writer.finish()).rejects.toMatchObject({ code: 'permission-denied' })
    await writer.abort()
    expect(server.requests).toContain('DELETE /bucket/big?uploadId=up')
    expect(server.objects.size).toBe(0)
  })

  test('a small stream whose answers are all lost is "unavailable", not silently gone', async () => {
    const { store, server } = await open()
    server.fail('reset', 'reset', 'reset')
    await expect(store.putStream('small').finish()).rejects.toMatchObject({ code: 'unavailable' })
  })
})

test('an abort waits for the parts on their way, then drops them', async () => {
  const { store, server } = await open()
  const writer = store.putStream('big', { partSize: PART })
  await writer.write(new Uint8Array(2 * PART))
  await writer.abort()
  expect(server.requests.at(-1)).toBe('DELETE /bucket/big?uploadId=up')
  expect(server.objects.size).toBe(0)
})

test('a part size that S3 does not take is refused', async () => {
  const { store } = await open()
  await expect(store.putStream('key', { partSize: 1000 }).finish()).rejects.toMatchObject({ code: 'invalid-argument' })
})
