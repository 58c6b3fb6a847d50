import { describe, expect, test } from 'vitest'
import { simulatedRuntime } from '../../../src/runtime.ts'
import { type ObjectStore, s3Store } from '../../../src/store/index.ts'
import { type FakeServer, type Fault, fakeServer } from './fake-server.ts'

const credentials = { accessKeyId: 'AK', secretAccessKey: 'SK' }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (body: Uint8Array): string => new TextDecoder().decode(body)

/** Where they differ would be too long to print. */
function expectSame(found: Uint8Array, expected: Uint8Array): void {
  expect(Buffer.compare(found, expected)).toBe(0)
}

async function open(options: { idleTimeout?: number } = {}): Promise<{ store: ObjectStore; server: FakeServer }> {
  const server = await fakeServer()
  return { server, store: storeAt(server.endpoint, options) }
}

function storeAt(endpoint: string, options: { idleTimeout?: number } = {}): ObjectStore {
  const retry = { attempts: 4, firstDelay: 100, longestDelay: 100 }
  return s3Store({
    bucket: 'bucket',
    endpoint,
    region: 'us-east-1',
    credentials,
    runtime: simulatedRuntime(),
    retry,
    ...options,
  })
}

const create = { mode: 'create' } as const
const overwrite = { mode: 'overwrite' } as const

describe('a conditional put whose answer is no answer is "unknown", and is sent only once', () => {
  test.each<[string, Fault, boolean]>([
    ['the answer was lost after the object was written', 'lose-answer', true],
    ['the connection was reset before it was', 'reset', false],
    ['500 after the object was written', { refuseAfter: 500 }, true],
    ['500 before it was', { refuse: 500 }, false],
    ['503 SlowDown', { refuse: 503, code: 'SlowDown' }, false],
    ['504 from something in between', { refuse: 504 }, false],
    ['429 from something in between', { refuse: 429, code: 'TooManyRequests' }, false],
    ['200 with an error in the body', 'error-in-200', false],
    ['200 without an ETag', 'bare-200', false],
  ])('%s', async (_, fault, isThere) => {
    const { store, server } = await open()
    server.fail(fault)
    expect(await store.put('key', bytes('x'), create)).toMatchObject({ outcome: 'unknown', cause: expect.any(Error) })
    expect(server.requests).toEqual(['PUT /bucket/key'])
    expect(server.objects.has('key')).toBe(isThere)
  })

  test('no answer at all within the idle timeout', async () => {
    const { store, server } = await open({ idleTimeout: 200 })
    server.fail('silence')
    expect(await store.put('key', bytes('x'), create)).toMatchObject({ outcome: 'unknown' })
  })

  test('the caller’s signal while the request is on its way', async () => {
    const { store, server } = await open()
    server.fail('silence')
    const controller = new AbortController()
    const put = store.put('key', bytes('x'), { ...create, signal: controller.signal })
    await expect.poll(() => server.requests.length).toBe(1)
    controller.abort()
    expect(await put).toMatchObject({ outcome: 'unknown' })
  })
})

test('any number of requests at once listen to one signal, and Node warns of nothing', async () => {
  const { store } = await open()
  const { signal } = new AbortController()
  const warnings: string[] = []
  const onWarning = ({ message }: Error): unknown => warnings.push(message)
  process.on('warning', onWarning)
  await Promise.all(Array.from({ length: 30 }, (_, n) => store.put(`key${n}`, bytes('x'), { ...overwrite, signal })))
  await new Promise(setImmediate)
  process.off('warning', onWarning)
  expect(warnings).toEqual([])
})

