import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'

/** What goes wrong with one request. */
export type Fault =
  /** Answered with this error, without being served. */
  | { readonly refuse: number; readonly code?: string; readonly headers?: Record<string, string> }
  /** The connection is reset before the request is served. */
  | 'reset'
  /** Served, and the connection reset before the answer. */
  | 'lose-answer'
  /** Served, and answered with this error all the same. */
  | { readonly refuseAfter: number; readonly code?: string }
  /** The body of the answer breaks off after so many bytes. */
  | { readonly cutAfter: number; readonly meanwhile?: () => void }
  /** The body of the answer stops after so many bytes, the connection stays open. */
  | { readonly stallAfter: number }
  /** Never answered. */
  | 'silence'
  /** Answered 200 with an error in the body. */
  | 'error-in-200'
  /** Answered 200 with nothing more, as by something in between. */
  | 'bare-200'
  /** A page of a listing is the first page, whatever was asked for. */
  | 'first-page-again'
  /** The Range header is ignored: the whole object is sent. */
  | 'ignore-range'
  /** Served as it should be. */
  | 'none'

export interface FakeServer {
  readonly endpoint: string
  /** Method and path of every request, in order. */
  readonly requests: string[]
  readonly objects: Map<string, Buffer>
  /** What goes wrong with the next requests, one each. */
  fail(...faults: Fault[]): void
}

/**
 * As much of S3 as it takes to see how outcomes are read, with faults that a real server does not produce on demand.
 * Not a store to trust: the contract is tested on a real one.
 */
export async function fakeServer(): Promise<FakeServer> {
  const objects = new Map<string, Buffer>()
  const requests: string[] = []
  const faults: Fault[] = []
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const url = new URL(request.url ?? '/', 'http://fake')
    requests.push(`${request.method} ${url.pathname}${url.search.replace(/[?&]x-id=\w+/, '')}`)
    answer(faults.shift() ?? 'none', { request, url }, response, () => serve(objects, request, url, body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the system gave no port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    objects,
    fail(...next) {
      faults.push(...next)
    },
  }
}

/** The faults that come before the request is served. */
const UNSERVED = new Set<Fault>(['reset', 'silence', 'error-in-200', 'bare-200'])

interface Answer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: Buffer | string
}

function answer(
  fault: Fault,
  { request, url }: { request: IncomingMessage; url: URL },
  response: ServerResponse,
  served: () => Answer,
): void {
  if (fault === 'ignore-range') delete request.headers.range
  if (fault === 'first-page-again') url.searchParams.delete('continuation-token')
  const isServed = typeof fault === 'object' ? !('refuse' in fault) : !UNSERVED.has(fault)
  const real = isServed ? served() : errorAnswer(503, 'SlowDown')
  if (fault === 'silence') return
  if (fault === 'reset' || fault === 'lose-answer') {
    request.socket.resetAndDestroy()
  } else if (fault === 'bare-200') {
    send(response, { status: 200 })
  } else if (fault === 'error-in-200') {
    send(response, { ...real, status: 200 })
  } else if (typeof fault === 'string') {
    send(response, real)
  } else if ('refuse' in fault) {
    send(response, { ...errorAnswer(fault.refuse, fault.code), headers: fault.headers ?? {} })
  } else if ('refuseAfter' in fault) {
    send(response, errorAnswer(fault.refuseAfter, fault.code))
  } else {
    const bytes = 'cutAfter' in fault ? fault.cutAfter : fault.stallAfter
    response.writeHead(real.status, { 'Content-Length': Buffer.byteLength(real.body ?? ''), ...real.headers })
    response.write(Buffer.from(real.body ?? '').subarray(0, bytes), () => {
      if (!('cutAfter' in fault)) return
      fault.meanwhile?.()
      request.socket.resetAndDestroy()
    })
  }
}

function send(response: ServerResponse, { status, headers, body = '' }: Answer): void {
  response.writeHead(status, { 'Content-Length': Buffer.byteLength(body), ...headers })
  response.end(body)
}

