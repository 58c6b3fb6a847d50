import { z } from 'zod'
import type { Http } from './http.ts'
import { allPages } from './pages.ts'
import type { CallOptions } from './transport.ts'

const summaryShape = z
  .object({
    metastore_id: z.string(),
    global_metastore_id: z.string(),
    name: z.string(),
    delta_sharing_scope: z.string().nullish(),
    delta_sharing_recipient_token_lifetime_in_seconds: z.int().nullish(),
    external_access_enabled: z.boolean().nullish(),
  })
  .transform((wire) => ({
    metastoreId: wire.metastore_id,
    /** The sharing identifier of whoever works here, `<cloud>:<region>:<uuid>`. */
    globalMetastoreId: wire.global_metastore_id,
    name: wire.name,
    /** `INTERNAL`: to metastores of the same account only; `INTERNAL_AND_EXTERNAL`; absent where nothing is shared. */
    deltaSharingScope: wire.delta_sharing_scope ?? undefined,
    /** How long tokens of recipients live unless said, in milliseconds; absent where that is not set. */
    tokenLifetime: wire.delta_sharing_recipient_token_lifetime_in_seconds
      ? wire.delta_sharing_recipient_token_lifetime_in_seconds * 1000
      : undefined,
    /** Whether tables may be registered over REST; absent where it is not told. */
    externalAccessEnabled: wire.external_access_enabled ?? undefined,
  }))

const quotaShape = z
  .object({
    parent_securable_type: z.string(),
    parent_full_name: z.string(),
    quota_name: z.string(),
    quota_count: z.int().nullish(),
    quota_limit: z.int().nullish(),
  })
  .transform((wire) => ({
    /** `METASTORE`, `CATALOG`, `SCHEMA` … */
    parentType: wire.parent_securable_type,
    parentName: wire.parent_full_name,
    /** `share-quota` … */
    name: wire.quota_name,
    /** How many there were when the server last counted. */
    count: wire.quota_count ?? undefined,
    limit: wire.quota_limit ?? undefined,
  }))

/** What the metastore of a workspace is set to. */
export type MetastoreSummary = Readonly<z.infer<typeof summaryShape>>

/** How many of something there may be, and are. */
export type Quota = Readonly<z.infer<typeof quotaShape>>

/** A metastore of the account, as little as it takes to know it again. */
const metastoreShape = z
  .object({ global_metastore_id: z.string().nullish() })
  .transform((wire) => wire.global_metastore_id ?? undefined)

export interface Metastore {
  /** @throws {DeltaError} `not-found` where the workspace has no metastore. */
  summary(options?: CallOptions): Promise<MetastoreSummary>
  /** The sharing identifiers of all metastores of the account, this one's included. Needs an administrator. */
  siblings(options?: CallOptions): Promise<string[]>
}

export interface Quotas {
  /** All quotas of the metastore and of what is in it. Needs an administrator of the metastore. */
  list(options?: CallOptions): Promise<Quota[]>
}

export function metastore(http: Http): Metastore {
  return {
    summary: (options) =>
      http.call(
        { what: 'reading the metastore', method: 'GET', path: 'metastore_summary', answer: summaryShape },
        options,
      ),
    async siblings(options) {
      const page = { what: 'listing the metastores', path: 'metastores', member: 'metastores', item: metastoreShape }
      return (await allPages(http, page, options)).filter((identifier) => identifier !== undefined)
    },
  }
}

export function quotas(http: Http): Quotas {
  return {
    list: (options) =>
      allPages(
        http,
        {
          what: 'listing the quotas',
          path: 'resource-quotas/all-resource-quotas',
          member: 'quotas',
          item: quotaShape,
          isPagedAnyway: true,
        },
        options,
      ),
  }
}
