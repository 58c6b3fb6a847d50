import { expect, test } from 'vitest'
import { loadShare, openCandidate, published } from '../../src/manifest/index.ts'
import { sharingHandler } from '../../src/server/index.ts'
import { ENDPOINT, linesOf, openWorld } from './world.ts'

test('a candidate is read as a recipient would read it, while recipients see what is published', async () => {
  const world = await openWorld()
  const share = await loadShare(world.root, 'sales')
  const news = { schema: 'shop', name: 'news', location: 'orders', version: 0, partition: { country: 'FR' } }
  const candidate = await openCandidate(published(share, { tables: [news] }, world), world)
  const handler = sharingHandler({ store: candidate.store, openTable: world.tableAt, runtime: world.runtime })
  const authorization = `Bearer ${candidate.bearerToken}`
  const path = '/shares/sales/schemas/shop/tables/news/metadata'
  const answer = await handler(new Request(ENDPOINT + path, { headers: { authorization } }))
  expect((await linesOf(answer)).map((line) => Object.keys(line))).toEqual([['protocol'], ['metaData']])
  expect((await world.ask(path)).status).toBe(404)
  expect((await world.ask('/shares', { headers: { authorization } })).status).toBe(401)
})
