import { describe, expect, test } from 'vitest'
import { createRecipient } from '../../src/manifest/index.ts'
import { parseProfile } from '../../src/wire/index.ts'
import { ENDPOINT, ORIGIN, openWorld, type World } from './world.ts'

const PRIVATE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' }

async function invited(): Promise<{ world: World; open: (init?: RequestInit) => Promise<Response> }> {
  const world = await openWorld()
  const { activationCode } = await createRecipient(world.root, { name: 'new' }, world)
  return { world, open: (init) => world.handler(new Request(`${ORIGIN}/activate/${activationCode}`, init)) }
}

describe('an activation link', () => {
  test('shows a page with a button, as often as it is opened, and spends nothing', async () => {
    const { open } = await invited()
    for (let i = 0; i < 3; i++) {
      const page = await open()
      expect(page.status).toBe(200)
      expect(Object.fromEntries(page.headers)).toMatchObject({ ...PRIVATE, 'content-type': 'text/html; charset=utf-8' })
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(await page.text()).toContain('<form method="post">')
    }
    await open({ method: 'HEAD' })
    expect((await open({ method: 'POST' })).status).toBe(200)
  })

  test('gives the profile for download when the button is pressed, and its token works', async () => {
    const { world, open } = await invited()
    const answer = await open({ method: 'POST' })
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      ...PRIVATE,
      'content-disposition': 'attachment; filename="config.share"',
      'content-type': 'application/json; charset=utf-8',
    })
    const profile = parseProfile(await answer.text())
    expect(profile).toMatchObject({ endpoint: ENDPOINT, expirationTime: '2026-04-01T00:00:00.000Z' })
    const shares = await world.ask('/shares', { headers: { authorization: `Bearer ${profile.bearerToken}` } })
    expect(await shares.json()).toEqual({ items: [] })
    expect(JSON.stringify(world.records)).not.toContain(profile.bearerToken)
    expect(world.records[0]).toMatchObject({ action: 'activate', recipient: 'new', status: 200 })
  })

  test('works for one of 64 who press at the same time', async () => {
    const { open } = await invited()
    const answers = await Promise.all(Array.from({ length: 64 }, () => open({ method: 'POST' })))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 404)).toHaveLength(63)
  })

  test('that cannot be redeemed says so, to a program in JSON and to a person in a page', async () => {
    const { open } = await invited()
    await open({ method: 'POST' })
    const toProgram = await open({ method: 'POST' })
    expect([toProgram.status, await toProgram.json()]).toMatchObject([404, { errorCode: 'RESOURCE_DOES_NOT_EXIST' }])
    const toPerson = await open({ method: 'POST', headers: { accept: 'text/html,*/*' } })
    expect(toPerson.status).toBe(404)
    expect(Object.fromEntries(toPerson.headers)).toMatchObject(PRIVATE)
    expect(await toPerson.text()).toContain('ask your share provider for a new link')
  })
})

test('/healthz answers without a token', async () => {
  const world = await openWorld()
  expect((await world.handler(new Request(`${ORIGIN}/healthz`))).status).toBe(200)
})
