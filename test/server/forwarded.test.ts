import { describe, expect, test } from 'vitest'
import { ENDPOINT, openWorld } from './world.ts'

const CLIENT = '203.0.113.7'
const PROXY = '10.0.0.1'

/** The address that the record of a request names, which is the one that IP lists and rates go by. */
async function addressOf(
  trustProxy: number | readonly string[] | undefined,
  address: string,
  forwarded: string | undefined,
): Promise<string | undefined> {
  const { handler, records, token } = await openWorld({ trustProxy })
  const headers = new Headers({ authorization: `Bearer ${token}` })
  if (forwarded !== undefined) headers.set('x-forwarded-for', forwarded)
  await handler(new Request(`${ENDPOINT}/shares`, { headers }), { address })
  return records[0]?.address
}

describe('the address of a client', () => {
  test.each([
    ['nobody is trusted', undefined, CLIENT, '1.1.1.1', CLIENT],
    ['a trusted proxy names it', [PROXY], PROXY, CLIENT, CLIENT],
    ['a trusted network has the proxy', ['10.0.0.0/8'], PROXY, CLIENT, CLIENT],
    ['somebody else pretends to be a proxy', [PROXY], CLIENT, '1.1.1.1', CLIENT],
    ['the client lies to the proxy', [PROXY], PROXY, `1.1.1.1, ${CLIENT}`, CLIENT],
    ['there are two proxies', ['10.0.0.0/8'], PROXY, `1.1.1.1, ${CLIENT}, 10.0.0.2`, CLIENT],
    ['all are in the network', ['10.0.0.0/8'], PROXY, '10.0.0.9, 10.0.0.2', '10.0.0.9'],
    ['one hop is trusted', 1, PROXY, `1.1.1.1, ${CLIENT}`, CLIENT],
    ['two hops are trusted', 2, PROXY, `1.1.1.1, ${CLIENT}, 10.0.0.2`, CLIENT],
    ['there are fewer hops than trusted', 3, PROXY, CLIENT, CLIENT],
    ['the proxy says nothing', [PROXY], PROXY, undefined, PROXY],
    ['the proxy says no address', [PROXY], PROXY, 'unknown', PROXY],
    ['the proxy writes a port', [PROXY], PROXY, `${CLIENT}:4711`, CLIENT],
    ['the client has IPv6, with a port', [PROXY], `::ffff:${PROXY}`, '[2001:db8::1]:4711', '2001:db8::1'],
  ] as const)('where %s', async (_, trust, address, forwarded, expected) => {
    expect(await addressOf(trust, address, forwarded)).toBe(expected)
  })

  test('stands in the record with the proxy, and with what was claimed', async () => {
    const { handler, records } = await openWorld({ trustProxy: [PROXY] })
    const headers = { 'x-forwarded-for': `1.1.1.1, ${CLIENT}` }
    await handler(new Request(`${ENDPOINT}/shares`, { headers }), { address: PROXY })
    expect(records[0]).toMatchObject({ address: CLIENT, proxy: PROXY, forwardedFor: `1.1.1.1, ${CLIENT}` })
  })
})

describe('the scheme of a client', () => {
  const urlOf = async (trustProxy: readonly string[] | undefined): Promise<string> => {
    const { handler, token } = await openWorld({ trustProxy })
    const answer = await handler(
      new Request('http://share.example.com/delta-sharing/shares/sales/schemas/shop/tables/orders/query', {
        method: 'POST',
        body: '{"limitHint": 1}',
        headers: { authorization: `Bearer ${token}`, 'x-forwarded-proto': 'https' },
      }),
      { address: PROXY },
    )
    return (await answer.text()).split('\n')[2] ?? ''
  }

  test('is the one that a trusted proxy names: file URLs are made with it', async () => {
    expect(await urlOf([PROXY])).toContain('"https://share.example.com/files/')
  })

  test('is that of the request where nobody is trusted', async () => {
    expect(await urlOf(undefined)).toContain('"http://share.example.com/files/')
  })
})

test.each([0, -1, 1.5, ['10.0.0.0/99'], ['proxy.local']])('%j is nobody to trust', async (trustProxy) => {
  await expect(openWorld({ trustProxy })).rejects.toMatchObject({ code: 'invalid-argument' })
})
