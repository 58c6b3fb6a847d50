import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTable, openTable, type Row } from '../../src/index.ts'
import { addTable, grantShare, removeTable, setTable, ungrantShare } from '../../src/manifest/index.ts'
import { openWorld, RECIPIENT, tokenFor, type World } from './world.ts'

const TABLE = '/shares/sales/schemas/shop/tables/log'
const HOUR = 3_600_000

/** Adds a table `shop.log` of so many files, one row in each. */
async function worldWithFiles(count: number, entry: object = {}): Promise<World> {
  const world = await openWorld()
  const { root, runtime } = world
  const store = world.tableAt('log')
  const table = await createTable('log', { store, runtime, rows: [{ n: 0 }] })
  for (let n = 1; n < count; n++) await table.append([{ n }])
  await table.settled()
  await addTable(root, { share: 'sales', schema: 'shop', name: 'log', location: 'log', ...entry }, { runtime })
  return world
}

interface Answer {
  readonly status: number
  readonly head: string
  readonly version: string | null
  readonly ids: readonly string[]
  readonly end: {
    readonly nextPageToken?: string
    readonly refreshToken?: string
    readonly minUrlExpirationTimestamp?: number
  }
}

async function ask(world: World, body: object, init: RequestInit = {}): Promise<Answer> {
  const answer = await world.ask(`${TABLE}/query`, { method: 'POST', ...init, body: JSON.stringify(body) })
  const lines = (await answer.text()).split('\n').slice(0, -1)
  const last = lines.at(-1) ?? '{}'
  const files = lines.filter((line) => line.startsWith('{"file"'))
  return {
    status: answer.status,
    head: lines.slice(0, 2).join('\n'),
    version: answer.headers.get('delta-table-version'),
    ids: files.map((line) => JSON.parse(line).file.id),
    end: JSON.parse(last).endStreamAction ?? {},
  }
}

async function allPages(world: World, body: { readonly maxFiles: number }): Promise<Answer[]> {
  const pages = [await ask(world, body)]
  for (let token = pages[0]?.end.nextPageToken; token !== undefined; token = pages.at(-1)?.end.nextPageToken) {
    pages.push(await ask(world, { ...body, pageToken: token }))
  }
  return pages
}

const more = async (world: World, rows: Row[]): Promise<void> => {
  const table = await openTable('log', { store: world.tableAt('log'), runtime: world.runtime })
  await table.append(rows)
  await table.settled()
}

describe('an answer in pages', () => {
  test('has every file once, in pages of the size asked for, each with the same beginning', async () => {
    const world = await worldWithFiles(7)
    const { ids } = await ask(world, {})
    const pages = await allPages(world, { maxFiles: 3 })
    expect(pages.map((page) => page.ids.length)).toEqual([3, 3, 1])
    expect(new Set(pages.map((page) => page.head)).size).toBe(1)
    expect(pages.flatMap((page) => page.ids).sort()).toEqual([...ids].sort())
  })

  test('keeps to its version while the table goes on', async () => {
    const world = await worldWithFiles(3)
    const first = await ask(world, { maxFiles: 2 })
    await more(world, [{ n: 9 }])
    const second = await ask(world, { maxFiles: 2, pageToken: first.end.nextPageToken })
    expect([second.version, second.head, second.ids.length]).toEqual(['2', first.head, 1])
    expect((await ask(world, {})).version).toBe('3')
  })

  test('begins alike in the delta format too', async () => {
    const world = await worldWithFiles(2)
    const delta = { headers: { 'delta-sharing-capabilities': 'responseformat=delta' } }
    const first = await ask(world, { maxFiles: 1 }, delta)
    const second = await ask(world, { maxFiles: 1, pageToken: first.end.nextPageToken }, delta)
    expect([second.head, second.ids[0]?.length]).toEqual([first.head, 64])
    expect(first.head).toContain('deltaProtocol')
  })

  test('leaves out what hints exclude, and stops where the limit is met, as one answer does', async () => {
    const world = await worldWithFiles(8)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
        fc.constantFrom(undefined, ['n >= 2'], ['n < 5'], ['n like 1']),
        async (maxFiles, limitHint, predicateHints) => {
          const pages = await allPages(world, { maxFiles, limitHint, predicateHints } as { maxFiles: number })
          const whole = await ask(world, { limitHint, predicateHints })
          const ids = pages.flatMap((page) => page.ids)
          expect(new Set(ids).size).toBe(ids.length)
          expect(ids.length).toBe(whole.ids.length)
          if (limitHint === undefined) expect([...ids].sort()).toEqual([...whole.ids].sort())
        },
      ),
      { numRuns: 20 },
    )
  })

  test('ends with a line that says so, also where everything fits into one page', async () => {
    const world = await worldWithFiles(2)
    const { end, ids } = await ask(world, { maxFiles: 10 })
    expect(ids.length).toBe(2)
    expect(end).toEqual({ minUrlExpirationTimestamp: world.runtime.now() + HOUR })
  })
})

