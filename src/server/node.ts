import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener, type HttpBindings, RequestError } from '@hono/node-server'
import { type DestinationStream, type Logger, pino } from 'pino'
import { DeltaError, messageOf } from '../errors.ts'
import { formatErrorBody, wireError } from '../wire/index.ts'
import { errorAnswer, JSON_TYPE } from './error-answer.ts'
import { type AuditRecord, type SharingHandler, type SharingOptions, sharingHandler } from './index.ts'
import { DEFAULT_PREFIX } from './options.ts'

export interface ServeOptions extends SharingOptions {
  /** Address to listen on: this machine only, unless said. */
  readonly host?: string
  /** Port to listen on; 0 takes a free one. */
  readonly port?: number
  /** Where the log goes, one JSON object a line, one line a request. Nothing is logged without it. */
  readonly log?: DestinationStream
}

/** A server that answers. */
export interface RunningServer {
  /** The endpoint, as it stands in profiles. */
  readonly url: string
  readonly port: number
  /** Takes no new requests, lets those under way end (10 seconds at most), and resolves when the port is free. */
  close(): Promise<void>
}

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 8080
/** A client that needs longer for its headers or its body, both small, is stalling. */
const HEADERS_TIMEOUT = 10_000
const REQUEST_TIMEOUT = 30_000
/** Longer than load balancers keep a connection, lest they send into one that is just being closed. */
const KEEP_ALIVE_TIMEOUT = 75_000
const CLOSE_GRACE = 10_000
/** How often a closing server looks for connections whose last answer has ended: clients keep them open for more. */
const CLOSE_LOOK = 100

/**
 * Serves the sharing protocol over HTTP until `close`. Resolves when it answers.
 * @throws {DeltaError} `invalid-argument` when it cannot listen there, or for options that cannot work.
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, prefix = DEFAULT_PREFIX, log, records } = options
  const logger = log && pino({ base: null }, log)
  const handler = sharingHandler({
    ...options,
    records(record) {
      if (logger) logRecord(logger, record)
      records?.(record)
    },
  })
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT, keepAliveTimeout: KEEP_ALIVE_TIMEOUT },
    requestListener(handler),
  )
  const bound = await listen(server, host, port)
  return {
    url: options.endpoint ?? `http://${reachable(host)}:${bound}${prefix}`,
    port: bound,
    close: () => close(server),
  }
}

function requestListener(handler: SharingHandler): ReturnType<typeof getRequestListener> {
  return getRequestListener(
    async (request, env) => {
      const { incoming, outgoing } = env as HttpBindings
      return cutOffOnFailure(await handler(request, { address: incoming.socket.remoteAddress }), outgoing)
    },
    {
      // Patching the global Request and Response is no business of a library.
      overrideGlobalObjects: false,
      errorHandler: (error) => (error instanceof RequestError ? notUnderstood() : errorAnswer(error, 'unknown')),
    },
  )
}

/**
 * When a body fails half way, the adapter would end it with the text of the error: that names places inside, and looks
 * like the end of the answer. So the failure is kept from it, and the connection is cut, which every client notices.
 */
function cutOffOnFailure(response: Response, outgoing: ServerResponse): Response {
  const reader = response.body?.getReader()
  if (reader === undefined) return response
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch {
        // The adapter may still try to write.
        outgoing.on('error', () => undefined)
        outgoing.destroy()
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return new Response(body, response)
}

/** What cannot even become a request, such as one whose Host header is none. */
function notUnderstood(): Response {
  return new Response(
    formatErrorBody({ ...wireError('malformed-request'), message: 'the request cannot be understood' }),
    {
      status: 400,
      headers: { 'content-type': JSON_TYPE },
    },
  )
}

/** Only the record is logged; it holds no header but the user agent, and no query string. */
function logRecord(logger: Logger, { time: _, ...record }: AuditRecord): void {
  const level = record.status >= 500 ? 'error' : record.status >= 400 ? 'warn' : 'info'
  logger[level](record, 'answered')
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new DeltaError(
          'invalid-argument',
          `could not listen on ${host}, port ${port}: ${messageOf(cause)}; choose another host or port (0 takes a free one)`,
          { cause },
        ),
      )
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE)
    const look = setInterval(() => server.closeIdleConnections(), CLOSE_LOOK)
    server.close(() => {
      clearTimeout(impatience)
      clearInterval(look)
      resolve()
    })
    server.closeIdleConnections()
  })
}

/** An address that listens everywhere is no address to call; brackets make an IPv6 one part of a URL. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return DEFAULT_HOST
  return host.includes(':') ? `[${host}]` : host
}
