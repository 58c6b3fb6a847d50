/**
 * What an answer has to know of a request. A `Request` is one; so is what `node/` makes of a message from a socket, which
 * costs a tenth of a `Request`.
 */
export interface HttpRequest {
  readonly method: string
  /** With scheme and host. */
  readonly url: string
  readonly headers: Pick<Headers, 'get' | 'has'>
  readonly body: AsyncIterable<Uint8Array> | null
}

/** Headers of an answer by their names in lower case. */
export type AnswerHeaders = Record<string, string>

/**
 * An answer before it becomes a `Response` or goes to a socket. A `Response` turns its text into a stream at once, and
 * that costs more than all else that is done for a short answer.
 */
export interface Answer {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: string | BodyChunks | null
}

/** A body that is made while it is sent. */
export interface BodyChunks {
  /** Closed early when the client goes away. */
  readonly chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>
  /** To be called once, when the last chunk was taken or no more will be, with the error if there was one. */
  readonly onEnd: (error?: unknown) => void
}

export function answerOf(
  body: Answer['body'],
  { status = 200, headers = {} }: { readonly status?: number; readonly headers?: Readonly<AnswerHeaders> } = {},
): Answer {
  return { status, headers: { ...headers }, body }
}

/** Says that an answer depends on one more header of the request. */
export function varyBy(headers: AnswerHeaders, name: string): void {
  headers.vary = headers.vary === undefined ? name : `${headers.vary}, ${name}`
}

/** Parameters of a request's URL by their names; of several with one name the first. */
export function urlParameters({ url }: Pick<HttpRequest, 'url'>): Readonly<Record<string, string>> {
  if (!url.includes('?')) return {}
  return Object.fromEntries([...new URL(url).searchParams].reverse())
}
