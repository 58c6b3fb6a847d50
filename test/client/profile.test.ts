import { describe, expect, test } from 'vitest'
import { formatProfile, openProfile } from '../../src/client/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { clientOf, scripted } from './script.ts'

describe('a profile that is opened', () => {
  test('may be the text of its file', async () => {
    const { fetch, requests } = scripted([{ body: { items: [{ name: 'sales' }] } }])
    const text = formatProfile({ endpoint: 'https://x/delta-sharing', bearerToken: 'secret' })
    expect(await openProfile(text, { fetch }).shares()).toEqual([{ name: 'sales' }])
    expect(requests).toMatchObject([{ url: 'https://x/delta-sharing/shares', authorization: 'Bearer secret' }])
  })

  test('may be what JSON.parse makes of its file', async () => {
    const file = JSON.parse(formatProfile({ endpoint: 'https://x/delta-sharing/', bearerToken: 'secret' }))
    const { fetch, requests } = scripted([{ body: {} }])
    await openProfile(file, { fetch }).shares()
    expect(requests).toMatchObject([{ url: 'https://x/delta-sharing/shares' }])
    expect(() => openProfile({ ...file, shareCredentialsVersion: 2 })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
  })

  test('lists whatever the pages, until there is no next', async () => {
    const { catalog, requests } = clientOf([
      { body: { items: [{ name: 'a' }], nextPageToken: 't 1' } },
      { body: { nextPageToken: 't2' } },
      { body: { items: [{ name: 'b' }], nextPageToken: '' } },
    ])
    expect((await catalog.shares()).map(({ name }) => name)).toEqual(['a', 'b'])
    expect(requests.map(({ url }) => new URL(url).search)).toEqual(['', '?pageToken=t+1', '?pageToken=t2'])
  })

  test('does not go round in circles with a server that repeats its page token', async () => {
    const page = { body: { items: [{ name: 'a' }], nextPageToken: 'same' } }
    const { catalog } = clientOf([page, page, page])
    await expect(catalog.shares()).rejects.toMatchObject({ code: 'invalid-data' })
  })

  test('does not go round in larger circles either', async () => {
    const page = (nextPageToken: string) => ({ body: { items: [], nextPageToken } })
    const { catalog } = clientOf([page('a'), page('b'), page('a'), page('b')])
    await expect(catalog.shares()).rejects.toMatchObject({ code: 'invalid-data' })
  })

  test('says that its token has expired, when it has and is refused', async () => {
    const { fetch } = scripted([{ status: 401 }, { status: 401 }])
    const sharesOf = (expirationTime: string) =>
      openProfile({ endpoint: 'https://x', bearerToken: 'secret', expirationTime }, { fetch, runtime }).shares()
    const runtime = simulatedRuntime({ start: Date.UTC(2026, 0, 2) })
    await expect(sharesOf('2026-01-01T00:00:00Z')).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('the token of the profile expired at 2026-01-01T00:00:00Z'),
    })
    await expect(sharesOf('2026-01-03T00:00:00Z')).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.not.stringContaining('expired'),
    })
  })

  test('asks for names as they are, whatever they hold', async () => {
    const { catalog, requests } = clientOf([{ body: {} }, { body: {} }, { body: {} }])
    await catalog.schemas('a?b')
    await catalog.tables('a%b', 'c#d')
    await catalog.tables('ä')
    expect(requests.map(({ url }) => url.replace(/^.*sharing/, ''))).toEqual([
      '/shares/a%3Fb/schemas',
      '/shares/a%25b/schemas/c%23d/tables',
      '/shares/%C3%A4/all-tables',
    ])
  })

  test.each(['orders', 'shop.orders', '', 'a..b', '.a.b'])('has no table %j', (path) => {
    const { catalog } = clientOf([])
    expect(() => catalog.table(path)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })

  test('takes dots in a table path for the share’s, since only its name may hold some', async () => {
    const { catalog, requests } = clientOf([{ headers: { 'delta-table-version': '7' } }])
    expect(await catalog.table('my.share.shop.orders').version()).toBe(7)
    expect(requests[0]?.url).toMatch(/\/shares\/my\.share\/schemas\/shop\/tables\/orders\/version$/)
  })
})

describe('a request', () => {
  const busy = { status: 503, headers: { 'retry-after': '2' } }

  test('is sent again after 429, 5xx and a broken connection, when the server says', async () => {
    const runtime = simulatedRuntime({ start: 0 })
    const { catalog } = clientOf(
      [busy, { status: 429, headers: { 'retry-after': '3' } }, new TypeError('fetch failed'), { body: {} }],
      runtime,
    )
    expect(await catalog.shares()).toEqual([])
    expect(runtime.now()).toBeGreaterThanOrEqual(5000)
  })

  test('is given up after six times', async () => {
    const { catalog, requests } = clientOf(Array.from({ length: 9 }, () => busy))
    await expect(catalog.shares()).rejects.toMatchObject({ code: 'unavailable', details: { retryAfter: 2 } })
    expect(requests).toHaveLength(6)
  })

  test.each([
    [400, 'invalid-argument'],
    [401, 'unauthenticated'],
    [403, 'permission-denied'],
    [404, 'not-found'],
  ])('that gets %i is not sent again: %s', async (status, code) => {
    const { catalog, requests } = clientOf([{ status, body: { errorCode: 'X', message: 'because' } }])
    await expect(catalog.shares()).rejects.toMatchObject({ code, message: expect.stringContaining('because') })
    expect(requests).toHaveLength(1)
  })

  test('that is aborted ends with aborted', async () => {
    const { catalog } = clientOf([{ body: {} }])
    await expect(catalog.shares({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
  })

  test('never brings its token into a message', async () => {
    for (const answer of [{ status: 500 }, { status: 401 }, { body: 'no list' }, new TypeError('fetch failed')]) {
      const { catalog } = clientOf(Array.from({ length: 9 }, () => answer))
      const error: unknown = await catalog.shares().catch((reason: unknown) => reason)
      expect(String(error)).toContain('listing shares')
      expect(String(error)).not.toContain('secret')
    }
  })
})
