import type { Answer, BodyChunks } from './http.ts'

/** An answer as whoever calls a handler gets it. */
export function responseOf({ status, headers, body }: Answer): Response {
  return new Response(typeof body === 'object' && body !== null ? streamBody(body) : body, { status, headers })
}

/**
 * Makes a body of what a generator yields, as fast as the client takes it and no faster. When the client goes away the
 * generator is closed; when the generator throws, the connection breaks off, because a body that merely ended would
 * pass for whole.
 */
export function streamBody({ chunks, onEnd }: BodyChunks): ReadableStream<Uint8Array<ArrayBuffer>> {
  let isLeft = false
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await chunks.next()
        // The client may have gone away meanwhile; the end is told below then.
        if (isLeft) return
        if (!done) return controller.enqueue(value)
        onEnd()
        controller.close()
      } catch (error) {
        if (isLeft) return
        onEnd(error)
        controller.error(error)
      }
    },
    async cancel() {
      isLeft = true
      await chunks.return(undefined)
      onEnd()
    },
  })
}

/** Characters gathered before a chunk is sent: one system call for many lines. */
const CHUNK_CHARACTERS = 65_536

/**
 * Lines as UTF-8 bytes, many a chunk; the first goes out at once, so that the client hears early that all is well. What is
 * bytes already stays the chunk that it is.
 */
export async function* encodeLines(
  lines: AsyncIterable<string | Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const utf8 = new TextEncoder()
  let gathered = ''
  let limit = 0
  for await (const line of lines) {
    if (typeof line !== 'string') {
      if (gathered !== '') yield utf8.encode(gathered)
      gathered = ''
      yield line
      continue
    }
    gathered += line
    if (gathered.length <= limit) continue
    yield utf8.encode(gathered)
    gathered = ''
    limit = CHUNK_CHARACTERS
  }
  if (gathered !== '') yield utf8.encode(gathered)
}

/** The first chunk is made now, so that what fails at once can still become an error answer. */
export async function primed<T>(source: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await source.next()
  return (async function* () {
    try {
      if (first.done) return
      yield first.value
      yield* source
    } finally {
      await source.return(undefined)
    }
  })()
}
