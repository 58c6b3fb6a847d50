import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { foldName } from './name.ts'
import { changeObject, MANIFEST_VERSION, type ManifestOptions, readObject } from './object.ts'
import { hasPassed } from './time.ts'

const tokenShape = z.object({
  /** SHA-256 of the token. The token itself is nowhere. */
  hash: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** SHA-256 of the code in the activation link that gave it out, so that the link can be told to be used. */
  activationHash: z.string().optional(),
})

const activationShape = z.object({
  /** SHA-256 of the code in the activation link. */
  hash: z.string(),
  expiresAt: z.iso.datetime(),
  /** Until when the token is good that this activation gives out. */
  tokenExpiresAt: z.iso.datetime(),
})

const grantShape = z.object({
  share: z.string(),
  shareId: z.uuid(),
  grantedAt: z.iso.datetime(),
})

export const recipientShape = z.object({
  manifestVersion: z.literal(MANIFEST_VERSION),
  name: z.string(),
  id: z.uuid(),
  createdAt: z.iso.datetime(),
  /** The endpoint its profile names; where absent, the server's own. */
  endpoint: z.url().optional(),
  /** Milliseconds that its tokens live, counted from when the activation link was made. */
  tokenLifetime: z.int().positive(),
  /** All tokens ever minted; revoked ones expired at that moment. */
  tokens: z.array(tokenShape),
  /** The link that waits to be opened, if there is one. */
  activation: activationShape.nullable(),
  /** Addresses and CIDR blocks that may use its credentials; empty means all. */
  allowedIps: z.array(z.string()),
  grants: z.array(grantShape),
})

/** Somebody with whom shares are shared by bearer token. */
export type Recipient = z.infer<typeof recipientShape>
export type Activation = z.infer<typeof activationShape>
export type Token = z.infer<typeof tokenShape>
export type Grant = z.infer<typeof grantShape>

/** What an administrator may see of a recipient: no hash of anything. */
export interface RecipientInfo {
  readonly name: string
  readonly id: string
  readonly createdAt: string
  /** `pending`: a link waits to be opened. `expired`: neither a live token nor a live link is left. */
  readonly status: 'active' | 'pending' | 'expired'
  readonly endpoint?: string
  readonly tokens: readonly { readonly createdAt: string; readonly expiresAt: string; readonly live: boolean }[]
  readonly activationExpiresAt?: string
  readonly allowedIps: readonly string[]
  readonly shares: readonly string[]
}

const FOLDER = 'sharing/recipients/'

export function recipientKey(name: string): string {
  return `${FOLDER}${foldName(name)}.json`
}

/** A recipient as stored, `undefined` where there is none: for those who check credentials. */
export function findRecipient(
  store: ObjectStore,
  name: string,
  options: ManifestOptions = {},
): Promise<Recipient | undefined> {
  return readObject(store, recipientKey(name), recipientShape, options)
}

/** @throws {DeltaError} `not-found` when there is no such recipient. */
export async function showRecipient(
  store: ObjectStore,
  name: string,
  options: ManifestOptions = {},
): Promise<RecipientInfo> {
  const recipient = await findRecipient(store, name, options)
  if (recipient === undefined) throw noRecipient(store, name)
  return describe(recipient, options)
}

/** All recipients, by name. */
export async function listRecipients(store: ObjectStore, options: ManifestOptions = {}): Promise<RecipientInfo[]> {
  const recipients: RecipientInfo[] = []
  for await (const { key } of store.list({ prefix: FOLDER, signal: options.signal })) {
    if (!key.endsWith('.json')) continue
    const recipient = await readObject(store, key, recipientShape, options)
    if (recipient !== undefined) recipients.push(describe(recipient, options))
  }
  return recipients
}

/** Changes a stored recipient as `changeObject` does. @throws {DeltaError} `not-found` when there is no such recipient. */
export function changeRecipient(
  store: ObjectStore,
  name: string,
  change: (recipient: Recipient) => Recipient,
  options: ManifestOptions,
): Promise<Recipient> {
  return changeObject(store, recipientKey(name), recipientShape, change, () => noRecipient(store, name), options)
}

function describe(recipient: Recipient, { runtime = systemRuntime }: ManifestOptions): RecipientInfo {
  const now = runtime.now()
  const tokens = recipient.tokens.map(({ createdAt, expiresAt }) => ({
    createdAt,
    expiresAt,
    live: !hasPassed(expiresAt, now),
  }))
  const { activation } = recipient
  const pending = activation !== null && !hasPassed(activation.expiresAt, now)
  return {
    name: recipient.name,
    id: recipient.id,
    createdAt: recipient.createdAt,
    status: tokens.some((token) => token.live) ? 'active' : pending ? 'pending' : 'expired',
    ...(recipient.endpoint === undefined ? {} : { endpoint: recipient.endpoint }),
    tokens,
    ...(pending ? { activationExpiresAt: activation.expiresAt } : {}),
    allowedIps: recipient.allowedIps,
    shares: recipient.grants.map((grant) => grant.share),
  }
}

function noRecipient(store: ObjectStore, name: string): DeltaError {
  return new DeltaError(
    'not-found',
    `there is no recipient ${JSON.stringify(name)} in ${store.location}: list the recipients, or create it`,
  )
}
