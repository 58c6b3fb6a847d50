import { describe, expect, test } from 'vitest'
import { ENDPOINT, ORIGIN, openWorld } from './world.ts'

const APP = 'https://app.example.com'

const preflight = (path: string, origin = APP): Request =>
  new Request(path, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  })

describe('pages of other origins', () => {
  test('cannot read anything unless an origin is named', async () => {
    const { ask, handler } = await openWorld()
    expect((await ask('/shares', { headers: { origin: APP } })).headers.has('access-control-allow-origin')).toBe(false)
    const asked = await handler(preflight(`${ENDPOINT}/shares`))
    expect(asked.headers.has('access-control-allow-origin')).toBe(false)
    expect(asked.ok).toBe(false)
  })

  test('of a named origin may ask with what the protocol needs, and no token is wanted for the question', async () => {
    const { handler } = await openWorld({ corsOrigins: [APP] })
    const answer = await handler(preflight(`${ENDPOINT}/shares`))
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP)
    expect(answer.headers.get('vary')).toBe('origin')
    const headers = answer.headers.get('access-control-allow-headers')?.split(', ')
    expect(headers).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'delta-sharing-capabilities', 'fileidhash']),
    )
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST')
  })

  test('of a named origin may read answers, refusals too, and the headers that the protocol needs', async () => {
    const { ask } = await openWorld({ corsOrigins: ['https://other.example.com', APP] })
    for (const authorization of [undefined, 'Bearer nothing']) {
      const headers = { origin: APP, ...(authorization === undefined ? {} : { authorization }) }
      const answer = await ask('/shares', { headers })
      expect(answer.headers.get('access-control-allow-origin')).toBe(APP)
      const exposed = answer.headers.get('access-control-expose-headers')?.split(', ')
      expect(exposed).toEqual(
        expect.arrayContaining(['delta-table-version', 'delta-sharing-capabilities', 'link', 'retry-after']),
      )
    }
  })

  test.each(['https://evil.example.com', 'https://app.example.com.evil.com', 'http://app.example.com', 'null'])(
    'of the origin %s may not',
    async (origin) => {
      const { ask, handler } = await openWorld({ corsOrigins: [APP] })
      const answer = await ask('/shares', { headers: { origin } })
      expect(answer.status).toBe(200)
      expect(answer.headers.has('access-control-allow-origin')).toBe(false)
      expect(answer.headers.get('vary')).toBe('origin')
      expect((await handler(preflight(`${ENDPOINT}/shares`, origin))).status).toBe(403)
    },
  )

  test('never read the answer to an activation', async () => {
    const { handler } = await openWorld({ corsOrigins: [APP] })
    for (const path of ['/activate/code', '//activate/code']) {
      const answer = await handler(new Request(ORIGIN + path, { method: 'POST', headers: { origin: APP } }))
      expect(answer.headers.has('access-control-allow-origin')).toBe(false)
    }
  })

  test.each(['*', 'null', 'https://app.example.com/', 'app.example.com', 'ftp://app.example.com'])(
    '%s is no origin to name',
    async (origin) => {
      await expect(openWorld({ corsOrigins: [origin] })).rejects.toMatchObject({ code: 'invalid-argument' })
    },
  )
})
