import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { DeltaError } from '../../errors.ts'
import type { Runtime } from '../../runtime.ts'
import { formatErrorBody, wireError } from '../../wire/index.ts'
import type { AuditRecord } from '../audit-record.ts'
import { noteError, openCall } from '../call.ts'
import { JSON_TYPE } from '../error-answer.ts'
import { originator } from '../forwarded.ts'
import { type Answer, type AnswerHeaders, answerOf, type HttpRequest } from '../http.ts'
import type { TrustProxy } from '../options.ts'
import { headersOf } from './received-request.ts'

export interface RefusalOptions {
  readonly runtime: Runtime
  readonly records: (record: AuditRecord) => void
  readonly trustProxy: TrustProxy | undefined
  /** Those that every answer gets. */
  readonly fixedHeaders: Readonly<AnswerHeaders>
}

/** What Node's parser says of what it cannot read, as far as that has a status of its own. */
const STATUSES: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

/** Refuses a request of which nothing can be asked, such as one whose Host header is none, and records that. */
export function refuseRequest(incoming: IncomingMessage, options: RefusalOptions): Answer {
  const { method = '' } = incoming
  const asked = { method, headers: headersOf(incoming) }
  return refusal(400, recorded(asked, incoming.socket, 400, 'its target and its Host header are no URL', options))
}

/**
 * Refuses and records, on a server, what does not even become a request: what is no HTTP, is too long, or takes too long.
 * Nothing of what was sent is told or recorded.
 */
export function refuseUnreadable(server: Server, options: RefusalOptions): void {
  const latest = new WeakMap<Duplex, ServerResponse>()
  server.on('request', (incoming, outgoing) => latest.set(incoming.socket, outgoing))
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket) => {
    if (isSent(code, socket)) {
      const last = latest.get(socket)
      const status = STATUSES[code] ?? 400
      // A request whose body breaks off has a record of its own.
      const isOwn = last === undefined || last.req.complete
      const id = isOwn ? recorded({ method: '', headers: new Headers() }, socket, status, code, options) : undefined
      if (socket.writable && isFree(last)) socket.write(written(refusal(status, id), options.fixedHeaders))
    }
    socket.destroy()
  })
  server.on('connect', (incoming, socket) => {
    // Node listens to it no more.
    socket.on('error', () => undefined)
    socket.write(written(refuseRequest(incoming, options), options.fixedHeaders))
    socket.destroy()
  })
  // Node would answer 417 by itself, which RFC 9110 §10.1.1 leaves to the server.
  server.on('checkExpectation', (incoming, outgoing) => server.emit('request', incoming, outgoing))
}

/** Whether it is about what a client sent. A connection that broke, or on which nothing ever came, asked for nothing. */
function isSent(code: string, socket: Duplex): boolean {
  return (code.startsWith('HPE_') || code in STATUSES) && socket instanceof Socket && socket.bytesRead > 0
}

/** Whether an answer would be taken for that of no other request, nor get into the middle of one. */
function isFree(last: ServerResponse | undefined): boolean {
  if (last === undefined || last.writableFinished) return true
  return !last.req.complete && last.socket !== null && !last.headersSent
}

/** @returns the id of the record. */
function recorded(
  asked: Pick<HttpRequest, 'method' | 'headers'>,
  socket: Duplex,
  status: number,
  why: string,
  { trustProxy, ...options }: RefusalOptions,
): string {
  const address = socket instanceof Socket ? socket.remoteAddress : undefined
  const request = { ...asked, url: '', body: null }
  const call = openCall(request, originator(request, { address }, trustProxy), address, options)
  noteError(call.record, new DeltaError('malformed-request', `${NOT_UNDERSTOOD}: ${why}`))
  call.answered(status)
  return call.record.requestId
}

const NOT_UNDERSTOOD = 'the request cannot be understood'

function refusal(status: number, requestId: string | undefined): Answer {
  const headers: AnswerHeaders = { 'content-type': JSON_TYPE }
  if (requestId !== undefined) headers['x-request-id'] = requestId
  return answerOf(formatErrorBody({ ...wireError('malformed-request'), message: NOT_UNDERSTOOD }), { status, headers })
}

/** An answer as it goes over the wire, for a connection that ends with it. */
function written({ status, headers, body }: Answer, fixedHeaders: Readonly<AnswerHeaders>): string {
  const text = String(body)
  const all = { ...headers, ...fixedHeaders, 'content-length': String(Buffer.byteLength(text)), connection: 'close' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`
}
