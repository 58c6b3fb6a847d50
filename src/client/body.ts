import { DeltaError } from '../errors.ts'

/** The body of an answer, which is read once. */
export interface Body {
  /** Its bytes as they come in; no more than asked for is read. Ended early, the connection is given up. @throws {DeltaError} `unavailable`. */
  chunks(): AsyncGenerator<Uint8Array>
  /** Gives up what of it was not read. */
  cancel(): void
}

/**
 * @param timed waits for what may never come.
 * @param explained gives an error of `fetch` in our words.
 */
export function bodyOf(
  response: Response,
  timed: <T>(work: Promise<T>) => Promise<T>,
  explained: (error: unknown) => unknown,
): Body {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  return {
    async *chunks() {
      reader = response.body?.getReader()
      if (reader === undefined) return
      try {
        for (;;) {
          const { done, value } = await timed(reader.read())
          if (done) return
          yield value
        }
      } catch (error) {
        throw explained(error)
      } finally {
        void reader.cancel().catch(() => {})
      }
    },
    cancel() {
      void (reader ?? response.body)?.cancel().catch(() => {})
    },
  }
}

/** The beginning of a text, at most so many bytes of it. */
export async function textUpTo(body: Body, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let left = maxBytes
  for await (const chunk of body.chunks()) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true })
    left -= chunk.length
    if (left <= 0) break
  }
  return text
}

/** The whole text. @throws {DeltaError} `invalid-data` when it is longer. */
export async function wholeText(body: Body, maxBytes: number, what: string): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const chunk of body.chunks()) {
    length += chunk.length
    if (length > maxBytes) {
      throw new DeltaError('invalid-data', `${what} failed: the server's answer is longer than ${maxBytes} bytes`)
    }
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** Bytes `start` (inclusive) to `end` (exclusive) of the body, fewer where it ends before; what follows is left unread. */
export async function bytesBetween(body: Body, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = []
  let at = 0
  for await (const chunk of body.chunks()) {
    const piece = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at))
    if (piece.length > 0) pieces.push(piece)
    at += chunk.length
    if (at >= end) break
  }
  return joined(pieces)
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
