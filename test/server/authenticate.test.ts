import { describe, expect, test } from 'vitest'
import {
  addTable,
  createRecipient,
  grantShare,
  redeemActivation,
  revokeRecipient,
  rotateRecipient,
} from '../../src/manifest/index.ts'
import { ENDPOINT, openWorld, RECIPIENT, tokenFor, type World } from './world.ts'

const DAY = 86_400_000

const askWith = (world: World, authorization: string) => world.ask('/shares', { headers: { authorization } })

describe('a request', () => {
  test('gets the same 401 whether its token is missing, wrong, unknown, revoked or in the wrong place', async () => {
    const world = await openWorld({ authCache: 0 })
    const revoked = await tokenFor(world.root, world.runtime, 'revoked')
    await revokeRecipient(world.root, 'revoked', { runtime: world.runtime })
    const stranger = await tokenFor((await openWorld()).root, world.runtime, 'stranger')
    const headers = [
      '',
      'Bearer',
      'Bearer x',
      `Basic ${world.token}`,
      world.token,
      `Bearer ${world.token}x`,
      `Bearer ${world.token}, Bearer ${world.token}`,
      `Bearer ${stranger}`,
    ]
    const answers = await Promise.all(headers.map((header) => askWith(world, header)))
    answers.push(await world.handler(new Request(`${ENDPOINT}/shares?access_token=${world.token}`)))
    const bodies = new Set(await Promise.all(answers.map((answer) => answer.text())))
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 401))
    expect(bodies.size).toBe(1)
    expect(await (await askWith(world, `Bearer ${revoked}`)).json()).toMatchObject({ errorCode: 'UNAUTHENTICATED' })
  })

  test('is let in with its token, however the scheme is spelled', async () => {
    const world = await openWorld()
    for (const scheme of ['Bearer', 'bearer', 'BEARER  ']) {
      expect((await askWith(world, `${scheme} ${world.token}`)).status).toBe(200)
    }
  })

  test('is told that its token has expired only if the token was good once', async () => {
    const world = await openWorld()
    await world.runtime.sleep(90 * DAY)
    const answer = await askWith(world, `Bearer ${world.token}`)
    expect(answer.status).toBe(401)
    expect(await answer.text()).toContain('expired')
  })

  test('is refused from an address that is not on the recipient’s list', async () => {
    const world = await openWorld()
    const { root, runtime } = world
    const { activationCode } = await createRecipient(
      root,
      { name: 'office', allowedIps: ['192.0.2.0/24'] },
      { runtime },
    )
    const redeemed = await redeemActivation(root, { code: activationCode, address: '192.0.2.1' }, { runtime })
    const ask = (address?: string) =>
      world.handler(
        new Request(`${ENDPOINT}/shares`, { headers: { authorization: `Bearer ${redeemed.bearerToken}` } }),
        {
          ...(address === undefined ? {} : { address }),
        },
      )
    expect((await ask('192.0.2.77')).status).toBe(200)
    for (const address of ['198.51.100.1', undefined]) {
      const answer = await ask(address)
      expect([answer.status, await answer.json()]).toMatchObject([403, { errorCode: 'PERMISSION_DENIED' }])
    }
  })
})

describe('what was read a moment ago', () => {
  test('is believed for as long as authCache says, and a revocation holds after that', async () => {
    const world = await openWorld({ authCache: 5000 })
    expect((await world.ask('/shares')).status).toBe(200)
    await revokeRecipient(world.root, RECIPIENT, { runtime: world.runtime })
    await world.runtime.sleep(4999)
    expect((await world.ask('/shares')).status).toBe(200)
    await world.runtime.sleep(1)
    expect((await world.ask('/shares')).status).toBe(401)
  })

  test('is asked anew each time when authCache is 0', async () => {
    const world = await openWorld({ authCache: 0 })
    expect((await world.ask('/shares')).status).toBe(200)
    await revokeRecipient(world.root, RECIPIENT, { runtime: world.runtime })
    expect((await world.ask('/shares')).status).toBe(401)
  })

  test('never keeps a new token, grant or table waiting', async () => {
    const world = await openWorld({ authCache: 3_600_000 })
    const { root, runtime } = world
    expect((await world.ask('/shares/secret')).status).toBe(404)
    await grantShare(root, { recipient: RECIPIENT, share: 'secret' }, { runtime })
    expect((await world.ask('/shares/secret')).status).toBe(200)
    const { activationCode } = await rotateRecipient(root, { name: RECIPIENT }, { runtime })
    const { bearerToken } = await redeemActivation(root, { code: activationCode }, { runtime })
    expect((await askWith(world, `Bearer ${bearerToken}`)).status).toBe(200)
    await addTable(root, { share: 'sales', schema: 'shop', name: 'returns', location: 'orders' }, { runtime })
    expect((await world.ask('/shares/sales/schemas/shop/tables/returns/version')).status).toBe(200)
  })
})