function errorAnswer(status: number, code = 'InternalError'): Answer {
  return { status, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>injected ${code}</Message></Error>` }
}

function serve(objects: Map<string, Buffer>, request: IncomingMessage, url: URL, body: Buffer): Answer {
  const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'))
  const existing = objects.get(key)
  switch (request.method) {
    case 'PUT': {
      const { 'if-none-match': ifNoneMatch, 'if-match': ifMatch } = request.headers
      if (ifMatch !== undefined && existing === undefined) return errorAnswer(404, 'NoSuchKey')
      const failed = (ifNoneMatch && existing) || (ifMatch && existing && etagOf(existing) !== ifMatch)
      if (failed) return errorAnswer(412, 'PreconditionFailed')
      // Parts are kept like objects; the fake never joins them in another order than they are numbered.
      objects.set(url.searchParams.has('partNumber') ? `${key}#${url.searchParams.get('partNumber')}` : key, body)
      return { status: 200, headers: { ETag: etagOf(body) } }
    }
    case 'POST':
      return serveUpload(objects, key, url)
    case 'DELETE':
      objects.delete(key)
      for (const part of partsOf(objects, key)) objects.delete(part)
      return { status: 204 }
    default:
      if (key === '') return serveList(objects, url)
      return existing === undefined ? errorAnswer(404, 'NoSuchKey') : serveObject(existing, request)
  }
}

const PAGE = 2

/** Pages of two keys; the token is the number of keys before the page. */
function serveList(objects: Map<string, Buffer>, url: URL): Answer {
  const prefix = url.searchParams.get('prefix') ?? ''
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix))
  const start = Number(url.searchParams.get('continuation-token') ?? 0)
  const next = start + PAGE
  const contents = keys.slice(start, next).map((key) => {
    const name = encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+')
    return `<Contents><Key>${name}</Key><Size>1</Size><ETag>"e"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`
  })
  const more =
    next < keys.length ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>` : ''
  const body = `<ListBucketResult><EncodingType>url</EncodingType>${more}${contents.join('')}</ListBucketResult>`
  return { status: 200, body }
}

function serveUpload(objects: Map<string, Buffer>, key: string, url: URL): Answer {
  if (url.searchParams.has('uploads')) {
    return {
      status: 200,
      body: '<InitiateMultipartUploadResult><UploadId>up</UploadId></InitiateMultipartUploadResult>',
    }
  }
  const parts = partsOf(objects, key)
  if (parts.length === 0) return errorAnswer(404, 'NoSuchUpload')
  const joined = Buffer.concat(parts.map((part) => objects.get(part) ?? Buffer.alloc(0)))
  objects.set(key, joined)
  partCounts.set(joined, parts.length)
  for (const part of parts) objects.delete(part)
  return {
    status: 200,
    body: `<CompleteMultipartUploadResult><ETag>${etagOf(joined)}</ETag></CompleteMultipartUploadResult>`,
  }
}

function partsOf(objects: Map<string, Buffer>, key: string): string[] {
  return [...objects.keys()].filter((name) => name.startsWith(`${key}#`)).sort()
}

function serveObject(bytes: Buffer, request: IncomingMessage): Answer {
  const headers = { ETag: etagOf(bytes), 'Last-Modified': new Date(0).toUTCString() }
  const { range, 'if-match': ifMatch } = request.headers
  if (ifMatch !== undefined && ifMatch !== headers.ETag) return errorAnswer(412, 'PreconditionFailed')
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
  if (start === undefined) return { status: 200, headers, body: bytes }
  if (Number(start) >= bytes.length) return errorAnswer(416, 'InvalidRange')
  const body = bytes.subarray(Number(start), end ? Number(end) + 1 : undefined)
  const contentRange = `bytes ${start}-${Number(start) + body.length - 1}/${bytes.length}`
  return { status: 206, headers: { ...headers, 'Content-Range': contentRange }, body }
}

/** The objects that were joined from parts: their ETags end in how many. */
const partCounts = new WeakMap<Buffer, number>()

function etagOf(bytes: Buffer): string {
  const count = partCounts.get(bytes)
  return `"${createHash('md5').update(bytes).digest('hex')}${count === undefined ? '' : `-${count}`}"`
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
