import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { openProfile, type SharedCatalog } from '../../src/client/index.ts'
import { simulatedRuntime, systemRuntime } from '../../src/runtime.ts'
import { httpServer } from './http-server.ts'

/** The clock is real, so that silence is; the waits between attempts are not. */
const runtime = { ...systemRuntime, sleep: async () => {} }
const TOKEN = 'dq_secret_t0ken'
const SIGNED = 'X-Amz-Signature=s1gned'

const JSON_TYPE = { 'content-type': 'application/json' }
const HEADERS = { 'content-type': 'application/x-ndjson', 'delta-table-version': '3' }
const SCHEMA = '{"type":"struct","fields":[{"name":"a","type":"string","nullable":true,"metadata":{}}]}'
const HEAD = [
  { protocol: { minReaderVersion: 1 } },
  { metaData: { id: 'm', format: { provider: 'parquet' }, schemaString: SCHEMA, partitionColumns: [] } },
]

type Answer = (response: ServerResponse, request: IncomingMessage) => void

function lines(...items: readonly object[]): string {
  return [...HEAD, ...items].map((line) => `${JSON.stringify(line)}\n`).join('')
}

function fileAt(url: string, id = 'f1', size = 20): object {
  return { file: { url, id, partitionValues: {}, size } }
}

function catalogAt(origin: string, idleTimeout = 30_000): SharedCatalog {
  return openProfile({ endpoint: `${origin}/sharing`, bearerToken: TOKEN }, { runtime, idleTimeout })
}

/** What a read ends with; nothing secret is in it. */
async function failureOf(catalog: SharedCatalog): Promise<unknown> {
  let rows = 0
  try {
    for await (const _ of catalog.table('s.c.t').read()) rows++
    return `${rows} rows`
  } catch (error) {
    for (const secret of [TOKEN, SIGNED, '/private']) expect(String(error)).not.toContain(secret)
    return error
  }
}

async function* endless(piece: string): AsyncGenerator<string> {
  for (;;) yield piece
}

/** Writes for as long as somebody reads. */
async function pour(response: ServerResponse, beginning: string, piece: string): Promise<number> {
  response.writeHead(200, HEADERS).write(beginning)
  let pieces = 0
  for await (const next of endless(piece)) {
    if (response.closed || response.destroyed) return pieces
    pieces++
    if (!response.write(next)) await drained(response)
  }
  return pieces
}

