import { DeltaError } from '../errors.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import { type Credentials, personalAccessToken } from './credentials.ts'
import { type Grants, grants, type Identity, me } from './grants.ts'
import { httpClient } from './http.ts'
import { type Metastore, metastore, type Quotas, quotas } from './metastore.ts'
import { type Catalogs, catalogs, type Schemas, schemas } from './namespaces.ts'
import { type Recipients, recipients } from './recipients.ts'
import { type Shares, shares } from './shares.ts'
import { type Statements, statements } from './statements.ts'
import { type ExternalLocations, externalLocations, type StorageCredentials, storageCredentials } from './storage.ts'
import { type Tables, tables } from './tables.ts'
import type { CallOptions } from './transport.ts'

/** A workspace's Unity Catalog: what data is shared by, and what it takes to share it. */
export interface UnityCatalog {
  readonly shares: Shares
  readonly recipients: Recipients
  readonly tables: Tables
  readonly schemas: Schemas
  readonly catalogs: Catalogs
  readonly metastore: Metastore
  readonly externalLocations: ExternalLocations
  readonly storageCredentials: StorageCredentials
  readonly grants: Grants
  readonly quotas: Quotas
  /** SQL, for what the API cannot do. */
  readonly statements: Statements
  /** Who asks, and the groups that it is in. */
  me(options?: CallOptions): Promise<Identity>
}

interface AnyOptions {
  /** The workspace, `https://<name>.cloud.databricks.com`; plain HTTP only to this machine. */
  readonly host: string
  readonly fetch?: typeof fetch
  readonly runtime?: Runtime
}

/** By what we are known: credentials, or a token as {@link personalAccessToken} takes it. */
export type UnityCatalogOptions = AnyOptions &
  (
    | { readonly token: string; readonly credentials?: undefined }
    | { readonly credentials: Credentials; readonly token?: undefined }
  )

/**
 * A client of Unity Catalog's REST API, version 2.1 (Databricks' documentation calls Delta Sharing "OpenSharing" now; the
 * paths are the same). Nothing is asked yet.
 *
 * Calls are repeated for up to five minutes where the server says "later" (429, 503), waiting as long as it says; those
 * that change nothing also after any other 5xx and after a broken connection. A change whose answer is lost is
 * `unavailable` and says so. Errors say whose move it is in `details.blame` where that is known.
 * @throws {DeltaError} `invalid-argument` for a host or token that is none.
 */
export function unityCatalog(options: UnityCatalogOptions): UnityCatalog {
  const { host, fetch = globalThis.fetch, runtime = systemRuntime } = options
  const credentials = options.credentials ?? personalAccessToken(options.token)
  const workspace = { origin: parseHost(host), fetch, runtime }
  const http = httpClient(workspace, credentials(workspace))
  return {
    shares: shares(http),
    recipients: recipients(http),
    tables: tables(http),
    schemas: schemas(http),
    catalogs: catalogs(http),
    metastore: metastore(http),
    externalLocations: externalLocations(http),
    storageCredentials: storageCredentials(http),
    grants: grants(http),
    quotas: quotas(http),
    statements: statements(http),
    me: (options) => me(http, options),
  }
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
      { blame: 'kadoa' },
    )
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new DeltaError(
      'invalid-argument',
      `the host ${url.host} must be reached by https: a token would be sent to it`,
      { blame: 'kadoa' },
    )
  }
  return url.origin
}
