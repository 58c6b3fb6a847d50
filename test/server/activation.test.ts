import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../src/errors.ts'
import { addTable, createRecipient, createShare, grantShare, rotateRecipient } from '../../src/manifest/index.ts'
import { sharingHandler } from '../../src/server/index.ts'
import { parseProfile } from '../../src/wire/index.ts'
import { ENDPOINT, ORIGIN, openWorld, type World } from './world.ts'

const PRIVATE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' }

interface Invited {
  readonly world: World
  readonly url: string
  readonly open: (init?: RequestInit) => Promise<Response>
}

async function invited(allowedIps: readonly string[] = []): Promise<Invited> {
  const world = await openWorld()
  const { activationCode } = await createRecipient(world.root, { name: 'new', allowedIps }, world)
  const url = `${ORIGIN}/activate/${activationCode}`
  return { world, url, open: (init) => world.handler(new Request(url, init)) }
}

describe('an activation link', () => {
  test('shows a page with a button, as often as it is opened, and spends nothing', async () => {
    const { open } = await invited()
    for (let i = 0; i < 3; i++) {
      const page = await open()
      expect(page.status).toBe(200)
      expect(Object.fromEntries(page.headers)).toMatchObject({ ...PRIVATE, 'content-type': 'text/html; charset=utf-8' })
      expect(await page.text()).toContain('<form method="post">')
    }
    await open({ method: 'HEAD' })
    expect((await open({ method: 'POST' })).status).toBe(200)
  })

  test('allows its page no script and one style sheet, which is the one in it', async () => {
    const page = await (await invited()).open()
    const policy = page.headers.get('content-security-policy') ?? ''
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(await page.text()) ?? []
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`)
  })

  test('says what it opens, until when, and how to read it, and names no token', async () => {
    const { world, open } = await invited()
    expect(await (await open()).text()).toContain('config.share#&lt;share&gt;.&lt;schema&gt;.&lt;table&gt;')
    await grantShare(world.root, { recipient: 'new', share: 'sales' }, world)
    const text = await (await open()).text()
    expect(text).toContain('one table in sales')
    expect(text).toContain('load_as_pandas(&quot;config.share#sales.shop.orders&quot;)')
    expect(text).toContain('<time datetime="2026-04-01T00:00:00.000Z">1 April 2026 at 00:00 UTC</time>')
    expect(text).toContain(ENDPOINT)
    expect(text).not.toContain('dq_new')
  })

  test('escapes what others have named', async () => {
    const { world, open } = await invited()
    await createShare(world.root, { name: 'a<b>"&' }, world)
    await addTable(world.root, { share: 'a<b>"&', schema: 's', name: 't', location: 'orders' }, world)
    await grantShare(world.root, { recipient: 'new', share: 'a<b>"&' }, world)
    expect(await (await open()).text()).toContain('one table in a&lt;b&gt;&quot;&amp;.')
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
    expect(await toPerson.text()).toContain('This link was used')
  })

  test.each([
    ['was used', 'This link was used', ({ open }: Invited) => open({ method: 'POST' })],
    ['has expired', 'This link has expired', ({ world }: Invited) => world.runtime.sleep(73 * 3_600_000)],
    [
      'was replaced',
      'This link does not work',
      ({ world }: Invited) => rotateRecipient(world.root, { name: 'new' }, world),
    ],
  ])('that %s says so before any button is pressed', async (_, heading, happen) => {
    const given = await invited()
    await happen(given)
    const page = await given.open()
    expect(page.status).toBe(404)
    expect(Object.fromEntries(page.headers)).toMatchObject(PRIVATE)
    const text = await page.text()
    expect(text).toContain(`<h1>${heading}</h1>`)
    expect(text).not.toContain('<button>')
  })

  test('tells a person at a wrong address in a page', async () => {
    const { open } = await invited(['192.0.2.0/24'])
    for (const answer of [await open(), await open({ method: 'POST', headers: { accept: 'text/html' } })]) {
      expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('This address is not on')])
    }
  })

  test('asks a person to come back while the storage is away', async () => {
    const { world, url } = await invited()
    const away = () => Promise.reject(new DeltaError('unavailable', 'could not reach s3://secret-bucket'))
    const handler = sharingHandler({
      store: { ...world.root, get: away },
      openTable: world.tableAt,
      runtime: world.runtime,
    })
    const answer = await handler(new Request(url))
    expect(answer.status).toBe(503)
    const text = await answer.text()
    expect(text).toContain('Please try again in a moment')
    expect(text).not.toContain('secret-bucket')
  })
})

test('/healthz answers without a token', async () => {
  const world = await openWorld()
  expect((await world.handler(new Request(`${ORIGIN}/healthz`))).status).toBe(200)
})
