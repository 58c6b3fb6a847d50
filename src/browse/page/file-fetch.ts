import { DeltaError } from '../../errors.ts'
import type { FileAnswer, FileRequest } from './files-worker.ts'

/** How the client reaches the world from this page. */
export interface PageFetch {
  readonly fetch: typeof fetch
  /** Ends what is under way, and the workers. */
  close(): void
}

/**
 * A `fetch` that asks this server itself, and lets a worker ask every other origin: the page's policy allows it nothing
 * else. Only data files lie elsewhere.
 */
export function pageFetch(workerUrl: string): PageFetch {
  const workers = new Map<string, Worker>()
  const workerFor = (origin: string): Worker => {
    const known = workers.get(origin)
    if (known !== undefined) return known
    const made = startWorker(`${workerUrl}?${new URLSearchParams({ origin })}`)
    workers.set(origin, made)
    return made
  }
  return {
    async fetch(input, init = {}) {
      const url = new URL(input instanceof Request ? input.url : input, location.href)
      if (url.origin === location.origin) {
        return fetch(url, { ...init, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' })
      }
      checkMixed(url)
      const headers = Object.fromEntries(new Headers(init.headers))
      return responseOf(await ask(workerFor(url.origin), { url: url.href, headers }, init.signal ?? undefined), url)
    },
    close() {
      for (const worker of workers.values()) worker.terminate()
      workers.clear()
    },
  }
}

/** The origin whose storage did not allow this page to read, if that is what an error comes from. */
export function blockedOrigin(error: unknown): string | undefined {
  for (let link = error; link instanceof Error; link = link.cause) {
    const { cause } = link
    if (typeof cause === 'object' && cause !== null && 'blockedOrigin' in cause) return String(cause.blockedOrigin)
  }
  return undefined
}

function ask(worker: Worker, request: FileRequest, signal: AbortSignal | undefined): Promise<FileAnswer> {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel()
    const stop = (): void => {
      port1.postMessage('stop')
      reject(signal?.reason)
    }
    port1.onmessage = ({ data }: MessageEvent<FileAnswer>) => {
      signal?.removeEventListener('abort', stop)
      port1.close()
      resolve(data)
    }
    worker.addEventListener('error', () => reject(new TypeError('the worker that fetches data files did not start')), {
      once: true,
    })
    if (signal?.aborted) stop()
    else {
      signal?.addEventListener('abort', stop, { once: true })
      worker.postMessage(request, [port2])
    }
  })
}

function responseOf(answer: FileAnswer, { origin }: URL): Response {
  switch (answer.outcome) {
    case 'answered':
      return new Response(answer.body, { status: answer.status, headers: answer.headers })
    case 'failed':
      throw new TypeError(answer.message)
    case 'blocked':
      // Asking again would not help, so it is no `unavailable`.
      throw new DeltaError(
        'permission-denied',
        `the storage at ${origin} does not allow pages of ${location.origin} to read its files`,
        { cause: { blockedOrigin: origin } },
      )
  }
}

function checkMixed(url: URL): void {
  if (location.protocol !== 'https:' || url.protocol !== 'http:') return
  throw new DeltaError(
    'permission-denied',
    `the data files lie at ${url.origin}, without TLS, and a browser does not load such into an https page: ask your share provider to serve them by https`,
  )
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

declare global {
  // In browsers that have Trusted Types; not in TypeScript's library yet.
  var trustedTypes: TrustedTypes | undefined
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined

/** The page's policy lets a script be named by a URL in this one place. */
function startWorker(url: string): Worker {
  policy ??= globalThis.trustedTypes?.createPolicy('share-browser', { createScriptURL: (text) => text })
  return new Worker(policy?.createScriptURL(url) ?? url)
}
