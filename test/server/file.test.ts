import { describe, expect, test } from 'vitest'
import { removeTable, revokeRecipient, ungrantShare } from '../../src/manifest/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { linesOf, openWorld, putLog, RECIPIENT, type World, type WorldOptions } from './world.ts'

const HOUR = 3_600_000

interface Served {
  readonly world: World
  readonly url: string
  readonly bytes: Uint8Array
  get(init?: RequestInit): Promise<Response>
}

/** The first file of `sales.shop.orders`, as its recipient gets it. */
async function served(options: WorldOptions = {}): Promise<Served> {
  const world = await openWorld({ authCache: 0, ...options })
  const url = await firstUrl(world, 'orders')
  const get = (init?: RequestInit) => world.handler(new Request(url, init))
  return { world, url, get, bytes: new Uint8Array(await (await get()).arrayBuffer()) }
}

async function firstUrl(world: World, table: string): Promise<string> {
  const answer = await world.ask(`/shares/sales/schemas/shop/tables/${table}/query`, { method: 'POST' })
  const file = (await linesOf(answer)).find((line) => 'file' in line)
  return String(file?.file?.url)
}

describe('a file that we serve ourselves', () => {
  test('comes whole without a range, with its size and without being kept', async () => {
    const { get, bytes } = await served()
    const answer = await get()
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': String(bytes.length),
      'cache-control': 'private, no-store',
    })
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('PAR1')
  })

  test('answers HEAD with its size and nothing else', async () => {
    const { get, bytes } = await served()
    const answer = await get({ method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([
      200,
      String(bytes.length),
      '',
    ])
  })

  test.each([
    ['bytes=0-3', (size: number) => [0, 4, `bytes 0-3/${size}`]],
    ['bytes=-8', (size: number) => [size - 8, size, `bytes ${size - 8}-${size - 1}/${size}`]],
    ['bytes=10-', (size: number) => [10, size, `bytes 10-${size - 1}/${size}`]],
    ['bytes=4-999999', (size: number) => [4, size, `bytes 4-${size - 1}/${size}`]],
    ['bytes=-999999', (size: number) => [0, size, `bytes 0-${size - 1}/${size}`]],
  ] as const)('gives the range %s', async (range, expected) => {
    const { get, bytes } = await served()
    const answer = await get({ headers: { range } })
    const [start, end, contentRange] = expected(bytes.length)
    expect([answer.status, answer.headers.get('content-range')]).toEqual([206, contentRange])
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes.slice(Number(start), Number(end)))
  })

  test.each(['bytes=999999-', 'bytes=-0'])('has no range %s', async (range) => {
    const { get, bytes } = await served()
    const answer = await get({ headers: { range } })
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`])
  })

  test.each(['bytes=3-1', 'bytes=0-1,4-5', 'lines=0-1', 'bytes=', 'bytes=a-b'])(
    'comes whole for %j, which is no range of ours',
    async (range) => {
      const { get, bytes } = await served()
      const answer = await get({ headers: { range } })
      expect(answer.status).toBe(200)
      expect((await answer.arrayBuffer()).byteLength).toBe(bytes.length)
    },
  )

  test('is read from the store in bounded pieces', async () => {
    const sizes: number[] = []
    const measuring = (store: ObjectStore): ObjectStore => ({
      ...store,
      async get(key, options) {
        const object = await store.get(key, options)
        if (key.endsWith('.parquet')) sizes.push(object.body.length)
        return object
      },
    })
    const world = await openWorld({ wrap: measuring })
    const PIECE = 256 * 1024
    await putBigFile(world, 9.5 * PIECE)
    const answer = await world.handler(new Request(await firstUrl(world, 'big')))
    // The client has read nothing yet.
    expect(sizes.length).toBeLessThanOrEqual(2)
    expect((await answer.arrayBuffer()).byteLength).toBe(9.5 * PIECE)
    expect(sizes).toEqual([...Array(9).fill(PIECE), PIECE / 2])
  })

  test.each(['bytes=0-', 'bytes=0-199', 'bytes=150-'])(
    'that is shorter than the log says is no answer to %s, lest the client waits for the rest',
    async (range) => {
      const world = await openWorld()
      await putBigFile(world, 200)
      const url = await firstUrl(world, 'big')
      await world.tableAt('big').put('x.parquet', new Uint8Array(180), { mode: 'overwrite' })
      expect((await world.handler(new Request(url, { headers: { range } }))).status).toBe(500)
      expect(world.records.at(-1)?.error?.message).toContain('x.parquet is shorter than the log says')
    },
  )
})

describe('the URL of a file', () => {
  test('bears a mark by which clients on the Delta kernel know that it is signed', async () => {
    expect((await served()).url).toMatch(/\?sp=r$/)
  })

  test('names neither the table’s location nor a token', async () => {
    const { url, world } = await served()
    const ticket = atob(
      url
        .replace(/^.*\/files\//, '')
        .replace(/\?.*$/, '')
        .replaceAll('-', '+')
        .replaceAll('_', '/'),
    )
    expect(ticket).toContain('country=DE/part-')
    expect(ticket).not.toContain('orders')
    expect(ticket).not.toContain(world.token)
  })

  test('ends after its time, and with the token that it was asked for with', async () => {
    const { world, get } = await served()
    await world.runtime.sleep(HOUR)
    expect((await get()).status).toBe(403)
    await world.runtime.sleep(90 * 24 * HOUR - HOUR - 60_000)
    const answer = await world.ask('/shares/sales/schemas/shop/tables/orders/query', { method: 'POST' })
    const expiry = (await linesOf(answer))
      .map((line) => line.file?.expirationTimestamp)
      .filter((time) => time !== undefined)
    expect(expiry).toEqual([world.runtime.now() + 60_000, world.runtime.now() + 60_000])
  })

  test.each([
    ['the recipient is revoked', (world: World) => revokeRecipient(world.root, RECIPIENT, world), 403],
    [
      'the share is taken away',
      (world: World) => ungrantShare(world.root, { recipient: RECIPIENT, share: 'sales' }),
      404,
    ],
    [
      'the table is taken out',
      (world: World) => removeTable(world.root, { share: 'sales', schema: 'shop', name: 'orders' }),
      403,
    ],
  ])('ends when %s', async (_, end, status) => {
    const { world, get } = await served()
    await end(world)
    expect((await get()).status).toBe(status)
  })

  test('is good for no other file, and for nobody without our key', async () => {
    const { world, url } = await served()
    const other = await openWorld()
    for (const wrong of [
      url.replace('/files/', '/files/A'),
      url.replace(/.\?/, '?'),
      url.replace(/files\/[^?]*/, 'files/x'),
    ]) {
      expect((await world.handler(new Request(wrong))).status).toBe(403)
    }
    expect((await other.handler(new Request(url))).status).toBe(403)
  })

  test('is of the store’s own making where the store can sign', async () => {
    const signing = (store: ObjectStore): ObjectStore => ({
      ...store,
      presigner: {
        presignGet: async (key, { expiresIn }) => ({
          url: `https://bucket/${key}?X-Amz-Signature=1`,
          expiresAt: expiresIn,
        }),
      },
    })
    const url = await firstUrl(await openWorld({ wrap: signing }), 'orders')
    expect(url).toMatch(/^https:\/\/bucket\/country=DE\//)
  })

  test('starts with the public endpoint where one is told', async () => {
    const world = await openWorld({ endpoint: 'https://proxy.example.com/data/delta-sharing' })
    expect(await firstUrl(world, 'orders')).toMatch(/^https:\/\/proxy\.example\.com\/data\/files\//)
  })
})

test.each([
  '../secret.parquet',
  '%2e%2e/secret.parquet',
  'a/../../secret.parquet',
  './x',
  'a//b',
  's3://other/x',
  '/etc/passwd',
  'a%00b',
  '_delta_log/00000000000000000000.json',
  '%5Fdelta_log%2F00000000000000000000.json',
])('a log that names %j gets nothing signed', async (path) => {
  const world = await openWorld()
  await putLog(world, 'evil', { add: { path, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true } })
  const answer = await world.ask('/shares/sales/schemas/shop/tables/evil/query', { method: 'POST' })
  const text = await answer.text()
  expect([answer.status >= 400, text.includes('url'), text.includes('secret')]).toEqual([true, false, false])
})

/** A table of one file of zeros, which is no Parquet, but nobody looks. */
async function putBigFile(world: World, size: number): Promise<void> {
  await world.tableAt('big').put('x.parquet', new Uint8Array(size), { mode: 'create' })
  await putLog(world, 'big', {
    add: { path: 'x.parquet', partitionValues: {}, size, modificationTime: 0, dataChange: true },
  })
}
