import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener, type HttpBindings, RequestError } from '@hono/node-server'
import { formatErrorBody, wireError } from '../../wire/index.ts'
import { errorAnswer, JSON_TYPE } from '../error-answer.ts'
import type { SharingHandler } from '../handler.ts'
import { compressed } from './compress.ts'

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/** Headers that every answer gets, for instance those that only a server with TLS may send. */
export type FixedHeaders = Readonly<Record<string, string>>

/** Answers the requests that come over a socket by a handler that knows none. */
export function requestListener(handler: SharingHandler, fixedHeaders: FixedHeaders): Listener {
  const listener = getRequestListener(
    async (request, env) => {
      const { incoming, outgoing } = env as HttpBindings
      const response = await handler(request, { address: incoming.socket.remoteAddress })
      for (const [name, value] of Object.entries(fixedHeaders)) response.headers.set(name, value)
      return cutOffOnFailure(compressed(request, response), outgoing)
    },
    {
      // Patching the global Request and Response is no business of a library.
      overrideGlobalObjects: false,
      errorHandler: (error) => (error instanceof RequestError ? notUnderstood() : errorAnswer(error, 'unknown')),
    },
  )
  return (incoming, outgoing) => {
    cutOffStalled(outgoing)
    void listener(incoming, outgoing)
  }
}

/**
 * When a body fails half way, the adapter would end it with the text of the error: that names places inside, and looks
 * like the end of the answer. So the failure is kept from it, and the connection is cut, which every client notices.
 */
function cutOffOnFailure(response: Response, outgoing: ServerResponse): Response {
  const reader = response.body?.getReader()
  if (reader === undefined) return response
  const source = {
    async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
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
    cancel: (reason: unknown) => reader.cancel(reason),
  }
  // Nothing is held in between: of a thousand clients that do not read it would be held a thousand times.
  return new Response(new ReadableStream(source, { highWaterMark: 0 }), response)
}

/**
 * Cuts the connection of a client that has stopped reading. The socket's own timer starts anew with every byte that
 * leaves; when it ends while bytes wait to leave, the client makes no progress. While nothing waits, it waits for us.
 */
function cutOffStalled(outgoing: ServerResponse): void {
  outgoing.on('timeout', () => {
    const { socket } = outgoing
    if (socket !== null && socket.writableLength > 0) socket.destroy()
  })
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
