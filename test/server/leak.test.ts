import { expect, test } from 'vitest'
import { dropRecipient, grantShare, redeemActivation, replaceLeaked } from '../../src/manifest/index.ts'
import { linesOf, openWorld, RECIPIENT, tokenFor } from './world.ts'

test('after a leak neither the token nor a URL that it got is good, also when the recipient is let in again', async () => {
  const world = await openWorld({ authCache: 0 })
  const query = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await world.ask('/shares/sales/schemas/shop/tables/orders/query', { method: 'POST', headers })
    const file = (await linesOf(answer)).find((line) => 'file' in line)?.file
    return { status: answer.status, fetchFile: () => world.handler(new Request(String(file?.url))) }
  }
  const stolen = await query(world.token)
  expect((await stolen.fetchFile()).status).toBe(200)

  const { activationCode } = await replaceLeaked(world.root, RECIPIENT, world)
  const { bearerToken } = await redeemActivation(world.root, { code: activationCode }, world)
  expect((await stolen.fetchFile()).status).toBe(403)
  expect((await world.ask('/shares')).status).toBe(401)

  const rightful = await query(bearerToken)
  expect(rightful.status).toBe(200)
  expect((await rightful.fetchFile()).status).toBe(200)
})

test('a URL that a recipient got is not good for another one of that name', async () => {
  const world = await openWorld({ authCache: 0 })
  const answer = await world.ask('/shares/sales/schemas/shop/tables/orders/query', { method: 'POST' })
  const file = (await linesOf(answer)).find((line) => 'file' in line)?.file
  await dropRecipient(world.root, RECIPIENT, world)
  await tokenFor(world.root, world.runtime, RECIPIENT)
  await grantShare(world.root, { recipient: RECIPIENT, share: 'sales' }, world)
  expect((await world.handler(new Request(String(file?.url)))).status).toBe(403)
})
