import type { IncomingMessage, ServerResponse } from 'node:http'
import { formatErrorBody, wireError } from '../../wire/index.ts'
import { errorAnswer, JSON_TYPE } from '../error-answer.ts'
import type { SharingAnswers } from '../handler.ts'
import { type Answer, type AnswerHeaders, answerOf } from '../http.ts'
import { breakOff } from './break-off.ts'
import { chooseGzip, gzipped, throughGzip } from './compress.ts'
import { receivedRequest } from './received-request.ts'
import { sendChunks } from './send-chunks.ts'

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/** Answers the requests that come over a socket. @param fixedHeaders those that every answer gets. */
export function requestListener(answer: SharingAnswers, fixedHeaders: Readonly<AnswerHeaders>): Listener {
  const answerTo = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = receivedRequest(incoming)
    if (request === undefined) return send(notUnderstood(), outgoing)
    const answered = await answer(request, { address: incoming.socket.remoteAddress })
    Object.assign(answered.headers, fixedHeaders)
    await send(answered, outgoing, chooseGzip(request, answered))
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

/** What cannot even become a request, such as one whose Host header is none. */
function notUnderstood(): Answer {
  const problem = { ...wireError('malformed-request'), message: 'the request cannot be understood' }
  return answerOf(formatErrorBody(problem), { status: 400, headers: { 'content-type': JSON_TYPE } })
}
