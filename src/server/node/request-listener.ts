import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorAnswer } from '../error-answer.ts'
import type { SharingAnswers } from '../handler.ts'
import type { Answer } from '../http.ts'
import { breakOff } from './break-off.ts'
import { chooseGzip, gzipped, throughGzip } from './compress.ts'
import { receivedRequest } from './received-request.ts'
import { type RefusalOptions, refuseRequest } from './refusals.ts'
import { sendChunks } from './send-chunks.ts'

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/** Answers the requests that come over a socket. */
export function requestListener(answer: SharingAnswers, options: RefusalOptions): Listener {
  const answerTo = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = receivedRequest(incoming)
    const peer = { address: incoming.socket.remoteAddress }
    const answered = request === undefined ? refuseRequest(incoming, options) : await answer(request, peer)
    Object.assign(answered.headers, options.fixedHeaders)
    await send(answered, outgoing, request !== undefined && chooseGzip(request, answered))
  }
  return (incoming, outgoing) => {
    cutOffStalled(outgoing)
    endWithConnection(incoming, outgoing)
    outgoing.once('finish', () => readRest(incoming))
    answerTo(incoming, outgoing).catch((error: unknown) => send(errorAnswer(error, 'unknown'), outgoing))
  }
}

/** Statuses that have no body, nor a length of one. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 304])

async function send({ status, headers, body }: Answer, outgoing: ServerResponse, inGzip = false): Promise<void> {
  // Something failed in the middle of an answer, or the client has gone.
  if (outgoing.headersSent || outgoing.destroyed) breakOff(outgoing)
  if (typeof body === 'object' && body !== null) {
    if (!outgoing.destroyed) outgoing.writeHead(status, headers)
    return sendChunks(body, inGzip ? throughGzip(outgoing) : outgoing, () => breakOff(outgoing))
  }
  const bytes = inGzip && body !== null ? await gzipped(body) : (body ?? '')
  if (outgoing.destroyed) return
  const isLengthKnown = body !== null || outgoing.req.method !== 'HEAD'
  if (isLengthKnown && !WITHOUT_BODY.has(status)) headers['content-length'] = String(Buffer.byteLength(bytes))
  outgoing.writeHead(status, headers)
  outgoing.end(bytes)
}

/**
 * Cuts the connection of a client that has stopped reading. The socket's own timer starts anew with every byte that
 * leaves; when it ends while bytes wait to leave, the client makes no progress. While nothing waits, it waits for us.
 */
function cutOffStalled(outgoing: ServerResponse): void {
  outgoing.on('timeout', () => {
    const { socket } = outgoing
    if (socket !== null && socket.writableLength > 0) breakOff(outgoing)
  })
}

/**
 * An answer that waits for another of its connection has no socket yet, and Node does not tell it that the client has
 * gone: it would wait for ever to be taken, and count as under way.
 */
function endWithConnection({ socket }: IncomingMessage, outgoing: ServerResponse): void {
  if (outgoing.socket !== null) return
  const gone = (): void => {
    outgoing.destroy()
    outgoing.emit('close')
  }
  // As many as are sent ahead.
  socket.setMaxListeners(0)
  socket.once('close', gone)
  outgoing.once('socket', () => socket.off('close', gone))
}

/** The next request of a connection stands behind the body of this one, of which Node forgets what was read in part. */
function readRest(incoming: IncomingMessage): void {
  if (!incoming.complete) incoming.resume()
}
