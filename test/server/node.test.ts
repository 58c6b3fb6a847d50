import { createConnection } from 'node:net'
import { Writable } from 'node:stream'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type RunningServer, type ServeOptions, serve } from '../../src/server/node.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { linesOf, openWorld, putLog, RECIPIENT, type World, type WorldOptions } from './world.ts'

const TABLE = '/shares/sales/schemas/shop/tables/orders'

const servers: RunningServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function served(
  options: Partial<ServeOptions> & WorldOptions = {},
): Promise<{ world: World; server: RunningServer; log: () => string }> {
  const world = await openWorld(options)
  let text = ''
  const log = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  const server = await serve({
    store: world.root,
    openTable: world.tableAt,
    runtime: world.runtime,
    port: 0,
    log,
    ...options,
  })
  servers.push(server)
  return { world, server, log: () => text }
}

const as = ({ token }: World): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })

const manyFiles = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    add: { path: `${i}`, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
  }))

/** Sends bytes to the server and gives back what it says. */
function sendRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = createConnection(port, '127.0.0.1', () => socket.end(bytes))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}

describe('a running server', () => {
  test('takes a free port, names its endpoint, and gives file URLs that work', async () => {
    const { world, server } = await served()
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/delta-sharing`)
    const lines = await linesOf(await fetch(`${server.url}${TABLE}/query`, { method: 'POST', ...as(world) }))
    const url = String(lines[2]?.file?.url)
    expect(url).toContain(`http://127.0.0.1:${server.port}/files/`)
    const answer = await fetch(url, { headers: { range: 'bytes=-4' } })
    expect([answer.status, await answer.text()]).toEqual([206, 'PAR1'])
  })

  test('names the public endpoint where it has one', async () => {
    const { server } = await served({ endpoint: 'https://share.example.com/delta-sharing' })
    expect(server.url).toBe('https://share.example.com/delta-sharing')
  })

  test('knows the address of who asks', async () => {
    const { world, server, log } = await served()
    await (await fetch(`${server.url}/shares`, as(world))).text()
    expect(JSON.parse(log())).toMatchObject({
      address: '127.0.0.1',
      action: 'share.list',
      recipient: RECIPIENT,
      status: 200,
    })
  })

  test('writes one line a request, without token, query or signature', async () => {
    const { world, server, log } = await served()
    const lines = await linesOf(await fetch(`${server.url}${TABLE}/query`, { method: 'POST', ...as(world) }))
    const url = new URL(String(lines[2]?.file?.url))
    await (await fetch(url)).text()
    await (await fetch(`${server.url}/shares?pageToken=s3cret`, as(world))).text()
    expect(log().trim().split('\n')).toHaveLength(3)
    for (const secret of [world.token, 's3cret', url.pathname.slice(7)]) expect(log()).not.toContain(secret)
  })

  test.each([1, 500])(
    'breaks the connection when a table cannot be told beyond file %i, so that nobody takes a part for the whole',
    async (last) => {
      let signed = 0
      const failing = (store: ObjectStore): ObjectStore => ({
        ...store,
        presigner: {
          async presignGet(key) {
            if (signed++ === last) throw new Error('s3cret bucket is gone')
            return { url: `https://bucket/${key}`, expiresAt: 1 }
          },
        },
      })
      const { world, server, log } = await served({ wrap: failing })
      await putLog(world, 'many', manyFiles(1000))
      const path = '/delta-sharing/shares/sales/schemas/shop/tables/many/query'
      const told = fetch(`http://127.0.0.1:${server.port}${path}`, { method: 'POST', ...as(world) })
      await expect(told.then((answer) => answer.text())).rejects.toThrow()
      signed = 0
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nAuthorization: Bearer ${world.token}\r\n\r\n`
      expect(await sendRaw(server.port, head)).not.toContain('s3cret')
      expect(log()).toContain('s3cret')
    },
  )

  test('answers what is no request with 400 and goes on', async () => {
    const { world, server } = await served()
    expect(await sendRaw(server.port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await sendRaw(server.port, 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    )
    expect((await fetch(`${server.url}/shares`, as(world))).status).toBe(200)
  })

  test('answers the next request of a connection after a body that it did not read to its end', async () => {
    const { world, server } = await served()
    const head = `POST /delta-sharing${TABLE}/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.token}\r\n`
    const long = 'x'.repeat(4 * 1024 * 1024)
    const next = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    const said = await sendRaw(server.port, `${head}Content-Length: ${long.length}\r\n\r\n${long}${next}`)
    expect(said).toMatch(/^HTTP\/1\.1 400 .*HTTP\/1\.1 200 .*ok\n$/s)
  }, 8_000)

  test('records a body that broke off as the fault of its client', async () => {
    const { world, server, log } = await served()
    const head = `POST /delta-sharing${TABLE}/query HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.token}\r\n`
    await sendRaw(server.port, `${head}Content-Length: 20\r\n\r\n{`)
    await vi.waitFor(() => expect(log()).toContain('"status":400'))
    expect(log()).toContain('broke off')
  })

  test.each(['identity', 'gzip'])(
    'ends the answers that waited for another one when their client goes, sent as %s',
    async (coding) => {
      const { world, server, log } = await served({ stallTimeout: 60_000 })
      await putLog(world, 'many', manyFiles(50_000))
      const head = `POST /delta-sharing/shares/sales/schemas/shop/tables/many/query HTTP/1.1\r\nHost: x\r\nAccept-Encoding: ${coding}\r\nContent-Length: 0\r\nAuthorization: Bearer ${world.token}\r\n\r\n`
      const socket = createConnection(server.port, '127.0.0.1', () => socket.write(head.repeat(3)))
      await new Promise((resolve) => socket.once('data', resolve))
      socket.destroy()
      await vi.waitFor(() => expect(log().match(/"table.query"/g)).toHaveLength(3), { timeout: 6_000 })
    },
    8_000,
  )

  test('stops when it is told to, and the port is free', async () => {
    const { world, server } = await served()
    await (await fetch(`${server.url}/shares`, as(world))).text()
    await server.close()
    await expect(fetch(`${server.url}/shares`)).rejects.toThrow()
    const again = await served({ port: server.port })
    expect(again.server.port).toBe(server.port)
  })

  test('that is told to stop in the middle of an answer ends it, and does not wait for the connection that stays open', async () => {
    let answerNow = (): void => undefined
    const asked = new Promise<void>((resolve) => {
      answerNow = resolve
    })
    let arrived = (): void => undefined
    const waiting = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const slow = (store: ObjectStore): ObjectStore => ({
      ...store,
      async *list(options) {
        arrived()
        await asked
        yield* store.list(options)
      },
    })
    const { world, server } = await served({ wrap: slow })
    const answer = fetch(`${server.url}${TABLE}/version`, as(world))
    await waiting
    const closed = server.close()
    answerNow()
    expect((await answer).headers.get('delta-table-version')).toBe('1')
    await closed
  }, 8_000)

  test('that cannot listen says where, and what to do', async () => {
    const { server, world } = await served()
    const second = serve({ store: world.root, openTable: world.tableAt, port: server.port })
    await expect(second).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(`port ${server.port}`),
    })
  })
})
