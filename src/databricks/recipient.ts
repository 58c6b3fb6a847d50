import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { parseSharingIdentifier } from '../manifest/index.ts'

const tokenShape = z
  .object({
    id: z.string(),
    activation_url: z.string().nullish(),
    expiration_time: z.int().nullish(),
    created_at: z.int().nullish(),
  })
  .transform((wire) => ({
    id: wire.id,
    /**
     * A secret: whoever opens it first holds the recipient's token. Absent once it has been opened. Never ask for it to
     * see whether it works: that uses it up.
     */
    activationUrl: wire.activation_url || undefined,
    expiresAt: wire.expiration_time ?? undefined,
    createdAt: wire.created_at ?? undefined,
  }))

export const recipientShape = z
  .object({
    name: z.string(),
    authentication_type: z.string().nullish(),
    comment: z.string().nullish(),
    activated: z.boolean().nullish(),
    data_recipient_global_metastore_id: z.string().nullish(),
    ip_access_list: z.object({ allowed_ip_addresses: z.array(z.string()).nullish() }).nullish(),
    properties_kvpairs: z.object({ properties: z.record(z.string(), z.string()).nullish() }).nullish(),
    tokens: z.array(tokenShape).nullish(),
    created_at: z.int().nullish(),
  })
  .transform((wire) => ({
    name: wire.name,
    /** `DATABRICKS`, `TOKEN`, or a newer way. */
    authenticationType: wire.authentication_type ?? undefined,
    comment: wire.comment ?? undefined,
    /** Of a token recipient: whether the activation link has been opened. */
    activated: wire.activated ?? undefined,
    /** Of a Databricks recipient. */
    sharingIdentifier: wire.data_recipient_global_metastore_id ?? undefined,
    allowedIps: wire.ip_access_list?.allowed_ip_addresses ?? [],
    properties: wire.properties_kvpairs?.properties ?? {},
    /** Of a token recipient: at most two, while one is being replaced. */
    tokens: wire.tokens ?? [],
    createdAt: wire.created_at ?? undefined,
  }))

/** Somebody whom shares are shown to. Times are milliseconds since 1970. */
export type CatalogRecipient = Readonly<z.infer<typeof recipientShape>>

interface AnyRecipient {
  readonly name: string
  readonly comment?: string | undefined
  /** Read by filters of partitions. Names that begin with `databricks.` are reserved. */
  readonly properties?: Readonly<Record<string, string>> | undefined
}

export type NewCatalogRecipient = AnyRecipient &
  (
    | { readonly authenticationType: 'DATABRICKS'; readonly sharingIdentifier: string }
    | {
        readonly authenticationType: 'TOKEN'
        /** Milliseconds since 1970; later than a year from now it becomes 365 days. Absent: as the metastore says. */
        readonly expiresAt?: number | undefined
        /** Addresses and ranges in CIDR form, at most 100; absent: from anywhere. */
        readonly allowedIps?: readonly string[] | undefined
      }
  )

/** What is to be different about a recipient. What is not said stays. */
export interface CatalogRecipientChange {
  readonly newName?: string | undefined
  readonly comment?: string | undefined
  readonly owner?: string | undefined
  /** In place of all that there are. */
  readonly properties?: Readonly<Record<string, string>> | undefined
  /** Of a token recipient: as for a new one. */
  readonly expiresAt?: number | undefined
  /** Of a token recipient: in place of all that there are; none: from anywhere. */
  readonly allowedIps?: readonly string[] | undefined
}

/** Databricks refuses tokens that live for more than a year. */
const LONGEST_LIFE = 365 * 24 * 60 * 60 * 1000
const MAX_IPS = 100

/** @throws {DeltaError} `invalid-argument` for what the server would refuse, or would take for something else. */
export function formatRecipient(recipient: NewCatalogRecipient, now: number): Record<string, unknown> {
  const { name, comment, properties, authenticationType } = recipient
  const common = {
    name,
    authentication_type: authenticationType,
    comment,
    properties_kvpairs: properties === undefined ? undefined : { properties },
  }
  if (authenticationType === 'DATABRICKS') {
    return { ...common, data_recipient_global_metastore_id: parseSharingIdentifier(recipient.sharingIdentifier) }
  }
  const { expiresAt, allowedIps } = recipient
  checkIps(name, allowedIps, 1)
  return {
    ...common,
    expiration_time: formatExpiry(name, expiresAt, now),
    ip_access_list: allowedIps === undefined ? undefined : { allowed_ip_addresses: allowedIps },
  }
}

/** @throws {DeltaError} `invalid-argument` as {@link formatRecipient}. */
export function formatRecipientChange(
  name: string,
  change: CatalogRecipientChange,
  now: number,
): Record<string, unknown> {
  const { newName, comment, owner, properties, expiresAt, allowedIps } = change
  checkIps(name, allowedIps, 0)
  return {
    new_name: newName,
    comment,
    owner,
    properties_kvpairs: properties === undefined ? undefined : { properties },
    expiration_time: formatExpiry(name, expiresAt, now),
    ip_access_list: allowedIps === undefined ? undefined : { allowed_ip_addresses: allowedIps },
  }
}

function formatExpiry(name: string, expiresAt: number | undefined, now: number): number | undefined {
  if (expiresAt === undefined) return undefined
  if (Number.isSafeInteger(expiresAt) && expiresAt > now) return Math.min(expiresAt, now + LONGEST_LIFE)
  throw new DeltaError(
    'invalid-argument',
    `recipient ${name} cannot expire at ${expiresAt}: expected milliseconds since 1970, in the future`,
  )
}

/** To be created with an empty list would shut nobody out, which is the contrary of what it seems to say. */
function checkIps(name: string, allowedIps: readonly string[] | undefined, least: number): void {
  if (allowedIps === undefined || (allowedIps.length >= least && allowedIps.length <= MAX_IPS)) return
  throw new DeltaError(
    'invalid-argument',
    `recipient ${name} cannot have ${allowedIps.length} allowed addresses: give 1 to ${MAX_IPS}, or leave the list out for any`,
  )
}
