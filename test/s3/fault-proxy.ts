import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Fault, FaultPlan, Operation } from '../../src/store/testing.ts'

/** A server between a client and a real S3 server, which breaks requests as it is told. */
export interface FaultProxy {
  readonly endpoint: string
  /** What goes wrong from now on; its keys begin with the bucket's prefix. */
  plan: FaultPlan
  /** Faults so far, in words. */
  readonly injected: string[]
  /** Sends every late request that is still held back, and waits for it. */
  settle(): Promise<void>
  close(): Promise<void>
}

interface Call {
  readonly method: string
  readonly url: string
  readonly headers: readonly string[]
  readonly body: Buffer
}

interface Reply {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: Buffer
}

/** After how many more requests a `late` one is sent on. */
const LATE_BY = 3
const SLOW = 300

/** What each fault answers instead of the server, before the request is served. */
const refusals: Partial<Record<Fault, { readonly status: number; readonly code: string }>> = {
  '304': { status: 304, code: 'NotModified' },
  '403': { status: 403, code: 'AccessDenied' },
  '409': { status: 409, code: 'ConditionalRequestConflict' },
  '412': { status: 412, code: 'PreconditionFailed' },
  '429': { status: 429, code: 'TooManyRequests' },
  '500': { status: 500, code: 'InternalError' },
  '501': { status: 501, code: 'NotImplemented' },
  '503': { status: 503, code: 'SlowDown' },
  'error-in-200': { status: 200, code: 'InternalError' },
}

export async function faultProxy(upstream: string): Promise<FaultProxy> {
  const injected: string[] = []
  const late: { readonly due: number; readonly call: Call }[] = []
  let served = 0
  const proxy: Omit<FaultProxy, 'endpoint' | 'close'> = {
    plan: () => undefined,
    injected,
    async settle() {
      for (const { call } of late.splice(0)) await forward(upstream, call)
    },
  }
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    served++
    const call = await callOf(incoming)
    for (const held of late.filter(({ due }) => due <= served)) {
      late.splice(late.indexOf(held), 1)
      await forward(upstream, held.call)
    }
    const { operation, key } = meaningOf(call)
    const fault = proxy.plan({ operation, key })
    if (fault !== undefined) injected.push(`${fault} ${operation} ${key}`)
    if (fault === 'late') late.push({ due: served + LATE_BY, call })
    await answer(upstream, call, fault, outgoing)
  }
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(proxy, {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

async function answer(upstream: string, call: Call, fault: Fault | undefined, outgoing: ServerResponse): Promise<void> {
  const refusal = fault && refusals[fault]
  if (refusal) return reply(outgoing, errorReply(refusal))
  if (fault === 'reset' || fault === 'late') return void outgoing.destroy()
  if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW))
  const first = await forward(upstream, call)
  switch (fault) {
    case 'answer-lost':
      return void outgoing.destroy()
    case '500-after':
      return reply(outgoing, errorReply({ status: 500, code: 'InternalError' }))
    case 'twice':
      return reply(outgoing, await forward(upstream, call))
    case 'cut':
    case 'broken-list':
      return cutOff(outgoing, first)
    case 'flipped':
      return reply(outgoing, { ...first, body: flipped(first.body) })
    case 'stale-list':
      return reply(
        outgoing,
        listing(first, (objects) => objects.slice(0, -1)),
      )
    case 'short-list':
      return reply(
        outgoing,
        listing(first, (objects) => objects.slice(0, objects.length >> 1)),
      )
    case 'repeated-page':
      return reply(
        outgoing,
        listing(first, (objects) => [...objects.slice(0, objects.length >> 1), ...objects]),
      )
    default:
      return reply(outgoing, first)
  }
}

async function callOf(incoming: IncomingMessage): Promise<Call> {
  const body: Buffer[] = []
  for await (const chunk of incoming) body.push(chunk as Buffer)
  const { method = 'GET', url = '/', rawHeaders } = incoming
  return { method, url, headers: rawHeaders, body: Buffer.concat(body) }
}

/** What the request asks of the store: `/bucket/key`, `/bucket/?list-type=2&prefix=…`. */
function meaningOf({ method, url, headers }: Call): { operation: Operation; key: string } {
  const { pathname, searchParams } = new URL(url, 'http://proxy')
  const key = decodeURIComponent(pathname.replace(/^\/[^/]*\/?/, ''))
  if (searchParams.has('list-type')) return { operation: 'list', key: searchParams.get('prefix') ?? '' }
  if (method === 'GET') return { operation: 'get', key }
  if (method === 'HEAD') return { operation: 'head', key }
  if (method === 'DELETE' || searchParams.has('delete')) return { operation: 'delete', key }
  if (searchParams.has('uploads') || searchParams.has('uploadId')) return { operation: 'putStream', key }
  return { operation: headers.some((name) => /^x-amz-copy-source$/i.test(name)) ? 'copy' : 'put', key }
}

/** As it came, the signed `Host` included. */
function forward(upstream: string, { method, url, headers, body }: Call): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(upstream)
    const outgoing = request({ hostname, port, method, path: url, headers }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 500, headers: incoming.rawHeaders, body: Buffer.concat(chunks) }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function reply(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  outgoing.writeHead(status, withLength(headers, body.length))
  outgoing.end(outgoing.req.method === 'HEAD' ? undefined : body)
}

/** Half of the body, and then no more. */
function cutOff(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  outgoing.writeHead(status, withLength(headers, body.length))
  outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.destroy())
}

/** A HEAD tells the length of what it does not send. */
function withLength(headers: readonly string[], length: number): string[] {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const [name = '', value = ''] = headers.slice(i, i + 2)
    if (/^(transfer-encoding|connection|keep-alive)$/i.test(name) || (length > 0 && /^content-length$/i.test(name)))
      continue
    kept.push(name, value)
  }
  return length > 0 ? [...kept, 'Content-Length', String(length)] : kept
}

function errorReply({ status, code }: { readonly status: number; readonly code: string }): Reply {
  const text = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>injected</Message></Error>`
  return { status, headers: ['Content-Type', 'application/xml'], body: Buffer.from(status === 304 ? '' : text) }
}

function flipped(body: Buffer): Buffer {
  const copy = Buffer.from(body)
  const middle = copy.length >> 1
  copy[middle] = (copy[middle] ?? 0) ^ 0x80
  return copy
}

/** The page of a listing with other objects on it. */
function listing(page: Reply, change: (objects: readonly string[]) => readonly string[]): Reply {
  const text = page.body.toString('utf8')
  const objects = text.match(/<Contents>.*?<\/Contents>/gs) ?? []
  const without = text.replaceAll(/<Contents>.*?<\/Contents>/gs, '')
  const body = without.replace('</ListBucketResult>', `${change(objects).join('')}</ListBucketResult>`)
  return { ...page, body: Buffer.from(body) }
}
