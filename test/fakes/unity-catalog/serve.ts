import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { systemRuntime } from '../../../src/runtime.ts'
import { FakeDatabricks, type FakeOptions } from './fake.ts'

/** A fake workspace at a port of this machine. */
export interface RunningFake {
  readonly url: string
  readonly fake: FakeDatabricks
  close(): Promise<void>
}

/** Serves a fake workspace over HTTP, with the clock of this process unless another is given. */
export async function startFakeDatabricks(options: Omit<FakeOptions, 'url'> = {}): Promise<RunningFake> {
  let fake: FakeDatabricks | undefined
  const server = createServer((incoming, outgoing) => {
    // A connection that breaks is what a trouble asks for.
    answer(fake, incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the fake has no port')
  const url = `http://127.0.0.1:${address.port}`
  fake = new FakeDatabricks({ runtime: systemRuntime, ...options, url })
  return {
    url,
    fake,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

async function answer(
  fake: FakeDatabricks | undefined,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (fake === undefined) throw new Error('asked before it answers')
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
  const { method = 'GET', url } = incoming
  const body = Buffer.concat(chunks)
  const response = await fake.fetch(`${fake.url}${url}`, { method, headers, ...(body.length > 0 && { body }) })
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}
