/**
 * Fetches data files for the page. It is loaded under a policy by which it can reach one origin only, and it never hears
 * of a token: what stands between a mistake in the page and the recipient's credential. Every request comes with a port,
 * on which it is answered, and on which any message means that nobody waits any more.
 */
export interface FileRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export type FileAnswer =
  | {
      readonly outcome: 'answered'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: ArrayBuffer
    }
  /** The storage answers, but not to pages of this origin: it sends no CORS headers. */
  | { readonly outcome: 'blocked' }
  | { readonly outcome: 'failed'; readonly message: string }

addEventListener('message', ({ data, ports }: MessageEvent<FileRequest>) => {
  const [port] = ports
  if (port === undefined) return
  const abort = new AbortController()
  port.onmessage = () => abort.abort()
  void answer(data, abort.signal).then((result) => {
    port.postMessage(result, result.outcome === 'answered' ? [result.body] : [])
    port.close()
  })
})

async function answer({ url, headers }: FileRequest, signal: AbortSignal): Promise<FileAnswer> {
  try {
    const response = await fetch(url, { headers, signal, credentials: 'omit', referrerPolicy: 'no-referrer' })
    const body = await response.arrayBuffer()
    return { outcome: 'answered', status: response.status, headers: Object.fromEntries(response.headers), body }
  } catch (error) {
    if (await answersOthers(url, signal)) return { outcome: 'blocked' }
    return { outcome: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
}

/** A request whose answer may not be looked at needs no leave: if that one is answered, the leave is what lacks. */
async function answersOthers(url: string, signal: AbortSignal): Promise<boolean> {
  const enough = new AbortController()
  try {
    await fetch(url, { mode: 'no-cors', credentials: 'omit', signal: AbortSignal.any([signal, enough.signal]) })
    return true
  } catch {
    return false
  } finally {
    enough.abort()
  }
}