describe('a conditional put that the store refused is told as what it is', () => {
  test.each<[string, Fault]>([
    ['412', { refuse: 412, code: 'PreconditionFailed' }],
    ['304, from stores that mean 412', { refuse: 304 }],
  ])('%s is a lost race', async (_, fault) => {
    const { store, server } = await open()
    server.fail(fault)
    expect(await store.put('key', bytes('x'), create)).toEqual({ outcome: 'precondition-failed' })
    expect(server.requests).toHaveLength(1)
  })

  test('404 NoSuchKey to an If-Match is a lost race', async () => {
    const { store } = await open()
    expect(await store.put('key', bytes('x'), { mode: { ifMatch: '"e"' } })).toEqual({ outcome: 'precondition-failed' })
  })

  test.each<[string, Fault, string, string]>([
    ['403', { refuse: 403, code: 'AccessDenied' }, 'permission-denied', 'ask the owner'],
    ['403 for the login', { refuse: 403, code: 'SignatureDoesNotMatch' }, 'unauthenticated', 'AWS_ACCESS_KEY_ID'],
    ['400 for an old token', { refuse: 400, code: 'ExpiredToken' }, 'unauthenticated', 'credentials'],
    ['404 for the bucket', { refuse: 404, code: 'NoSuchBucket' }, 'not-found', 'no such bucket'],
    ['301 to another region', { refuse: 301, code: 'PermanentRedirect' }, 'invalid-argument', 'AWS_REGION'],
    ['501', { refuse: 501, code: 'NotImplemented' }, 'unsupported', 'conditional writes'],
    ['400 NotImplemented', { refuse: 400, code: 'NotImplemented' }, 'unsupported', 'conditional writes'],
    ['400', { refuse: 400, code: 'InvalidRequest' }, 'invalid-argument', 'InvalidRequest'],
  ])('%s', async (_, fault, code, hint) => {
    const { store, server } = await open()
    server.fail(fault)
    await expect(store.put('a/key', bytes('x'), create)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(`^writing a/key at s3://bucket failed: .*${hint}`),
      cause: expect.any(Error),
    })
    expect(server.requests).toHaveLength(1)
  })
})

describe('a HEAD that is refused, whose answer cannot say why, is asked again as a GET', () => {
  test.each<[string, Fault, string, string]>([
    ['an old token', { refuse: 400, code: 'ExpiredToken' }, 'unauthenticated', 'credentials'],
    ['a login that is none', { refuse: 403, code: 'InvalidAccessKeyId' }, 'unauthenticated', 'credentials'],
    ['a right that is missing', { refuse: 403, code: 'AccessDenied' }, 'permission-denied', 'ask the owner'],
  ])('%s', async (_, fault, code, hint) => {
    const { store, server } = await open()
    server.objects.set('key', Buffer.from('x'))
    server.fail(fault, fault)
    await expect(store.head('key')).rejects.toMatchObject({ code, message: expect.stringContaining(hint) })
    expect(server.requests).toEqual(['HEAD /bucket/key', 'GET /bucket/key'])
  })

  test('a clock that was wrong is set right, and the HEAD sent again', async () => {
    const { store, server } = await open()
    server.objects.set('key', Buffer.from('x'))
    server.fail({ refuse: 403 }, { refuse: 403, code: 'RequestTimeTooSkewed' })
    expect(await store.head('key')).toMatchObject({ key: 'key', size: 1 })
    expect(server.requests).toEqual(['HEAD /bucket/key', 'GET /bucket/key', 'HEAD /bucket/key'])
  })

  test.each<Fault>(['none', 'ignore-range'])('a GET that is not refused is answer enough, %s', async (fault) => {
    const { store, server } = await open()
    const object = Buffer.alloc(10_000_000)
    server.objects.set('key', object)
    const seen = await store.head('key')
    server.fail({ refuse: 403 }, fault)
    expect(await store.head('key')).toEqual(seen)
    expect(server.requests.slice(1)).toEqual(['HEAD /bucket/key', 'GET /bucket/key'])
    expect((await store.get('key')).body).toHaveLength(object.length)
  })

  test('an object that is empty is looked at again, where its GET is not refused', async () => {
    const { store, server } = await open()
    server.objects.set('key', Buffer.from(''))
    server.fail({ refuse: 400 })
    expect(await store.head('key')).toMatchObject({ size: 0 })
    expect(server.requests).toEqual(['HEAD /bucket/key', 'GET /bucket/key', 'HEAD /bucket/key'])
  })
})

describe('a conditional put is sent again only when the store certainly did nothing', () => {
  test.each(['ConditionalRequestConflict', 'OperationAborted'])('409 %s', async (code) => {
    const { store, server } = await open()
    server.fail({ refuse: 409, code }, { refuse: 409, code })
    expect(await store.put('key', bytes('x'), create)).toMatchObject({ outcome: 'written' })
    expect(server.requests).toHaveLength(3)
  })

  test('409 again and again is "unavailable": nothing was written and nothing will be', async () => {
    const { store, server } = await open()
    server.fail(...Array.from({ length: 4 }, () => ({ refuse: 409, code: 'ConditionalRequestConflict' })))
    await expect(store.put('key', bytes('x'), create)).rejects.toMatchObject({ code: 'unavailable' })
    expect(server.requests).toHaveLength(4)
  })

  test('a clock that is wrong is corrected from the answer', async () => {
    const { store, server } = await open()
    server.fail({ refuse: 403, code: 'RequestTimeTooSkewed', headers: { Date: new Date().toUTCString() } })
    expect(await store.put('key', bytes('x'), create)).toMatchObject({ outcome: 'written' })
  })

  test('nobody listens at the endpoint, or its name does not exist: "unavailable", and where to look', async () => {
    for (const endpoint of ['http://127.0.0.1:1', 'http://no-such-host.invalid']) {
      await expect(storeAt(endpoint).put('key', bytes('x'), create)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(/nothing answers there \([^)]+\): look whether .*AWS_ENDPOINT_URL_S3/),
      })
    }
  })

  test('an endpoint that is asked by HTTPS and speaks HTTP is told as that', async () => {
    const { endpoint } = await fakeServer()
    await expect(storeAt(endpoint.replace('http:', 'https:')).get('key')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/write http:\/\/ in AWS_ENDPOINT_URL_S3 \([^\n]*\)$/),
    })
  })
})

