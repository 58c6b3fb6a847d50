import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createConnection, type Socket } from 'node:net'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import type { AuditRecord } from '../../src/server/index.ts'
import { type RunningServer, type ServeOptions, serve } from '../../src/server/node.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { openWorld, putLog, RECIPIENT, type World, type WorldOptions } from './world.ts'

const TABLE = '/shares/sales/schemas/shop/tables/orders'

const servers: RunningServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function served(options: Partial<ServeOptions> & WorldOptions = {}): Promise<{
  world: World
  server: RunningServer
  ask(path: string, headers?: Record<string, string>, method?: string): Promise<Response>
}> {
  const world = await openWorld(options)
  const server = await serve({
    store: world.root,
    openTable: world.tableAt,
    runtime: world.runtime,
    port: 0,
    grace: 2000,
    ...options,
  })
  servers.push(server)
  return {
    world,
    server,
    ask: (path, headers = {}, method = 'GET') =>
      fetch(server.url + path, { method, headers: { authorization: `Bearer ${world.token}`, ...headers } }),
  }
}

/** A table of so many files, each with a line of its own in an answer. */
function shareFiles(world: World, count: number): Promise<void> {
  const files = Array.from({ length: count }, (_, i) => ({
    add: { path: `part-${i}`, partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
  }))
  return putLog(world, 'many', files)
}

/** Asks without a client's help, so that the test decides what is read. */
function openSocket(world: World, server: RunningServer, path: string, headers = ''): Socket {
  const socket = createConnection(server.port, '127.0.0.1')
  const head = `POST /delta-sharing${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${world.token}\r\n`
  socket.write(`${head}Content-Length: 0\r\n${headers}\r\n`)
  return socket
}

describe('an answer in gzip', () => {
  test('is given to who takes it, with the same lines', async () => {
    const { world, server, ask } = await served()
    await shareFiles(world, 500)
    const path = TABLE.replace('orders', 'many')
    const plain = await ask(`${path}/query`, { 'accept-encoding': 'identity' }, 'POST')
    expect(plain.headers.has('content-encoding')).toBe(false)
    expect(plain.headers.get('vary')).toBe('accept-encoding')
    const socket = openSocket(world, server, `${path}/query`, 'Accept-Encoding: gzip\r\nConnection: close\r\n')
    const bytes = await buffer(socket)
    const bodyAt = bytes.indexOf('\r\n\r\n') + 4
    expect(bytes.subarray(0, bodyAt).toString().toLowerCase()).toContain('content-encoding: gzip')
    const lines = gunzipSync(unchunked(bytes.subarray(bodyAt))).toString()
    expect(lines.split('\n')).toHaveLength(503)
    expect(bytes.length).toBeLessThan(lines.length / 2)
    expect((await plain.text()).split('\n')).toHaveLength(503)
  })

  test.each([
    ['gzip', true],
    ['deflate, gzip;q=0.5', true],
    ['*', true],
    ['gzip;q=0, *', false],
    ['br, deflate', false],
  ])('of the wish %j: %j', async (wish, isGiven) => {
    const { ask } = await served()
    const answer = await ask('/shares', { 'accept-encoding': wish })
    expect(answer.headers.get('content-encoding')).toBe(isGiven ? 'gzip' : null)
    expect(await answer.json()).toMatchObject({ items: [{ name: 'sales' }] })
  })

  test('does not keep the first line back until there are more', async () => {
    let signed = 0
    const stuck = (store: ObjectStore): ObjectStore => ({
      ...store,
      presigner: {
        presignGet: (key) =>
          ++signed > 3 ? new Promise(() => undefined) : Promise.resolve({ url: `https://bucket/${key}`, expiresAt: 1 }),
      },
    })
    const { world, ask } = await served({ wrap: stuck })
    await shareFiles(world, 100)
    const answer = await ask(`${TABLE.replace('orders', 'many')}/query`, { 'accept-encoding': 'gzip' }, 'POST')
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toContain('"protocol"')
    await reader?.cancel()
  })

  test('breaks off when the lines do', async () => {
    let signed = 0
    const failing = (store: ObjectStore): ObjectStore => ({
      ...store,
      presigner: {
        async presignGet(key) {
          if (++signed > 50) throw new Error('the bucket is gone')
          return { url: `https://bucket/${key}`, expiresAt: 1 }
        },
      },
    })
    const { world, ask } = await served({ wrap: failing })
    await shareFiles(world, 1000)
    const told = ask(`${TABLE.replace('orders', 'many')}/query`, { 'accept-encoding': 'gzip' }, 'POST')
    await expect(told.then((answer) => answer.text())).rejects.toThrow()
  })
})

test('a client that stops reading is cut off, and the record tells how far it came', async () => {
  const { world, server } = await served({ stallTimeout: 200, records: (record) => ended.push(record.action) })
  const ended: string[] = []
  await shareFiles(world, 40_000)
  const socket = openSocket(world, server, `${TABLE.replace('orders', 'many')}/query`)
  socket.pause()
  while (ended.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(ended).toEqual(['table.query'])
  socket.destroy()
})

describe('a client of HTTP/1.0, for which the end of the connection is the end of the body,', () => {
  /** Asks for the files of a table and gives how the connection ends. */
  function endOf(
    world: World,
    server: RunningServer,
    meanwhile = (_socket: Socket): void => undefined,
  ): Promise<string> {
    // Byte by byte: what is read in part and then reset, Node's own sockets take for ended.
    const onread = { buffer: Buffer.alloc(1), callback: () => true }
    const socket = createConnection({ port: server.port, host: '127.0.0.1', onread })
    const path = `/delta-sharing${TABLE.replace('orders', 'many')}/query`
    const head = `POST ${path} HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer ${world.token}\r\n`
    socket.write(`${head}Content-Length: 0\r\n\r\n`)
    return new Promise((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      socket.once('end', () => resolve('a whole answer'))
      meanwhile(socket)
    })
  }
  /** A store whose URLs are signed up to one of them. */
  const signing = (last: number, then: () => Promise<never>) => (store: ObjectStore) => {
    let signed = 0
    const presignGet = async (key: string) =>
      ++signed > last ? then() : { url: `https://bucket/${key}`, expiresAt: 1 }
    return { ...store, presigner: { presignGet } }
  }

  test('gets a whole answer and its end', async () => {
    const { world, server } = await served()
    await shareFiles(world, 200)
    expect(await endOf(world, server)).toBe('a whole answer')
  })

  test('sees that lines broke off', async () => {
    const { world, server } = await served({ wrap: signing(50, () => Promise.reject(new Error('the bucket is gone'))) })
    await shareFiles(world, 200)
    expect(await endOf(world, server)).toBe('ECONNRESET')
  })

  test('sees that it was cut off for having stopped to read', async () => {
    let cutOff = (): void => undefined
    const ended = new Promise<void>((resolve) => {
      cutOff = resolve
    })
    const { world, server } = await served({ stallTimeout: 200, records: () => cutOff() })
    await shareFiles(world, 40_000)
    const end = endOf(world, server, (socket) => {
      socket.pause()
      ended.then(() => socket.resume())
    })
    expect(await end).toBe('ECONNRESET')
  })

  test('sees that the server stopped before the end', async () => {
    let stuck = (): void => undefined
    const waiting = new Promise<void>((resolve) => {
      stuck = resolve
    })
    const never = (): Promise<never> => {
      stuck()
      return new Promise(() => undefined)
    }
    const { world, server } = await served({ wrap: signing(50, never), grace: 50 })
    await shareFiles(world, 200)
    const end = endOf(world, server)
    await waiting
    await server.close()
    expect(await end).toBe('ECONNRESET')
  })
})

test('a method that no client of fetch can send is refused by name, also behind a proxy, and stands in the record', async () => {
  const records: AuditRecord[] = []
  const { world, server } = await served({ trustProxy: 1, records: (record) => records.push(record) })
  const headers = { authorization: `Bearer ${world.token}`, 'x-forwarded-proto': 'https' }
  const status = await new Promise((resolve, reject) => {
    const sent = httpRequest(`${server.url}/shares`, { method: 'TRACE', headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sent.on('error', reject).end()
  })
  expect(status).toBe(405)
  expect(records).toMatchObject([{ method: 'TRACE', action: 'share.list', status: 405, recipient: RECIPIENT }])
})

test('metrics tell what happened, and of nobody', async () => {
  const { world, server, ask } = await served({ metricsPort: 0, rate: 1 })
  await (await ask(`${TABLE}/query`, {}, 'POST')).text()
  await (await ask('/shares', { authorization: 'Bearer s3cret' })).text()
  for (let i = 0; i < 11; i++) await (await ask('/shares')).text()
  const scraped = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)
  expect(scraped.headers.get('content-type')).toContain('text/plain')
  const metrics = await scraped.text()
  expect(metrics).toContain('deltaquill_requests_total{action="table.query",status="200"} 1')
  expect(metrics).toContain('deltaquill_request_duration_seconds_count{action="table.query"} 1')
  expect(metrics).toMatch(/deltaquill_authentication_failures_total\{action="share.list"\} 1/)
  expect(metrics).toMatch(/deltaquill_rate_limited_total\{action="share.list"\} 2/)
  expect(metrics).toContain('deltaquill_files_total 2')
  expect(metrics).toContain('deltaquill_snapshot_loads_total 1')
  expect(metrics).toContain('deltaquill_requests_in_flight 0')
  expect(metrics).toContain('process_resident_memory_bytes')
  for (const secret of [world.token, 's3cret', RECIPIENT, 'orders', 'sales']) expect(metrics).not.toContain(secret)
  expect((await fetch(`http://127.0.0.1:${server.port}/metrics`)).status).toBe(404)
})

test('a server that drains still answers, says that it goes, and lets go of connections', async () => {
  const { world, server, ask } = await served({ drain: 300 })
  const closed = server.close()
  const origin = server.url.replace('/delta-sharing', '')
  expect((await fetch(`${origin}/readyz`)).status).toBe(503)
  expect((await fetch(`${origin}/healthz`)).status).toBe(200)
  const answer = await ask('/shares')
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close'])
  await answer.text()
  await closed
  await expect(fetch(`${origin}/healthz`)).rejects.toThrow()
  expect(world.records).toEqual([])
})

describe('over TLS', () => {
  const pem = (name: string): string =>
    readFileSync(join(import.meta.dirname, '../../fixtures/server/tls', name), 'utf8')

  test('answers, tells browsers to come back so, and gives file URLs that say so', async () => {
    const tls = { cert: pem('cert.pem'), key: pem('key.pem') }
    const { world, server } = await served({ tls })
    expect(server.url).toBe(`https://127.0.0.1:${server.port}/delta-sharing`)
    const { headers, body } = await new Promise<{ headers: NodeJS.Dict<unknown>; body: string }>((resolve, reject) => {
      const options = { method: 'POST', ca: tls.cert, checkServerIdentity: () => undefined }
      httpsRequest(`${server.url}${TABLE}/query`, options, async (incoming) => {
        resolve({ headers: incoming.headers, body: await text(incoming) })
      })
        .on('error', reject)
        .setHeader('authorization', `Bearer ${world.token}`)
        .end()
    })
    expect(headers['strict-transport-security']).toBe('max-age=31536000')
    expect(body).toContain(`"https://127.0.0.1:${server.port}/files/`)
  })

  test('connections to come get a certificate that was renewed, unless it cannot be used', async () => {
    const key = pem('key.pem')
    const { server } = await served({ tls: { cert: pem('cert.pem'), key } })
    const organisation = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const socket = connectTls({ port: server.port, rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().subject.O)
          socket.destroy()
        })
        socket.on('error', reject)
      })
    expect(await organisation()).toBe(undefined)
    server.renewTls?.({ cert: pem('renewed-cert.pem'), key })
    expect(await organisation()).toBe('renewed')
    expect(() => server.renewTls?.({ cert: 'nothing', key })).toThrow(/the TLS certificate and key cannot be used/)
    expect(await organisation()).toBe('renewed')
  })

  test('a certificate that is none is refused before anybody connects', async () => {
    await expect(served({ tls: { cert: 'nothing', key: 'nothing' } })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
  })
})

test('without TLS nobody is told to come back by it', async () => {
  const { ask } = await served()
  expect((await ask('/shares')).headers.has('strict-transport-security')).toBe(false)
})

test('a metrics port that is taken is told, and the server is not left open', async () => {
  const { server, world } = await served()
  const second = serve({ store: world.root, openTable: world.tableAt, port: 0, metricsPort: server.port })
  await expect(second).rejects.toMatchObject({ code: 'invalid-argument' })
})

/** The body of an answer in chunks (RFC 9112 §7.1), whole. */
function unchunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.subarray(at, end).toString(), 16)
    if (!(size > 0)) return Buffer.concat(parts)
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
}
