import { z } from 'zod'
import { DeltaError, isDeltaError } from '../errors.ts'
import { changeRecord, type DamagedRecord, listRecords, readRecord, surveyRecords } from '../record/index.ts'
import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { foldName, isRecipientName } from './name.ts'
import type { ManifestOptions } from './options.ts'
import { findShare, listShares, type Share, surveyShares } from './share.ts'
import { DAY, hasPassed } from './time.ts'
import { MANIFEST_VERSION } from './version.ts'

/** Milliseconds before its end that access counts as ending soon: 30 days. */
export const EXPIRY_WARNING = 30 * DAY

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

/** What was cut off when something of a recipient got into wrong hands. */
export const leakShape = z.object({
  at: z.iso.datetime(),
  /** Tokens that were good until then. */
  endedTokens: z.int().nonnegative(),
  /** Whether a link waited to be opened. */
  voidedLink: z.boolean(),
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
  /** When something of it got into wrong hands and everything was cut off, oldest first. */
  leaks: z.array(leakShape).optional(),
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
  /** Of the metastore by which it is known: then it has no token, and its status is `active`. */
  readonly sharingIdentifier?: string
  /**
   * `uninvited`: it has no token yet and no link. `pending`: a link waits to be opened. `expired`: neither a live token
   * nor a live link is left.
   */
  readonly status: 'uninvited' | 'pending' | 'active' | 'expired'
  /** When its last live token ends; absent without any. */
  readonly endsAt?: string
  /** Whether that is within {@link EXPIRY_WARNING}. */
  readonly endsSoon: boolean
  readonly endpoint?: string
  /** Milliseconds. */
  readonly tokenLifetime: number
  readonly tokens: readonly { readonly createdAt: string; readonly expiresAt: string; readonly live: boolean }[]
  readonly activationExpiresAt?: string
  readonly allowedIps: readonly string[]
  /** The shares that it may read. A grant for a share that is gone counts no more, whatever has its name now. */
  readonly shares: readonly string[]
  readonly leaks: NonNullable<Recipient['leaks']>
}

const FOLDER = 'sharing/recipients/'

export function recipientKey(name: string): string {
  return `${FOLDER}${foldName(name)}.json`
}

/** A recipient as stored, `undefined` where there is none: for those who check credentials. */
export async function findRecipient(
  store: ObjectStore,
  name: string,
  options: ManifestOptions = {},
): Promise<Recipient | undefined> {
  return isRecipientName(name) ? readRecord(store, recipientKey(name), recipientShape, options) : undefined
}

/** @throws {DeltaError} `not-found` when there is no such recipient. */
export async function showRecipient(
  store: ObjectStore,
  name: string,
  options: ManifestOptions = {},
): Promise<RecipientInfo> {
  const recipient = await findRecipient(store, name, options)
  if (recipient === undefined) throw noRecipient(store, name)
  return describe(recipient, await grantedShares(store, recipient, options), options)
}

/** All recipients, by name. @throws {DeltaError} `invalid-data` when one, or a share, is damaged. */
export async function listRecipients(store: ObjectStore, options: ManifestOptions = {}): Promise<RecipientInfo[]> {
  const [recipients, shares] = await Promise.all([loadRecipients(store, options), listShares(store, options)])
  const namesOf = grantedAmong(shares)
  return recipients.map((recipient) => describe(recipient, namesOf(recipient), options))
}

/** All recipients, by name, the damaged among them told as such. A share that is damaged nobody can read. */
export async function surveyRecipients(
  store: ObjectStore,
  options: ManifestOptions = {},
): Promise<(RecipientInfo | DamagedRecord)[]> {
  const [recipients, shares] = await Promise.all([
    surveyRecords(store, FOLDER, recipientShape, options),
    surveyShares(store, options),
  ])
  const namesOf = grantedAmong(shares.filter((share) => 'id' in share))
  return recipients.map((recipient) =>
    'damaged' in recipient ? recipient : describe(recipient, namesOf(recipient), options),
  )
}

/** Names the shares that a recipient may read, among those that there are. */
export function grantedAmong(shares: readonly Share[]): (recipient: Recipient) => string[] {
  const names = new Map(shares.map(({ id, name }) => [id, name]))
  return ({ grants }) => grants.map(({ shareId }) => names.get(shareId)).filter((name) => name !== undefined)
}

/** All recipients as stored, by name. */
export function loadRecipients(store: ObjectStore, options: ManifestOptions = {}): Promise<Recipient[]> {
  return listRecords(store, FOLDER, recipientShape, options)
}

/** The names of the shares that a recipient may read. One that is damaged nobody can: it keeps nobody from being cut off. */
export async function grantedShares(
  store: ObjectStore,
  { grants }: Recipient,
  options: ManifestOptions,
): Promise<string[]> {
  const find = (name: string): Promise<Share | undefined> =>
    findShare(store, name, options).catch((error: unknown) => {
      if (!isDeltaError(error, 'invalid-data')) throw error
      return undefined
    })
  const shares = await Promise.all(grants.map(({ share }) => find(share)))
  return shares.flatMap((share, i) => (share !== undefined && share.id === grants[i]?.shareId ? [share.name] : []))
}

/** Changes a stored recipient as `changeRecord` does. @throws {DeltaError} `not-found` when there is no such recipient. */
export function changeRecipient(
  store: ObjectStore,
  name: string,
  change: (recipient: Recipient) => Recipient,
  options: ManifestOptions,
): Promise<Recipient> {
  if (!isRecipientName(name)) return Promise.reject(noRecipient(store, name))
  return changeRecord(store, recipientKey(name), recipientShape, change, () => noRecipient(store, name), options)
}

function describe(
  recipient: Recipient,
  shares: readonly string[],
  { runtime = systemRuntime }: ManifestOptions,
): RecipientInfo {
  const now = runtime.now()
  const tokens = recipient.tokens.map(({ createdAt, expiresAt }) => ({
    createdAt,
    expiresAt,
    live: !hasPassed(expiresAt, now),
  }))
  const ends = tokens.filter(({ live }) => live).map(({ expiresAt }) => expiresAt)
  const endsAt = ends.sort().at(-1)
  const { activation } = recipient
  const pending = activation !== null && !hasPassed(activation.expiresAt, now)
  return {
    name: recipient.name,
    id: recipient.id,
    createdAt: recipient.createdAt,
    status: endsAt !== undefined ? 'active' : pending ? 'pending' : isUninvited(recipient) ? 'uninvited' : 'expired',
    ...(endsAt === undefined ? {} : { endsAt }),
    endsSoon: endsAt !== undefined && hasPassed(endsAt, now + EXPIRY_WARNING),
    ...(recipient.endpoint === undefined ? {} : { endpoint: recipient.endpoint }),
    tokenLifetime: recipient.tokenLifetime,
    tokens,
    ...(pending ? { activationExpiresAt: activation.expiresAt } : {}),
    allowedIps: recipient.allowedIps,
    shares,
    leaks: recipient.leaks ?? [],
  }
}

function isUninvited({ tokens, activation }: Recipient): boolean {
  return tokens.length === 0 && activation === null
}

export function noRecipient(store: ObjectStore, name: string): DeltaError {
  return new DeltaError(
    'not-found',
    `there is no recipient ${JSON.stringify(name)} in ${store.location}: list the recipients, or create it`,
  )
}
