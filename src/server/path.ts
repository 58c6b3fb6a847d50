import type { HttpRequest } from './http.ts'

/** URLs whose path is as it should be; to parse them would take a tenth of the time in which `/version` is answered. */
const PLAIN = /^https?:\/\/[^/?#]+((?:\/[\w-][\w.-]*)+)(?:\?|$)/

/**
 * The path by which a request is routed, still percent-encoded. Some clients join the endpoint and their path with two
 * slashes, or end it with one; both mean the same as one slash and none.
 */
export function routePath(request: HttpRequest): string {
  const plain = PLAIN.exec(request.url)?.[1]
  if (plain !== undefined) return plain
  const path = new URL(request.url).pathname.replace(/\/{2,}/g, '/')
  return path.length > 1 ? path.replace(/\/$/, '') : path
}
