import { describe, expect, test } from 'vitest'
import { oauthM2M, unityCatalog } from '../../src/databricks/index.ts'
import type { Runtime } from '../../src/runtime.ts'
import { FakeDatabricks, type Trouble } from '../fakes/unity-catalog/index.ts'

const MINUTE = 60_000

function serviceClient(
  fake: FakeDatabricks,
  clientSecret = fake.identity.clientSecret,
  runtime: Runtime = fake.runtime,
) {
  const credentials = oauthM2M({ clientId: fake.identity.clientId, clientSecret })
  return unityCatalog({ host: fake.url, credentials, fetch: fake.fetch, runtime })
}

const signedIn = (fake: FakeDatabricks): number =>
  fake.calls.filter(({ method, path }) => method === 'POST' && path === '/oidc/v1/token').length

describe('a service principal', () => {
  test('signs in once, where the workspace says, for all who wait', async () => {
    const fake = new FakeDatabricks()
    const { me, shares } = serviceClient(fake)
    await Promise.all([me(), shares.list(), shares.list()])
    expect((await me()).name).toBe(fake.identity.clientId)
    expect(signedIn(fake)).toBe(1)
    expect(fake.calls[0]?.path).toBe('/oidc/.well-known/oauth-authorization-server')
  })

  test('signs in again before its token ends', async () => {
    const fake = new FakeDatabricks()
    const { shares } = serviceClient(fake)
    await shares.list()
    await fake.runtime.sleep(59 * MINUTE)
    await shares.list()
    expect(signedIn(fake)).toBe(1)
    await fake.runtime.sleep(MINUTE - 30_000)
    await shares.list()
    expect(signedIn(fake)).toBe(2)
  })

  test('signs in again when the workspace refuses its token in the middle of a run, and makes the change', async () => {
    const fake = new FakeDatabricks()
    const { shares } = serviceClient(fake)
    await shares.list()
    fake.identity.expireTokens()
    expect(await shares.create({ name: 'sales' })).toMatchObject({ name: 'sales' })
    expect(signedIn(fake)).toBe(2)
  })

  test('is not asked to sign in a third time', async () => {
    const fake = new FakeDatabricks()
    const { shares } = serviceClient(fake)
    const refused: Trouble = { instead: new Response('', { status: 401 }) }
    fake.troubles.on(/shares/, refused, 2)
    await expect(shares.list()).rejects.toMatchObject({ code: 'unauthenticated', details: { blame: 'kadoa' } })
    expect(signedIn(fake)).toBe(2)
  })

  test('tries again after a failure, though the one before came to nothing', async () => {
    const fake = new FakeDatabricks()
    const { shares } = serviceClient(fake)
    fake.troubles.on(/oidc/, { instead: new Response('', { status: 400 }) })
    await expect(shares.list()).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(await shares.list()).toEqual([])
  })

  test('whose secret is wrong is told so, without it', async () => {
    const fake = new FakeDatabricks()
    const { shares } = serviceClient(fake, 'wrong-secret')
    const error = await shares.list().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unauthenticated', details: { blame: 'kadoa' } })
    expect(String(error)).toContain('signing in')
    expect(String(error)).not.toContain('wrong-secret')
  })

  test('who gives up his call leaves the others theirs', async () => {
    const fake = new FakeDatabricks()
    const { shares } = serviceClient(fake)
    const controller = new AbortController()
    const [given, kept] = [shares.list({ signal: controller.signal }), shares.list()]
    controller.abort()
    await expect(given).rejects.toMatchObject({ code: 'aborted' })
    expect(await kept).toEqual([])
  })
})

describe('a secret is never told', () => {
  test('nor is a token that was had for it', async () => {
    const fake = new FakeDatabricks()
    let token = ''
    const spying: typeof fetch = async (input, init) => {
      token = /^Bearer (.+)$/.exec(new Headers(init?.headers).get('authorization') ?? '')?.[1] ?? token
      if (token === '') return fake.fetch(input, init)
      return Response.json({ error_code: 'INVALID_STATE', message: `bad ${token}` }, { status: 400 })
    }
    const { clientId, clientSecret } = fake.identity
    const credentials = oauthM2M({ clientId, clientSecret })
    const { shares } = unityCatalog({ host: fake.url, credentials, fetch: spying, runtime: fake.runtime })
    const error = await shares.list().catch((thrown: unknown) => thrown)
    expect(token).toMatch(/^eyJ/)
    expect(String(error)).toContain('bad <token>')
    expect(String(error)).not.toContain(token)
  })

  test.each(['http://elsewhere.example.com/token', 'no URL'])('to %s', async (token_endpoint) => {
    const fake = new FakeDatabricks()
    fake.troubles.push({ instead: Response.json({ token_endpoint }) })
    await expect(serviceClient(fake).shares.list()).rejects.toMatchObject({ code: 'invalid-data' })
    expect(fake.calls).toHaveLength(1)
  })

  test.each([
    { clientId: 'a:b', clientSecret: 'secret' },
    { clientId: '', clientSecret: 'secret' },
    { clientId: 'a', clientSecret: 'sec ret' },
  ])('when it is none', (principal) => {
    expect(() => oauthM2M(principal)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.not.stringContaining('sec ret') }),
    )
  })
})

test.each([{}, { access_token: 'two words', expires_in: 1 }, { access_token: 'a', expires_in: -1 }])(
  'an answer that is no token is refused: %j',
  async (answer) => {
    const fake = new FakeDatabricks()
    fake.troubles.on(/v1.token/, { instead: Response.json(answer) })
    await expect(serviceClient(fake).shares.list()).rejects.toMatchObject({
      code: 'invalid-data',
      details: { blame: 'databricks' },
    })
  },
)
