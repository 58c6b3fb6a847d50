import { createServer } from 'node:http'
import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { simulatedRuntime } from '../../src/runtime.ts'
import type { AuditRecord } from '../../src/server/index.ts'
import { close, listen } from '../../src/server/node/listen.ts'
import { refuseUnreadable } from '../../src/server/node/refusals.ts'
import { type RunningServer, type ServeOptions, serve } from '../../src/server/node.ts'
import { openWorld, type World } from './world.ts'

const servers: RunningServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

/** Sends bytes to a server of its own; gives what it says and what it records of that. */
async function say(
  bytes: string | ((world: World) => string),
  options: Partial<ServeOptions> = {},
): Promise<{ said: string; records: AuditRecord[] }> {
  const records: AuditRecord[] = []
  const world = await openWorld()
  const server = await serve({
    store: world.root,
    openTable: world.tableAt,
    runtime: world.runtime,
    port: 0,
    records: (record) => records.push(record),
    ...options,
  })
  servers.push(server)
  let said = ''
  await new Promise<void>((resolve) => {
    const socket = createConnection(server.port, '127.0.0.1', () => {
      socket.end(typeof bytes === 'string' ? bytes : bytes(world))
    })
    socket.on('data', (chunk) => {
      said += chunk
    })
    // A server that refuses does not read to the end.
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
  })
  return { said, records }
}

describe('what cannot become a request is refused and recorded, without a word of what was sent:', () => {
  const long = 's3cret'.repeat(5000)
  test.each([
    ['no HTTP', 's3cret nonsense\r\n\r\n', 400, ''],
    ['a head that ends too early', 'GET /s3cret?s3cret HTTP/1.1\r\nHost: s3', 400, ''],
    ['a head that is too long', `GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${long}\r\n\r\n`, 431, ''],
    ['two lengths', 'POST /s3cret HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, ''],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      '',
    ],
    ['a Host that is none', 'GET /s3cret HTTP/1.1\r\nHost: s3cret s3cret\r\nConnection: close\r\n\r\n', 400, 'GET'],
    ['no Host', 'GET /s3cret HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'GET'],
    ['a tunnel', 'CONNECT s3cret:443 HTTP/1.1\r\nHost: s3cret\r\n\r\n', 400, 'CONNECT'],
  ])('%s', async (_, bytes, status, method) => {
    const { said, records } = await say(bytes)
    expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*"errorCode":"MALFORMED_REQUEST"`, 's'))
    expect(records).toMatchObject([
      {
        method,
        status,
        result: 'rejected',
        action: 'unknown',
        address: '127.0.0.1',
        error: { code: 'malformed-request' },
      },
    ])
    expect(said).toContain(`x-request-id: ${records[0]?.requestId}\r\n`)
    expect(said + JSON.stringify(records)).not.toContain('s3')
  })
})

test.each([
  ['is not there in time', 'GET /s3cret HTTP/1.1\r\n', 408, 1],
  ['never begins', '', 408, 0],
])('a request that %s is answered and recorded where anything of it came', async (_, bytes, status, count) => {
  const records: AuditRecord[] = []
  const server = createServer({ headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 })
  refuseUnreadable(server, {
    runtime: simulatedRuntime(),
    records: (record) => records.push(record),
    trustProxy: undefined,
    fixedHeaders: {},
  })
  const port = await listen(server, '127.0.0.1', 0)
  const socket = createConnection(port, '127.0.0.1', () => socket.write(bytes))
  const said = await text(socket)
  expect([said.startsWith(`HTTP/1.1 ${status} `), records.length]).toEqual([count === 1, count])
  for (const record of records) expect(record).toMatchObject({ status, method: '', result: 'rejected' })
  await close(server, 0)
})

test('what follows a request that has no answer yet is recorded, and not answered in its place', async () => {
  const { said, records } = await say('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n')
  expect(said).not.toContain(' 400 ')
  expect(records.map(({ status }) => status).sort()).toEqual([200, 400])
})

test('a body that breaks off is recorded once, by its own request', async () => {
  const head = 'POST /delta-sharing/shares/sales/schemas/shop/tables/orders/query HTTP/1.1\r\nHost: x\r\n'
  const { said, records } = await say(
    ({ token }) => `${head}Authorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n`,
  )
  expect(said).toMatch(/^HTTP\/1\.1 400 /)
  expect(records).toMatchObject([{ method: 'POST', action: 'table.query', status: 400 }])
})

test('an expectation that nobody knows is passed over', async () => {
  const { said, records } = await say(
    'GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n',
  )
  expect(said).toMatch(/^HTTP\/1\.1 200 /)
  expect(records).toMatchObject([{ action: 'health', status: 200 }])
})

test('the address is that which a trusted proxy names', async () => {
  const head = 'GET / HTTP/1.1\r\nHost: a b\r\nX-Forwarded-For: 192.0.2.7\r\nConnection: close\r\n\r\n'
  const { records } = await say(head, { trustProxy: 1 })
  expect(records).toMatchObject([{ address: '192.0.2.7', proxy: '127.0.0.1' }])
})

test('an answer is whole, whatever who records it throws', async () => {
  const world = await openWorld({
    records: () => {
      throw new Error('the disk of the log is full')
    },
  })
  const listed = await world.ask('/shares')
  expect([listed.status, await listed.json()]).toEqual([200, { items: [expect.objectContaining({ name: 'sales' })] }])
  const query = await world.ask('/shares/sales/schemas/shop/tables/orders/query', { method: 'POST', body: '{}' })
  expect([query.status, (await query.text()).split('\n').length]).toEqual([200, 5])
})
