import { describe, expect, test } from 'vitest'
import { unityCatalog } from '../../src/databricks/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { FAKE_URL, FakeDatabricks, NOW, type Trouble } from '../fakes/unity-catalog/index.ts'
import { clientOf } from './client-of.ts'

const TOKEN = new FakeDatabricks().token
const refused = (status: number, headers: Record<string, string> = {}, body = ''): Trouble => ({
  instead: new Response(body, { status, headers }),
})
const broken: Trouble = { instead: new TypeError('fetch failed', { cause: new Error('ECONNRESET') }) }

function world(troubles: readonly Trouble[]) {
  const fake = new FakeDatabricks()
  fake.troubles.push(...troubles)
  const runtime = simulatedRuntime({ start: NOW })
  return { fake, runtime, ...clientOf(fake, runtime), waited: () => runtime.now() - NOW }
}

describe('a call is sent again', () => {
  test.each([429, 503])('after %i as late as the server says, a change too', async (status) => {
    const { shares, fake, waited } = world([refused(status, { 'retry-after': '7' }), refused(status)])
    expect(await shares.create({ name: 'sales' })).toMatchObject({ name: 'sales' })
    expect({ calls: fake.calls.length, waited: waited() }).toEqual({ calls: 3, waited: 8000 })
  })

  test.each([refused(500), refused(502), refused(504), broken])(
    'after a failure that may pass, if it only reads',
    async (trouble) => {
      const { shares, fake, waited } = world([trouble, trouble])
      expect(await shares.list()).toEqual([])
      expect(fake.calls).toHaveLength(3)
      expect(waited()).toBeGreaterThan(3000)
      expect(waited()).toBeLessThan(3000 + 2 * 750)
    },
  )

  test('after such a failure, if it asks something without being a GET', async () => {
    const { storageCredentials, fake } = world([refused(504), broken])
    fake.metastore.privileges.own({ type: 'storage_credential', name: 'kadoa' })
    const asked = { credential: 'kadoa', location: 'kadoa', url: 's3://kadoa-share-acme/tables' }
    expect(await storageCredentials.tryOut(asked)).toHaveLength(5)
    expect(fake.calls).toHaveLength(3)
  })

  test('not for long to a host that nobody knows, which is ours to correct', async () => {
    const cause = Object.assign(new Error('getaddrinfo ENOTFOUND adb-1'), { code: 'ENOTFOUND' })
    const nobody: Trouble = { instead: new TypeError('fetch failed', { cause }) }
    const { shares, fake, waited } = world(Array.from({ length: 9 }, () => nobody))
    const error = { code: 'unavailable', details: { blame: 'kadoa' } }
    await expect(shares.list()).rejects.toMatchObject({
      ...error,
      message: expect.stringContaining('there is no host'),
    })
    expect(fake.calls).toHaveLength(3)
    expect(waited()).toBeLessThan(5000)
    await expect(shares.create({ name: 'sales' })).rejects.toMatchObject({
      ...error,
      message: expect.not.stringContaining('may have been done'),
    })
  })

  test('when a gateway says "later" under another status', async () => {
    const { shares } = world([refused(400, {}, 'RPC token bucket limit has been exceeded')])
    expect(await shares.list()).toEqual([])
  })

  test('for five minutes and no longer', async () => {
    const { shares, fake, waited } = world(Array.from({ length: 400 }, () => refused(429, { 'retry-after': '0' })))
    await expect(shares.list()).rejects.toMatchObject({ code: 'rate-limited', details: { retryAfter: 0 } })
    expect({ calls: fake.calls.length, waited: waited() }).toEqual({ calls: 301, waited: 300_000 })
  })

  test('as late as the date says that a proxy gives', async () => {
    const { shares, waited } = world([refused(503, { 'retry-after': new Date(NOW + 90_000).toUTCString() })])
    expect(await shares.list()).toEqual([])
    expect(waited()).toBe(90_000)
  })

  test.each(['9999999999', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'not at all when somebody asks for years: %s',
    async (years) => {
      const { shares, fake } = world([refused(429, { 'retry-after': years })])
      await expect(shares.list()).rejects.toMatchObject({ code: 'rate-limited' })
      expect(fake.calls).toHaveLength(1)
    },
  )

  test('when no answer comes within a minute, if it only reads', async () => {
    const fake = new FakeDatabricks()
    let calls = 0
    const { shares } = unityCatalog({
      host: FAKE_URL,
      token: TOKEN,
      runtime: fake.runtime,
      fetch: async (input, init) => {
        if (++calls > 1) return fake.fetch(input, init)
        await fake.runtime.sleep(60_000)
        init?.signal?.throwIfAborted()
        throw new Error('waits for ever')
      },
    })
    expect(await shares.list()).toEqual([])
    calls = 0
    await expect(shares.create({ name: 'sales' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no answer within 60 seconds); it may have been done all the same'),
    })
  })

  test('not at all when the server asks for more patience than there is', async () => {
    const { shares, fake } = world([refused(429, { 'retry-after': '3600' })])
    await expect(shares.list()).rejects.toMatchObject({ code: 'rate-limited', details: { retryAfter: 3600 } })
    expect(fake.calls).toHaveLength(1)
  })
})

describe('a change is not sent again', () => {
  test('when its answer is lost, and the error says that it may be made', async () => {
    const { shares, fake } = world([{ after: new TypeError('fetch failed') }])
    await expect(shares.create({ name: 'sales' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('it may have been done all the same'),
    })
    expect(fake.calls).toHaveLength(1)
    expect(await shares.get('sales')).toMatchObject({ name: 'sales' })
  })

  test.each([500, 502, 504])('after %i', async (status) => {
    const { shares, fake } = world([refused(status)])
    await expect(shares.delete('sales')).rejects.toMatchObject({ code: 'unavailable' })
    expect(fake.calls).toHaveLength(1)
  })
})

describe('a caller who aborts is heard', () => {
  test('before anything is asked', async () => {
    const { shares, fake } = world([])
    await expect(shares.list({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
    expect(fake.calls).toEqual([])
  })

  test('while waiting for another attempt', async () => {
    const controller = new AbortController()
    const simulated = simulatedRuntime({ start: NOW })
    const fake = new FakeDatabricks()
    fake.troubles.push(refused(503))
    const { shares } = clientOf(fake, {
      ...simulated,
      sleep(milliseconds, signal) {
        controller.abort()
        return simulated.sleep(milliseconds, signal)
      },
    })
    await expect(shares.list({ signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' })
    expect(fake.calls).toHaveLength(1)
  })
})

describe('an answer that is none is refused', () => {
  test.each([
    { why: 'a page to log in', body: '<html>', problem: 'not JSON' },
    { why: 'half of one', body: '{"name": "sal', problem: 'breaks off; do it again' },
    { why: 'nothing, which a list would take for no items', body: '', problem: 'not JSON' },
    { why: 'a member of another type', body: '{"name": 5}', problem: 'name: Invalid input' },
  ])('$why', async ({ body, problem }) => {
    const { shares } = world([refused(200, {}, body)])
    await expect(shares.get('sales')).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringContaining(problem),
    })
  })

  test('a list that goes round in circles', async () => {
    const again = (): Trouble => refused(200, {}, '{"shares": [], "next_page_token": "x"}')
    const { shares } = world([again(), again()])
    await expect(shares.list()).rejects.toMatchObject({ code: 'invalid-data' })
  })

  test('a redirection, for the token would go with it', async () => {
    const { shares, fake } = world([refused(302, { location: 'https://login.example.com/' })])
    await expect(shares.list()).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(fake.calls).toHaveLength(1)
  })
})

describe('the token', () => {
  test.each([
    refused(400, {}, JSON.stringify({ error_code: 'INVALID_PARAMETER_VALUE', message: `bad token ${TOKEN}` })),
    { instead: new Error(`cannot send ${TOKEN}`) },
  ])('never enters a message', async (trouble) => {
    const { shares } = world([trouble])
    const error = await shares.create({ name: 'sales' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'DeltaError' })
    expect(String(error)).toContain('<token>')
    expect(String(error)).not.toContain(TOKEN)
  })

  test.each(['', 'dapi 1', 'dapi\n1', 'dapi\u00e9'])('%j is none, and is not quoted', (token) => {
    expect(() => unityCatalog({ host: FAKE_URL, token })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.not.stringContaining('dapi') }),
    )
  })

  test('that is wrong is said to be so', async () => {
    const fake = new FakeDatabricks()
    const { shares } = unityCatalog({ host: FAKE_URL, token: 'other', fetch: fake.fetch, runtime: simulatedRuntime() })
    await expect(shares.list()).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('the host', () => {
  test.each(['adb-1.2.azuredatabricks.net', `${FAKE_URL}/`, ` ${FAKE_URL}`])('%j is a workspace', async (host) => {
    const fake = new FakeDatabricks()
    const { shares } = unityCatalog({ host, token: TOKEN, fetch: fake.fetch, runtime: simulatedRuntime() })
    expect(await shares.list()).toEqual([])
  })

  test.each(['', 'https://', `${FAKE_URL}/api`, `${FAKE_URL}?o=1`, 'https://me:you@example.com', 'http://example.com'])(
    '%j is none',
    (host) => {
      expect(() => unityCatalog({ host, token: TOKEN })).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
    },
  )

  test.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
    '%s may go without TLS',
    (host) => {
      expect(() => unityCatalog({ host, token: TOKEN })).not.toThrow()
    },
  )
})
