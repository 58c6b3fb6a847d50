import { DeltaError } from '../errors.ts'
import { checkIpRange, isAllowedIp } from '../manifest/index.ts'
import type { HttpRequest } from './http.ts'
import type { Peer, TrustProxy } from './options.ts'

/** Loopback, link-local and private networks (RFC 1918, RFC 4193, RFC 6598): where a proxy of one's own stands. */
export const PRIVATE_NETWORKS: readonly string[] = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]

/** @throws {DeltaError} `invalid-argument` for what is neither a number of proxies nor addresses. */
export function checkTrustProxy(trust: TrustProxy): void {
  if (typeof trust !== 'number') {
    for (const range of trust) checkIpRange(range)
  } else if (!Number.isSafeInteger(trust) || trust < 1) {
    throw new DeltaError('invalid-argument', `expected a number of proxies from 1, or their addresses, found ${trust}`)
  }
}

/**
 * Who a request comes from, as far as trusted proxies say (X-Forwarded-For is read from its end: what stands before
 * the first address that is not trusted, anybody may have written).
 */
export function originator(request: HttpRequest, peer: Peer, trust: TrustProxy | undefined): Peer {
  const { address } = peer
  if (trust === undefined || address === undefined) return peer
  const chain = [...forwardedFor(request), address]
  const isTrusted = (hop: string, distance: number): boolean =>
    typeof trust === 'number' ? distance < trust : isAllowedIp(hop, trust)
  let at = chain.length - 1
  for (let distance = 0; at > 0 && isTrusted(chain[at] ?? '', distance); distance++) {
    // A proxy that says no address says nothing: it is as far as we can see.
    if (!isAddress(chain[at - 1] ?? '')) break
    at--
  }
  return { ...peer, address: chain[at] }
}

/** The request as the client made it to a trusted proxy: by https, where the proxy says so. */
export function asForwarded(request: HttpRequest, peer: Peer, trust: TrustProxy | undefined): HttpRequest {
  const { address } = peer
  if (trust === undefined || address === undefined) return request
  if (typeof trust !== 'number' && !isAllowedIp(address, trust)) return request
  const [proto = ''] = (request.headers.get('x-forwarded-proto') ?? '').split(',')
  if (proto.trim().toLowerCase() !== 'https' || !request.url.startsWith('http:')) return request
  const { method, headers, body } = request
  return { method, url: request.url.replace(/^http:/, 'https:'), headers, body }
}

function forwardedFor(request: HttpRequest): string[] {
  const header = request.headers.get('x-forwarded-for') ?? ''
  return header === '' ? [] : header.split(',').map((hop) => withoutPort(hop.trim()))
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711`, as some proxies write. */
function withoutPort(hop: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop
}

function isAddress(text: string): boolean {
  return isAllowedIp(text, ['0.0.0.0/0', '::/0'])
}
