import { DeltaError } from '../errors.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import { httpClient } from './http.ts'
import { type Recipients, recipients } from './recipients.ts'
import { type Shares, shares } from './shares.ts'

/** The part of a workspace's Unity Catalog by which data is shared. */
export interface UnityCatalog {
  readonly shares: Shares
  readonly recipients: Recipients
}

export interface UnityCatalogOptions {
  /** The workspace, `https://<name>.cloud.databricks.com`; plain HTTP only to this machine. */
  readonly host: string
  /** A personal access token or an OAuth access token. A secret: it goes into one header and nowhere else. */
  readonly token: string
  readonly fetch?: typeof fetch
  readonly runtime?: Runtime
}

/**
 * A client of Unity Catalog's REST API, version 2.1 (Databricks' documentation calls Delta Sharing "OpenSharing" now; the
 * paths are the same). Nothing is asked yet.
 *
 * Calls are repeated for up to five minutes where the server says "later" (429, 503), waiting as long as it says; those
 * that change nothing also after any other 5xx and after a broken connection. A change whose answer is lost is
 * `unavailable` and says so.
 * @throws {DeltaError} `invalid-argument` for a host or token that is none.
 */
export function unityCatalog(options: UnityCatalogOptions): UnityCatalog {
  const { host, token, fetch = globalThis.fetch, runtime = systemRuntime } = options
  checkToken(token)
  const http = httpClient({ origin: parseHost(host), token, fetch, runtime })
  return { shares: shares(http), recipients: recipients(http) }
}

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/

function parseHost(host: string): string {
  const trimmed = host.trim()
  const text = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url !== undefined && url.pathname === '/' && url.username === '' && url.password === ''
  if (url === undefined || !isPlain || url.search !== '' || url.hash !== '') {
    throw new DeltaError(
      'invalid-argument',
      'the host of the workspace is none: expected a URL without a path, such as https://adb-1234.5.azuredatabricks.net',
    )
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new DeltaError(
      'invalid-argument',
      `the host ${url.host} must be reached by https: a token would be sent to it`,
    )
  }
  return url.origin
}

/** What no header carries would come back in an error's text, token and all. */
function checkToken(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return
  throw new DeltaError('invalid-argument', 'the token is none: expected printable ASCII without blanks')
}