describe('a page token', () => {
  const tokenOf = async (world: World, body: object = {}) =>
    (await ask(world, { maxFiles: 1, ...body })).end.nextPageToken

  test('is good for URLs as it is', async () => {
    expect(await tokenOf(await worldWithFiles(2))).toMatch(/^[A-Za-z0-9_-]+$/)
  })

  test.each([
    ['another query', { predicateHints: ['n > 0'] }],
    ['another limit', { limitHint: 1 }],
    ['a version', { version: 1 }],
  ])('is not good for %s', async (_, other) => {
    const world = await worldWithFiles(2, { history: true })
    const pageToken = await tokenOf(world)
    expect((await ask(world, { maxFiles: 1, pageToken })).status).toBe(200)
    expect((await ask(world, { maxFiles: 1, pageToken, ...other })).status).toBe(400)
  })

  test('is not good for another recipient', async () => {
    const world = await worldWithFiles(2)
    const pageToken = await tokenOf(world)
    const other = await tokenFor(world.root, world.runtime, 'other')
    await grantShare(world.root, { recipient: 'other', share: 'sales' }, world)
    const headers = { authorization: `Bearer ${other}` }
    expect((await ask(world, { maxFiles: 1 }, { headers })).status).toBe(200)
    expect((await ask(world, { maxFiles: 1, pageToken }, { headers })).status).toBe(400)
  })

  test('is not good for a table that was shared anew', async () => {
    const world = await worldWithFiles(2)
    const pageToken = await tokenOf(world)
    const table = { share: 'sales', schema: 'shop', name: 'log' }
    await removeTable(world.root, table, world)
    await addTable(world.root, { ...table, location: 'log' }, world)
    await world.runtime.sleep(10_000)
    expect((await ask(world, { maxFiles: 1, pageToken })).status).toBe(400)
  })

  test('is not good once the grant is gone, or a day has passed', async () => {
    const world = await worldWithFiles(2)
    const pageToken = await tokenOf(world)
    await world.runtime.sleep(23 * HOUR)
    expect((await ask(world, { maxFiles: 1, pageToken })).status).toBe(200)
    await world.runtime.sleep(HOUR)
    expect((await ask(world, { maxFiles: 1, pageToken })).status).toBe(400)
    const fresh = await tokenOf(world)
    await ungrantShare(world.root, { recipient: RECIPIENT, share: 'sales' }, world)
    await world.runtime.sleep(10_000)
    expect((await ask(world, { maxFiles: 1, pageToken: fresh })).status).toBe(404)
  })
})

test('no token leads into another table that was put in the place of the one that the answer began with', async () => {
  const world = await worldWithFiles(3)
  const { nextPageToken, refreshToken } = (await ask(world, { maxFiles: 1, includeRefreshToken: true })).end
  const store = world.tableAt('other')
  const other = await createTable('other', { store, runtime: world.runtime, rows: [{ n: 7 }] })
  for (const n of [8, 9]) await other.append([{ n }])
  await other.settled()
  const table = { share: 'sales', schema: 'shop', name: 'log' }
  for (const [location, status] of [
    ['other', 400],
    ['log', 200],
  ] as const) {
    await setTable(world.root, { ...table, location }, world)
    await world.runtime.sleep(10_000)
    expect((await ask(world, { maxFiles: 1 })).version).toBe('2')
    expect((await ask(world, { maxFiles: 1, pageToken: nextPageToken })).status).toBe(status)
    expect((await ask(world, { refreshToken })).status).toBe(status)
  }
})

describe('a refresh token', () => {
  test('gives the same files again, whatever was committed since and whatever is not asked again', async () => {
    const world = await worldWithFiles(3)
    const first = await ask(world, { includeRefreshToken: true, jsonPredicateHints: '{}' })
    await more(world, [{ n: 9 }])
    const again = await ask(world, { includeRefreshToken: true, refreshToken: first.end.refreshToken })
    expect([again.version, again.head]).toEqual([first.version, first.head])
    expect([...again.ids].sort()).toEqual([...first.ids].sort())
    expect(again.end).toEqual({ refreshToken: expect.any(String), minUrlExpirationTimestamp: expect.any(Number) })
  })

  test('does not prolong itself: a version that is no longer shown is forgotten after a day', async () => {
    const world = await worldWithFiles(1)
    let { refreshToken } = (await ask(world, { includeRefreshToken: true })).end
    await more(world, [{ n: 9 }])
    for (let hours = 0; hours < 23; hours++) {
      await world.runtime.sleep(HOUR)
      const again = await ask(world, { includeRefreshToken: true, refreshToken })
      expect([again.status, again.version]).toEqual([200, '0'])
      refreshToken = again.end.refreshToken
    }
    await world.runtime.sleep(HOUR)
    expect((await ask(world, { refreshToken })).status).toBe(400)
  })

  test('is no page token, and goes with no version', async () => {
    const world = await worldWithFiles(2, { history: true })
    const { refreshToken } = (await ask(world, { includeRefreshToken: true })).end
    expect((await ask(world, { pageToken: refreshToken })).status).toBe(400)
    expect((await ask(world, { refreshToken, version: 0 })).status).toBe(400)
  })

  test.each([
    [
      'below the first version that is shared by now',
      { version: 0 },
      { version: 'latest', history: true, startVersion: 1 },
    ],
    ['above the version to which the table is pinned by now', {}, { version: 0 }],
  ] as const)('does not lead to a version %s', async (_, before, after) => {
    const world = await worldWithFiles(2, before)
    const { refreshToken } = (await ask(world, { includeRefreshToken: true })).end
    expect((await ask(world, { refreshToken })).status).toBe(200)
    await setTable(world.root, { share: 'sales', schema: 'shop', name: 'log', ...after }, world)
    await world.runtime.sleep(10_000)
    expect((await ask(world, { refreshToken })).status).toBe(400)
  })
})
