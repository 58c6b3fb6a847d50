import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'

/** A storage on an origin of its own, as a bucket is one. */
export interface FileServer {
  readonly origin: string
  /** A store whose files are read from here by URLs. */
  readonly store: ObjectStore
  close(): Promise<void>
}

/** Serves the objects of a store by ranges; to pages of other origins only if `cors` says so. */
export async function fileServer({ cors }: { readonly cors: boolean }): Promise<FileServer> {
  const memory = memoryStore()
  const server = createServer((request, response) => void answer(memory, request, response, cors))
  const origin = await new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
    })
  })
  const presigner: NonNullable<ObjectStore['presigner']> = {
    presignGet: async (key, { expiresIn }) => ({
      url: `${origin}/${key}?X-Amz-Signature=secret`,
      expiresAt: Date.now() + expiresIn,
    }),
  }
  return {
    origin,
    store: { ...memory, presigner },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  store: ObjectStore,
  { url = '', headers, method }: IncomingMessage,
  response: ServerResponse,
  cors: boolean,
): Promise<void> {
  if (cors) {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-headers', 'range')
  }
  if (method === 'OPTIONS') {
    response.writeHead(cors ? 204 : 403).end()
    return
  }
  const { body } = await store.get(new URL(url, 'http://store').pathname.slice(1))
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
  if (start === undefined || end === undefined) response.writeHead(200).end(body)
  else response.writeHead(206).end(body.subarray(Number(start), Number(end) + 1))
}
