import { DeltaError } from '../errors.ts'
import { ensureSigningKeys, parseEndpoint } from '../manifest/index.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import type { AuditRecord } from './audit-record.ts'
import { type CorsPolicy, corsPolicy } from './cors.ts'
import { type Directory, manifestDirectory } from './directory.ts'
import { checkTrustProxy } from './forwarded.ts'
import { guardedStore, storageError } from './guarded-store.ts'
import type { HttpRequest } from './http.ts'
import { type Limits, requestLimits } from './limits.ts'
import { MemoryBudget } from './memory-budget.ts'
import { type Meter, noMeter } from './meter.ts'
import {
  DEFAULT_AUTH_CACHE,
  DEFAULT_CACHE_BYTES,
  DEFAULT_PREFIX,
  DEFAULT_URL_TTL,
  MIN_URL_TTL,
  type SharingOptions,
  type TrustProxy,
} from './options.ts'
import { readiness } from './readiness.ts'
import { type ShareBrowserAnswers, shareBrowserAnswers } from './share-browser.ts'
import { SignedLines } from './signed-lines.ts'
import { type SnapshotCache, snapshotCache } from './snapshot-cache.ts'

/** What every answer is made with. */
export interface Service {
  readonly store: ObjectStore
  readonly runtime: Runtime
  readonly prefix: string
  readonly urlTtl: number
  /** Whether recipients hear of statistics how many rows there are only. */
  readonly hideStats: boolean
  readonly directory: Directory
  readonly snapshots: SnapshotCache
  readonly signedLines: SignedLines
  readonly records: (record: AuditRecord) => void
  readonly meter: Meter
  readonly limits: Limits
  readonly cors: CorsPolicy
  readonly trustProxy: TrustProxy | undefined
  /** The role whose rights are lent for directory access, where that is on. */
  readonly directoryRole: string | undefined
  readonly isReady: () => Promise<boolean>
  readonly browse: ShareBrowserAnswers | undefined
  /** The keys by which tokens and URLs are signed; the first signs. Read, or made, when first needed. */
  readonly signingKeys: () => Promise<readonly string[]>
  /** The endpoint as the sender of a request reaches it. */
  readonly endpointOf: (request: HttpRequest) => string
  /** The URL under which the other paths of this server are, without a trailing slash. */
  readonly baseOf: (request: HttpRequest) => string
}

/** @throws {DeltaError} `invalid-argument` for options that cannot work. */
export function sharingService(options: SharingOptions): Service {
  const { openTable, runtime = systemRuntime, prefix = DEFAULT_PREFIX, records = () => undefined } = options
  const { meter = noMeter, corsOrigins = [], trustProxy, rate, maxConcurrent, stopping } = options
  const { urlTtl = DEFAULT_URL_TTL, authCache = DEFAULT_AUTH_CACHE, cacheBytes = DEFAULT_CACHE_BYTES } = options
  const { freshness = 0 } = options
  if (!/^(\/[\w.-]+)+$/.test(prefix)) {
    throw new DeltaError(
      'invalid-argument',
      `invalid prefix ${JSON.stringify(prefix)}: expected a path such as ${DEFAULT_PREFIX}`,
    )
  }
  if (!(urlTtl >= MIN_URL_TTL)) {
    throw new DeltaError(
      'invalid-argument',
      `file URLs must live at least ${MIN_URL_TTL / 60_000} minutes, found ${urlTtl} ms: some clients misread a shorter expiry`,
    )
  }
  if (!(cacheBytes > 0)) {
    throw new DeltaError('invalid-argument', `invalid cacheBytes ${cacheBytes}: expected a number of bytes above 0`)
  }
  if (trustProxy !== undefined) checkTrustProxy(trustProxy)
  const store = guardedStore(options.store)
  const endpoint = options.endpoint === undefined ? undefined : parseEndpoint(options.endpoint)
  const endpointOf = (request: HttpRequest): string => endpoint ?? new URL(request.url).origin + prefix
  const budget = new MemoryBudget(cacheBytes, (bytes) => meter.cached(bytes))
  return {
    store,
    runtime,
    prefix,
    urlTtl,
    hideStats: options.hideStats ?? false,
    directory: manifestDirectory(store, { runtime, authCache }),
    snapshots: snapshotCache((location) => openGuarded(openTable, location), budget, { meter, runtime, freshness }),
    signedLines: new SignedLines(budget, runtime),
    records,
    meter,
    limits: requestLimits({ rate, maxConcurrent, runtime }),
    cors: corsPolicy(corsOrigins),
    trustProxy,
    directoryRole: options.directoryRole,
    isReady: readiness(store, runtime, stopping),
    browse: options.browse && shareBrowserAnswers(options.browse),
    signingKeys: remembered(() => loadSigningKeys(store, runtime)),
    endpointOf,
    baseOf: (request) => withoutPrefix(endpointOf(request), prefix),
  }
}

async function loadSigningKeys(store: ObjectStore, runtime: Runtime): Promise<readonly string[]> {
  return (await ensureSigningKeys(store, { runtime })).map((key) => key.secret)
}

async function openGuarded(openTable: SharingOptions['openTable'], location: string): Promise<ObjectStore> {
  try {
    return guardedStore(await openTable(location))
  } catch (error) {
    throw storageError(error)
  }
}

/** The first success for ever; a failure is forgotten. */
function remembered<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
}

/** A proxy may put the server below a path of its own; what it puts before the prefix holds for all our paths. */
function withoutPrefix(endpoint: string, prefix: string): string {
  return endpoint.endsWith(prefix) ? endpoint.slice(0, -prefix.length) : new URL(endpoint).origin
}
