import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import type { AuditRecord } from './audit-record.ts'
import type { Meter } from './meter.ts'
import type { ShareBrowser } from './share-browser.ts'

/** What a sharing server needs to know. */
export interface SharingOptions {
  /** The root that holds the manifests: shares, recipients, signing keys. */
  readonly store: ObjectStore
  /** Opens the store of a table by the location in its manifest. Only locations of manifests are ever asked for. */
  readonly openTable: (location: string) => ObjectStore | Promise<ObjectStore>
  readonly runtime?: Runtime
  /** The endpoint as recipients reach it; taken from each request where it is left out. */
  readonly endpoint?: string | undefined
  /** The path below which the protocol is answered. */
  readonly prefix?: string
  /** Milliseconds that file URLs live. Below 20 minutes some clients misread the expiry: 1 hour unless said. */
  readonly urlTtl?: number
  /** Milliseconds for which a recipient or share that was read may be believed; 0 asks the store each time. */
  readonly authCache?: number
  /**
   * Milliseconds for which the newest version of a table, or that an older one is still the same, may be believed without
   * a look at the store: 0 unless said, so that a commit is seen by every request that comes after it.
   */
  readonly freshness?: number
  /**
   * Bytes of memory for what is kept of tables between requests: 256 MiB unless said. A table whose files would take more
   * than half of it is read from its checkpoint anew for each request. Commits since a table's checkpoint come on top.
   */
  readonly cacheBytes?: number
  /** The share browser for people, answered at `/browse`: `shareBrowser` of `deltaquill/browse`. None unless given. */
  readonly browse?: ShareBrowser | undefined
  /** Takes one record a request, when its answer has ended. What it throws is let go of. */
  readonly records?: (record: AuditRecord) => void
  /** Takes what is counted beneath the answers. */
  readonly meter?: Meter
  /** Origins whose pages may read the answers in a browser: none unless said. */
  readonly corsOrigins?: readonly string[]
  /** Whose word is taken for the address and the scheme that a client used: nobody's unless said. */
  readonly trustProxy?: TrustProxy | undefined
  /** Requests a second of one recipient, and failed ones from one address: without limit unless said. */
  readonly rate?: number | undefined
  /** Requests of one recipient that are answered at the same time: without limit unless said. */
  readonly maxConcurrent?: number | undefined
  /**
   * Leaves out of the statistics of files whatever tells of values (minimum, maximum, count of nulls); the count of rows
   * stays. Files are left out by conditions as before. Clients that skip files by statistics read more of them. Off unless said.
   */
  readonly hideStats?: boolean
  /**
   * The role (on AWS its ARN) whose rights, cut down to reading one table, are lent to recipients who ask for directory
   * access; for tables only of which they may see everything, and whose store can lend. Off unless given.
   */
  readonly directoryRole?: string | undefined
  /** From when it fires on, `/readyz` says that the server is going: others should be asked instead. */
  readonly stopping?: AbortSignal
}

/**
 * Which proxies are believed when they say for whom they ask: so many of them, one before the other, or those at these
 * addresses and CIDR blocks.
 */
export type TrustProxy = number | readonly string[]

/** Who a request comes from, as whoever holds the socket knows. */
export interface Peer {
  readonly address?: string | undefined
}

export const DEFAULT_PREFIX = '/delta-sharing'
export const DEFAULT_URL_TTL = 3_600_000
export const MIN_URL_TTL = 1_200_000
export const DEFAULT_AUTH_CACHE = 5_000
export const DEFAULT_CACHE_BYTES = 256 * 1024 * 1024
