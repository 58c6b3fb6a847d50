import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

/** What was posted to a webhook. */
export interface Posted {
  readonly type: unknown
  readonly signature: unknown
  readonly body: string
}

/** Lets something post to a server of its own. @returns what came, in that order. */
export async function postedTo(work: (url: string) => Promise<unknown>): Promise<Posted[]> {
  const posted: Posted[] = []
  const server = createServer((request, response) => {
    text(request).then((body) => {
      const { 'x-kadoa-event': type, 'x-kadoa-signature': signature } = request.headers
      posted.push({ type, signature, body })
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  try {
    await work(`http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/hook`)
  } finally {
    server.close()
  }
  return posted
}
