import { expect, test } from 'vitest'
import { grantShare, revokeRecipient, ungrantShare } from '../../src/manifest/index.ts'
import { sharingHandler } from '../../src/server/index.ts'
import { ENDPOINT, linesOf, openWorld, RECIPIENT, tokenFor } from './world.ts'

const TABLE = '/shares/sales/schemas/shop/tables/orders'

/** Two servers over one root, which know nothing of each other; the first is the world's. */
async function twoServers() {
  const world = await openWorld()
  const { root, runtime, tableAt, token } = world
  const other = sharingHandler({ store: root, openTable: tableAt, runtime })
  const asking =
    (handler: typeof other) =>
    (path: string, init: RequestInit = {}, by = token) =>
      handler(new Request(ENDPOINT + path, { ...init, headers: { authorization: `Bearer ${by}` } }))
  return { world, first: asking(world.handler), second: asking(other), ofSecond: other }
}

const query = (body: object): RequestInit => ({ method: 'POST', body: JSON.stringify(body) })

test('a page token of one server is good at the other, and both together give every file once', async () => {
  const { first, second } = await twoServers()
  const begin = await linesOf(await first(`${TABLE}/query`, query({ maxFiles: 1 })))
  const pageToken = begin.at(-1)?.endStreamAction?.nextPageToken
  const rest = await linesOf(await second(`${TABLE}/query`, query({ maxFiles: 1, pageToken })))
  const ids = [...begin, ...rest].flatMap(({ file }) => (file === undefined ? [] : [file.id]))
  expect(new Set(ids).size).toBe(2)
  const whole = await linesOf(await second(`${TABLE}/query`, query({})))
  expect(ids.sort()).toEqual(whole.flatMap(({ file }) => (file === undefined ? [] : [file.id])).sort())
})

test('a file URL that one server signed is answered by the other', async () => {
  const { first, ofSecond } = await twoServers()
  const lines = await linesOf(await first(`${TABLE}/query`, query({})))
  const answer = await ofSecond(new Request(String(lines[2]?.file?.url), { headers: { range: 'bytes=-4' } }))
  expect([answer.status, await answer.text()]).toEqual([206, 'PAR1'])
})

test('a grant holds at once on both, and a revocation within the time that credentials are believed', async () => {
  const { world, first, second } = await twoServers()
  const { root, runtime } = world
  const late = await tokenFor(root, runtime, 'late')
  for (const ask of [first, second]) expect((await ask('/shares/sales', {}, late)).status).toBe(404)
  await grantShare(root, { recipient: 'late', share: 'sales' }, { runtime })
  for (const ask of [first, second]) expect((await ask('/shares/sales', {}, late)).status).toBe(200)
  await ungrantShare(root, { recipient: 'late', share: 'sales' }, { runtime })
  await revokeRecipient(root, RECIPIENT, { runtime })
  await runtime.sleep(5000)
  for (const ask of [first, second]) {
    expect((await ask('/shares/sales', {}, late)).status).toBe(404)
    expect((await ask('/shares')).status).toBe(401)
  }
})

test('both give a file the same id, and a table the same version', async () => {
  const { first, second } = await twoServers()
  const [one, two] = await Promise.all(
    [first, second].map(async (ask) => {
      const answer = await ask(`${TABLE}/query`, query({}))
      const ids = (await linesOf(answer)).map(({ file }) => file?.id)
      return { version: answer.headers.get('delta-table-version'), ids }
    }),
  )
  expect(one).toEqual(two)
})