describe('calls that may be repeated are', () => {
  const trouble: Fault[] = ['reset', { refuse: 503, code: 'SlowDown' }, { refuse: 500 }]

  test('an overwrite', async () => {
    const { store, server } = await open()
    server.fail(...trouble)
    expect(await store.put('key', bytes('x'), overwrite)).toMatchObject({ outcome: 'written' })
    expect(server.requests).toHaveLength(4)
  })

  test('an overwrite that never gets an answer is "unknown" in the end', async () => {
    const { store, server } = await open()
    server.fail('lose-answer', 'reset', 'reset', 'reset')
    expect(await store.put('key', bytes('x'), overwrite)).toMatchObject({ outcome: 'unknown' })
  })

  test('get, head and delete', async () => {
    const { store, server } = await open()
    server.objects.set('key', Buffer.from('text'))
    server.fail(...trouble)
    expect(text((await store.get('key')).body)).toBe('text')
    server.fail('reset', { refuse: 503 })
    expect((await store.head('key')).size).toBe(4)
    server.fail(...trouble)
    await store.delete(['key'])
    expect(server.objects.size).toBe(0)
  })

  test('and given up in the end, saying what failed where', async () => {
    const { store, server } = await open()
    server.fail('reset', 'reset', 'reset', 'reset')
    await expect(store.get('a/key')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^reading a\/key at s3:\/\/bucket failed: ECONNRESET/),
    })
  })
})

describe('a body that breaks off', () => {
  const body = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 13) & 255)

  test('is taken up again at the byte reached, of the same object', async () => {
    const { store, server } = await open()
    server.objects.set('key', Buffer.from(body))
    server.fail({ cutAfter: 100_000 }, { cutAfter: 50_000 })
    expectSame((await store.get('key')).body, body)
    expect(server.requests).toHaveLength(3)
  })

  test('is taken up inside the range that was asked for', async () => {
    const { store, server } = await open()
    server.objects.set('key', Buffer.from(body))
    server.fail({ cutAfter: 60_000 }, 'ignore-range')
    const part = await store.get('key', { range: { start: 1000, end: 200_000 } })
    expectSame(part.body, body.subarray(1000, 200_000))
    expect(part.size).toBe(300_000)
  })

  test('is given up when it stalls, and taken up again', async () => {
    const { store, server } = await open({ idleTimeout: 200 })
    server.objects.set('key', Buffer.from(body))
    server.fail({ stallAfter: 100_000 })
    expectSame((await store.get('key')).body, body)
  })

  test('is read anew when the object was replaced meanwhile: never a mix of two', async () => {
    const { store, server } = await open()
    server.objects.set('key', Buffer.from(body))
    const other = body.map((byte) => byte ^ 1)
    server.fail({ cutAfter: 100_000, meanwhile: () => server.objects.set('key', Buffer.from(other)) })
    expectSame((await store.get('key')).body, other)
    expect(server.requests).toHaveLength(3)
  })

  test('ends with "aborted" when the caller’s signal fires in the middle', async () => {
    const { store, server } = await open()
    server.objects.set('key', Buffer.from(body))
    server.fail({ stallAfter: 100_000 })
    const controller = new AbortController()
    const read = store.get('key', { signal: controller.signal })
    await expect.poll(() => server.requests.length).toBe(1)
    controller.abort()
    await expect(read).rejects.toMatchObject({ code: 'aborted' })
  })
})

test('a store that ignores Range is read rightly all the same', async () => {
  const { store, server } = await open()
  server.objects.set('key', Buffer.from('0123456789'))
  server.fail('ignore-range')
  expect(text((await store.get('key', { range: { start: 3, end: 6 } })).body)).toBe('345')
})