/** Resolves when more can be written, or nobody listens any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go)
      resolve()
    }
    response.on('drain', go).on('close', go)
  })
}

const cases: readonly (readonly [string, string, Answer])[] = [
  ['a web page', 'invalid-data', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
  [
    'a web page that calls itself an answer',
    'invalid-data',
    (response) => response.writeHead(200, HEADERS).end('<html>'),
  ],
  ['no version', 'invalid-data', (response) => response.writeHead(200).end(lines())],
  [
    'a version that is none',
    'invalid-data',
    (response) => response.writeHead(200, { 'delta-table-version': '-1' }).end(lines()),
  ],
  ['nothing at all', 'unavailable', (response) => response.writeHead(200, HEADERS).end()],
  [
    'half an answer',
    'unavailable',
    (response) =>
      response.writeHead(200, { ...HEADERS, 'content-length': '9999' }).write(lines(), () => response.destroy()),
  ],
  [
    'a connection that is cut',
    'unavailable',
    (response) => response.writeHead(200, HEADERS).write(lines(), () => response.destroy()),
  ],
  [
    'half a line',
    'invalid-data',
    (response) => response.writeHead(200, HEADERS).end(`${lines()}{"file":{"url":"https://b/private?${SIGNED}`),
  ],
  [
    'an end that was promised and does not come',
    'unavailable',
    (response) =>
      response.writeHead(200, { ...HEADERS, 'delta-sharing-capabilities': 'includeendstreamaction=true' }).end(lines()),
  ],
  [
    'a line of arrays within arrays',
    'invalid-data',
    (response) => response.writeHead(200, HEADERS).end('['.repeat(100_000)),
  ],
  [
    'lines in another order',
    'invalid-data',
    (response) => response.writeHead(200, HEADERS).end(`${JSON.stringify(fileAt('http://b'))}\n${lines()}`),
  ],
  [
    'unknown lines',
    'invalid-data',
    (response) => response.writeHead(200, HEADERS).end(lines({ bomb: `https://b/private?${SIGNED}` })),
  ],
  [
    'broken gzip',
    'unavailable',
    (response) => response.writeHead(200, { ...HEADERS, 'content-encoding': 'gzip' }).end('no gzip'),
  ],
  [
    'an error that quotes the token and a URL',
    'invalid-argument',
    (response) =>
      response
        .writeHead(400, JSON_TYPE)
        .end(JSON.stringify({ error_code: 'X', message: `no ${TOKEN} for https://b/private?${SIGNED}` })),
  ],
  ['a redirect to nowhere', 'invalid-argument', (response) => response.writeHead(307).end()],
  ['a redirect to itself', 'invalid-argument', (response) => response.writeHead(307, { location: '/sharing' }).end()],
  [
    'a redirect to a file',
    'invalid-argument',
    (response) => response.writeHead(307, { location: 'file:///private' }).end(),
  ],
  [
    'a data file with another scheme',
    'invalid-data',
    (response) => response.writeHead(200, HEADERS).end(lines(fileAt('file:///private'))),
  ],
  [
    'a data file in its URL',
    'invalid-data',
    (response) => response.writeHead(200, HEADERS).end(lines(fileAt('data:text/plain,PAR1'))),
  ],
  [
    'a data file with a password',
    'invalid-data',
    (response) => response.writeHead(200, HEADERS).end(lines(fileAt(`https://u:p@b/private?${SIGNED}`))),
  ],
  [
    'a data file without a URL',
    'invalid-data',
    (response) => response.writeHead(200, HEADERS).end(lines(fileAt('private'))),
  ],
  [
    'a size below zero',
    'invalid-data',
    (response) => response.writeHead(200, HEADERS).end(lines(fileAt('https://b/private', 'f', -1))),
  ],
]

test.each(cases)('%s is %s', async (_, code, answer) => {
  const origin = await httpServer((request, response) => answer(response, request))
  expect(await failureOf(catalogAt(origin))).toMatchObject({ code })
})

test.each([
  ['at once', () => {}],
  ['in the middle', (response: ServerResponse) => void response.writeHead(200, HEADERS).write(lines())],
  [
    'about a data file',
    (response: ServerResponse, { url, headers }: IncomingMessage) => {
      if (url === '/private') return
      response.writeHead(200, HEADERS).end(lines(fileAt(`http://${headers.host}/private`)))
    },
  ],
])('a server that falls silent %s is given up', async (_, answer) => {
  const origin = await httpServer((request, response) => answer(response, request))
  expect(await failureOf(catalogAt(origin, 300))).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('nothing came for 0.3 s'),
  })
})

test('a line without end is given up, long before it has filled the memory', async () => {
  let sent = Number.POSITIVE_INFINITY
  const origin = await httpServer(async (_, response) => {
    sent = await pour(response, lines().trimEnd(), 'x'.repeat(1024 * 1024))
  })
  expect(await failureOf(catalogAt(origin))).toMatchObject({ code: 'invalid-data' })
  await expect.poll(() => sent).toBeLessThan(100)
})

test('a page of a list without end is given up as well', async () => {
  const origin = await httpServer((_, response) => void pour(response, '{"items":[', '{"name":"a"},'.repeat(100_000)))
  await expect(catalogAt(origin).shares()).rejects.toMatchObject({ code: 'invalid-data' })
})

test('an answer that expands without end is given up', async () => {
  const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024, 'x'))
  const origin = await httpServer((_, response) => {
    response.writeHead(200, { ...HEADERS, 'content-encoding': 'gzip' }).end(bomb)
  })
  expect(await failureOf(catalogAt(origin))).toMatchObject({ code: 'invalid-data' })
})

test('files without end are listed only as far as they are read', async () => {
  let sent = 0
  const origin = await httpServer(async (request, response) => {
    if (request.url === '/file') return void response.writeHead(404).end()
    const url = `http://${request.headers.host}/file`
    response.writeHead(200, HEADERS).write(lines())
    while (!response.destroyed) {
      const batch = Array.from({ length: 1000 }, () => `${JSON.stringify(fileAt(url, `f${sent++}`))}\n`).join('')
      if (!response.write(batch)) await drained(response)
    }
  })
  expect(await failureOf(catalogAt(origin))).toMatchObject({ code: 'not-found' })
  // What the sockets hold, and no more.
  expect(sent).toBeLessThan(200_000)
})

test('the token goes to the origin of the endpoint only, redirects within it are followed', async () => {
  const heard: (string | undefined)[] = []
  const other = await httpServer((request, response) => {
    heard.push(request.headers.authorization)
    response.end('{}')
  })
  const origin = await httpServer((request, response) => {
    const { url = '', headers } = request
    if (url.startsWith('/moved'))
      return void response
        .writeHead(200, JSON_TYPE)
        .end(JSON.stringify({ items: [{ name: headers.authorization ?? '' }] }))
    response.writeHead(308, { location: url === '/sharing/shares' ? '/moved/shares' : `${other}/sharing` }).end()
  })
  expect(await catalogAt(origin).shares()).toEqual([{ name: `Bearer ${TOKEN}` }])
  await expect(catalogAt(origin).schemas('s')).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining(other),
  })
  expect(heard).toEqual([])
})

test.each([
  [
    'sends more than the range',
    (response: ServerResponse) => response.writeHead(206).end(Buffer.alloc(1024 * 1024)),
    'invalid-data',
  ],
  ['sends less than the range', (response: ServerResponse) => response.writeHead(206).end('abc'), 'unavailable'],
  [
    'is of another size',
    (response: ServerResponse) => response.writeHead(206, { 'content-range': 'bytes 0-19/7000' }).end(Buffer.alloc(20)),
    'invalid-data',
  ],
  ['never ends', (response: ServerResponse) => void pour(response, '', 'x'.repeat(100_000)), 'invalid-data'],
  [
    'quotes its own secrets',
    (response: ServerResponse) => response.writeHead(403, JSON_TYPE).end(JSON.stringify({ message: SIGNED })),
    'permission-denied',
  ],
])('a data file that %s', async (_, answerFile, code) => {
  const origin = await httpServer((request, response) => {
    if (request.url?.startsWith('/private')) return void answerFile(response)
    response.writeHead(200, HEADERS).end(lines(fileAt(`http://${request.headers.host}/private?${SIGNED}`)))
  })
  expect(await failureOf(catalogAt(origin))).toMatchObject({ code, message: expect.stringContaining('f1') })
})

test('a caller who has seen enough leaves no request behind', async () => {
  const controller = new AbortController()
  const origin = await httpServer(() => controller.abort())
  const reading = catalogAt(origin).table('s.c.t').read({ signal: controller.signal }).next()
  await expect(reading).rejects.toMatchObject({ code: 'aborted' })
})

test('a wait that the server asks for is kept, and one beyond patience is passed on', async () => {
  const simulated = simulatedRuntime({ start: Date.UTC(2026, 0, 1) })
  const waits = ['7', new Date(Date.UTC(2026, 0, 1, 0, 0, 27)).toUTCString(), '3600']
  const origin = await httpServer((_, response) => void response.writeHead(429, { 'retry-after': waits.shift() }).end())
  const catalog = openProfile({ endpoint: origin, bearerToken: TOKEN }, { runtime: simulated })
  await expect(catalog.shares()).rejects.toMatchObject({ code: 'rate-limited', details: { retryAfter: 3600 } })
  expect(simulated.now()).toBe(Date.UTC(2026, 0, 1, 0, 0, 27))
})

test.each(['metadata', 'version'] as const)(
  'a server that goes on after what was asked for (%s) is hung up on',
  async (ask) => {
    let hangUp = (): void => {}
    const hungUp = new Promise<void>((resolve) => {
      hangUp = resolve
    })
    const origin = await httpServer((_, response) => {
      response.on('close', hangUp)
      response.writeHead(200, HEADERS).write(lines())
    })
    await catalogAt(origin).table('s.c.t')[ask]()
    await hungUp
  },
)
