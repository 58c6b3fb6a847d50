import { describe, expect, test } from 'vitest'
import { systemRuntime } from '../../src/runtime.ts'
import { openStore, probeStore } from '../../src/store/index.ts'
import { testObjectStore } from '../contract/object-store.ts'
import { openBucket } from './minio.ts'

describe('a prefix of a bucket keeps the contract', () => {
  testObjectStore(async () => {
    const location = await openBucket()
    const neighbour = await openStore(location)
    for (const key of ['a/b.txt', 'a/b0', 'a/a', 'z']) await neighbour.put(key, Uint8Array.of(9), { mode: 'create' })
    return openStore(`${location}/a/b/`)
  })
})

test('the whole of a bucket is a store too', async () => {
  const store = await openStore(await openBucket())
  await store.put('b/c', Uint8Array.of(1), { mode: 'create' })
  await store.put('a', Uint8Array.of(2), { mode: 'create' })
  const keys: string[] = []
  for await (const { key } of store.list()) keys.push(key)
  expect(keys).toEqual(['a', 'b/c'])
})

describe('a presigned URL', () => {
  const KEYS = ['plain.parquet', "p=Köln %2F+/x y~!'()*.parquet", '文件/😀&=?#.parquet']
  const body = Uint8Array.from({ length: 1000 }, (_, i) => i & 255)

  test.each(KEYS)('fetches %s, whole and by range, with nothing but HTTP', async (key) => {
    const store = await openStore(`${await openBucket()}/some prefix`)
    await store.put(key, body, { mode: 'create' })
    const url = await presign(store, key, 60_000)
    expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).toEqual(body)
    const tail = await fetch(url, { headers: { Range: 'bytes=-8' } })
    expect(tail.status).toBe(206)
    expect(new Uint8Array(await tail.arrayBuffer())).toEqual(body.subarray(-8))
    const middle = await fetch(url, { headers: { Range: 'bytes=100-199' } })
    expect(new Uint8Array(await middle.arrayBuffer())).toEqual(body.subarray(100, 200))
  })

  test('is good for this one object and for GET only', async () => {
    const store = await openStore(await openBucket())
    await store.put('mine', body, { mode: 'create' })
    await store.put('other', body, { mode: 'create' })
    const url = await presign(store, 'mine', 60_000)
    expect((await fetch(url.replace('/mine?', '/other?'))).status).toBe(403)
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403)
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403)
  })

  const presign = async (store: Awaited<ReturnType<typeof openStore>>, key: string, expiresIn: number) => {
    const signed = await store.presigner?.presignGet(key, { expiresIn })
    if (signed === undefined) throw new Error('an S3 store signs URLs')
    return signed.url
  }
})

test('a bucket that is not there, and a wrong login, are told apart', async () => {
  const location = await openBucket()
  const nowhere = await openStore(`${location}-nowhere`)
  const reading = expect(nowhere.get('key'))
  await reading.rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('no such bucket') })
  const env = { ...process.env, AWS_SECRET_ACCESS_KEY: 'wrong' }
  const stranger = await openStore(location, { env })
  await expect(stranger.put('key', Uint8Array.of(1), { mode: 'create' })).rejects.toMatchObject({
    code: 'unauthenticated',
    message: expect.not.stringContaining('wrong'),
  })
})

test('the probe finds that several writers may share the bucket', async () => {
  const report = await probeStore(await openStore(await openBucket()), { runtime: systemRuntime })
  expect(report).toMatchObject({ severalWriters: true })
  expect(report.checks.every(({ passed }) => passed)).toBe(true)
})
