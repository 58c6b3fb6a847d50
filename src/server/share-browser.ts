import { sha256 } from '#hash'
import { notFoundAnswer } from './error-answer.ts'
import { type Answer, answerOf, type HttpRequest } from './http.ts'

/** The share browser as `deltaquill/browse` holds it: texts, so that whoever serves them needs no file system. */
export interface ShareBrowser {
  /** The HTML of `/browse`; it names the files below by relative URLs. */
  readonly page: string
  /** What the page loads from `/browse/<name>`. A name changes with its text. */
  readonly files: Readonly<Record<string, ShareBrowserFile>>
}

export interface ShareBrowserFile {
  readonly type: string
  readonly text: string
}

/** Answers for `/browse` and what lies below it. */
export interface ShareBrowserAnswers {
  page(request: HttpRequest): Answer
  file(request: HttpRequest, name: string): Answer
}

/**
 * What the page may do. It holds the recipient's token in memory, so it can reach no other server than this one. Data
 * files that lie elsewhere are fetched by a worker, which has no token and a policy of its own: see {@link workerPolicy}.
 * `wasm-unsafe-eval` allows WebAssembly, which decompresses snappy, and no evaluation of text as script; and no text
 * becomes HTML, for which Trusted Types have one policy only, that names the worker.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types share-browser',
].join('; ')

export function shareBrowserAnswers({ page, files }: ShareBrowser): ShareBrowserAnswers {
  const etag = `"${btoa(String.fromCharCode(...sha256(page))).slice(0, 22)}"`
  return {
    page(request) {
      const { pathname } = new URL(request.url)
      // The page's relative URLs count from `/browse`.
      if (pathname.endsWith('/')) return answerOf(null, { status: 308, headers: { location: '../browse' } })
      const headers = {
        ...COMMON,
        'cache-control': 'no-cache',
        'content-security-policy': PAGE_POLICY,
        'cross-origin-opener-policy': 'same-origin',
        etag,
        'x-robots-tag': 'noindex',
      }
      if (request.headers.get('if-none-match') === etag) return answerOf(null, { status: 304, headers })
      return answerOf(page, { headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } })
    },
    file(request, name) {
      const file = Object.hasOwn(files, name) ? files[name] : undefined
      if (file === undefined) return notFoundAnswer()
      const headers = {
        ...COMMON,
        'cache-control': 'public, max-age=31536000, immutable',
        'content-security-policy': workerPolicy(request),
        'content-type': file.type,
      }
      return answerOf(file.text, { headers })
    },
  }
}

const COMMON = { 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' }

/** Letters, digits and what separates them: to a policy `*` would be every host. */
const ORIGIN = /^https?:\/\/[\w.:[\]-]+$/

/** A script that runs as a worker can reach the one origin that it was asked for with, and else nothing. */
function workerPolicy(request: HttpRequest): string {
  const origin = new URL(request.url).searchParams.get('origin') ?? ''
  const isOrigin = ORIGIN.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin
  return `default-src 'none'; connect-src ${isOrigin ? origin : "'none'"}`
}
