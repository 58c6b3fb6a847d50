import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { addTable, createShare, dropShare, grantShare } from '../../src/manifest/index.ts'
import { openWorld, RECIPIENT, tokenFor, type World } from './world.ts'

const page = z.strictObject({
  items: z.array(z.object({ name: z.string(), schema: z.string().optional() })),
  nextPageToken: z.string().optional(),
})

async function pageOf(world: World, path: string): Promise<z.infer<typeof page>> {
  return page.parse(await (await world.ask(path)).json())
}

/** All names of a list, page by page, and how many pages it took. */
async function pagesOf(world: World, path: string, maxResults: number): Promise<{ names: string[]; pages: number }> {
  const names: string[] = []
  let pages = 0
  let pageToken: string | undefined
  do {
    const query = new URLSearchParams({
      maxResults: String(maxResults),
      ...(pageToken === undefined ? {} : { pageToken }),
    })
    const { items, nextPageToken } = await pageOf(world, `${path}?${query}`)
    expect(items.length).toBeLessThanOrEqual(maxResults)
    names.push(...items.map(({ schema, name }) => (schema === undefined ? name : `${schema}.${name}`)))
    pageToken = nextPageToken
    pages++
  } while (pageToken !== undefined)
  return { names, pages }
}

async function worldOfMany(): Promise<World> {
  const world = await openWorld()
  const options = { runtime: world.runtime }
  for (const share of ['b', 'A', 'c']) {
    await createShare(world.root, { name: share }, options)
    await grantShare(world.root, { recipient: RECIPIENT, share }, options)
  }
  for (const [schema, name] of [
    ['Z', 't'],
    ['y', 'B'],
    ['y', 'a'],
    ['y-2', 'c'],
    ['x', 't'],
  ] as const) {
    await addTable(world.root, { share: 'b', schema, name, location: 'orders' }, options)
  }
  return world
}

describe('a list', () => {
  test.each([
    ['/shares', 3, ['A', 'b', 'c', 'sales'], 2],
    ['/shares', 1, ['A', 'b', 'c', 'sales'], 4],
    ['/shares', 4, ['A', 'b', 'c', 'sales'], 1],
    ['/shares/b/schemas', 2, ['x', 'y', 'y-2', 'Z'], 2],
    ['/shares/b/all-tables', 2, ['x.t', 'y-2.c', 'y.a', 'y.B', 'Z.t'], 3],
    ['/shares/b/schemas/Y/tables', 1, ['y.a', 'y.B'], 2],
  ])('%s in pages of %i gives everything once, in order', async (path, maxResults, names, pages) => {
    expect(await pagesOf(await worldOfMany(), path, maxResults)).toEqual({ names, pages })
  })

  test('goes on rightly when items come and go between its pages', async () => {
    const world = await worldOfMany()
    const first = await pageOf(world, '/shares?maxResults=2')
    await dropShare(world.root, 'b')
    await dropShare(world.root, 'c')
    await createShare(world.root, { name: 'aa' })
    const second = await pageOf(world, `/shares?pageToken=${first.nextPageToken}`)
    expect(second.items.map((item) => item.name)).toEqual(['sales'])
  })

  test('takes no page token of another list or another recipient', async () => {
    const world = await worldOfMany()
    const { nextPageToken } = await pageOf(world, '/shares?maxResults=1')
    const other = await tokenFor(world.root, world.runtime, 'other')
    const answers = await Promise.all([
      world.ask(`/shares/b/schemas?pageToken=${nextPageToken}`),
      world.ask(`/shares?pageToken=${nextPageToken}`, { headers: { authorization: `Bearer ${other}` } }),
      world.ask(`/shares?pageToken=${nextPageToken}`),
    ])
    expect(answers.map((answer) => answer.status)).toEqual([400, 400, 200])
  })

  test('is empty, not an error, for a recipient without grants', async () => {
    const world = await openWorld()
    const other = await tokenFor(world.root, world.runtime, 'other')
    const answer = await world.ask('/shares', { headers: { authorization: `Bearer ${other}` } })
    expect(await answer.json()).toEqual({ items: [] })
  })
})

test('a share that was dropped and created anew is not seen by those who saw the old one', async () => {
  const world = await openWorld({ authCache: 0 })
  await dropShare(world.root, 'sales')
  await createShare(world.root, { name: 'sales' })
  expect(await (await world.ask('/shares')).json()).toEqual({ items: [] })
  expect((await world.ask('/shares/sales')).status).toBe(404)
})

test('a share whose object is damaged hides no other, and the record tells of it', async () => {
  const world = await worldOfMany()
  await world.root.put('sharing/shares/a.json', new TextEncoder().encode('{'), { mode: 'overwrite' })
  expect((await pagesOf(world, '/shares', 2)).names).toEqual(['b', 'c', 'sales'])
  expect(world.records[0]).toMatchObject({ status: 200, result: 'error', error: { code: 'invalid-data' } })
  const answer = await world.ask('/shares/a')
  expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining('sharing/')])
})

test('nothing of where a table lies is told', async () => {
  const world = await openWorld()
  await addTable(world.root, { share: 'sales', schema: 'shop', name: 'far', location: 's3://private-bucket/far' })
  for (const path of ['/shares', '/shares/sales', '/shares/sales/all-tables', '/shares/sales/schemas/shop/tables']) {
    expect(await (await world.ask(path)).text()).not.toContain('private-bucket')
  }
})
