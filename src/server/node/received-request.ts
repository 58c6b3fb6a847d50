import type { IncomingMessage } from 'node:http'
import { DeltaError } from '../../errors.ts'
import type { HttpRequest } from '../http.ts'

/** A message from a socket as a request; undefined for one that names no host, or none that there can be. */
export function receivedRequest(incoming: IncomingMessage): HttpRequest | undefined {
  const { method = 'GET' } = incoming
  const url = urlOf(incoming)
  if (url === undefined) return undefined
  return {
    method,
    url,
    headers: headersOf(incoming),
    body: method === 'GET' || method === 'HEAD' ? null : bodyOf(incoming),
  }
}

export function headersOf(incoming: IncomingMessage): HttpRequest['headers'] {
  const headerOf = (name: string): string | null => incoming.headersDistinct[name.toLowerCase()]?.join(', ') ?? null
  return { get: headerOf, has: (name) => headerOf(name) !== null }
}

/** Whoever stops reading in the middle still wants to answer, on the same socket. */
async function* bodyOf(incoming: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* incoming.iterator({ destroyOnReturn: false })
  } catch (cause) {
    throw new DeltaError('malformed-request', 'the body broke off before its end: send the request again', { cause })
  }
}

/** A name or an IPv4 address, or an IPv6 address in brackets, and a port. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i

function urlOf({ url = '', headers: { host = '' }, socket }: IncomingMessage): string | undefined {
  // Proxies are asked with the whole URL (RFC 9112 §3.2.2).
  if (/^https?:\/\//i.test(url)) return URL.canParse(url) ? url : undefined
  if (!HOST.test(host) || !url.startsWith('/')) return undefined
  const whole = `${'encrypted' in socket ? 'https' : 'http'}://${host}${url}`
  return URL.canParse(whole) ? whole : undefined
}
