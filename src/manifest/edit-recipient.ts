import { DeltaError } from '../errors.ts'
import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { ACTIVATION_LIFETIME, activationUrl } from './activation.ts'
import { checkIpRange } from './ip-range.ts'
import { checkRecipientName } from './name.ts'
import { createObject, MANIFEST_VERSION, type ManifestOptions } from './object.ts'
import { type Activation, changeRecipient, type Recipient, recipientKey, recipientShape } from './recipient.ts'
import { loadEndpoint, parseEndpoint } from './server-settings.ts'
import { DAY, durationText, hasPassed, isoTime } from './time.ts'
import { type MintedCredential, mintCredential } from './token.ts'

const DEFAULT_LIFETIME = 90 * DAY
const MAX_LIFETIME = 365 * DAY
const DEFAULT_OVERLAP = DAY
const MAX_OVERLAP = 7 * DAY
/** What Databricks allows a recipient. */
const MAX_IP_RANGES = 100

export interface NewRecipient {
  readonly name: string
  /** Milliseconds that its tokens live: 90 days unless said, at most 365. */
  readonly expiresIn?: number | undefined
  /** Addresses and CIDR blocks; all addresses when absent or empty. */
  readonly allowedIps?: readonly string[] | undefined
  /** The endpoint its profile shall name, where that is not the server's own. */
  readonly endpoint?: string | undefined
}

/** What is sent to a recipient so that it can fetch its profile, once. A secret until then. */
export interface Invitation {
  readonly name: string
  readonly activationCode: string
  readonly activationUrl: string
  readonly activationExpiresAt: string
  /** Until when the token is good that the recipient will get. */
  readonly expiresAt: string
}

/**
 * Creates a recipient with an activation link that is good for 72 hours. No token exists before the link is redeemed.
 * @throws {DeltaError} `already-exists`; `invalid-argument` for a name, a lifetime, an address or an endpoint that is
 * not allowed.
 */
export async function createRecipient(
  store: ObjectStore,
  { name, expiresIn = DEFAULT_LIFETIME, allowedIps = [], endpoint }: NewRecipient,
  options: ManifestOptions = {},
): Promise<Invitation> {
  checkRecipientName(name)
  checkDuration('the lifetime of tokens', expiresIn, 1, MAX_LIFETIME)
  checkAllowedIps(allowedIps)
  const { runtime = systemRuntime } = options
  const now = runtime.now()
  const code = mintCredential('activation', name)
  const recipient: Recipient = {
    manifestVersion: MANIFEST_VERSION,
    name,
    id: runtime.uuid(),
    createdAt: isoTime(now),
    ...(endpoint === undefined ? {} : { endpoint: parseEndpoint(endpoint) }),
    tokenLifetime: expiresIn,
    tokens: [],
    activation: newActivation(code, now, expiresIn),
    allowedIps: [...allowedIps],
    grants: [],
  }
  const isOurs = (existing: Recipient): boolean => existing.id === recipient.id
  if (!(await createObject(store, recipientKey(name), recipientShape, recipient, isOurs, options))) {
    throw new DeltaError(
      'already-exists',
      `could not create recipient ${JSON.stringify(name)}: ${store.location} has one of that name; rotate it for a new link, or choose another name`,
    )
  }
  return invitation(store, recipient, code, now, options)
}

/**
 * Makes a new activation link and lets the tokens that are out die after `overlap` milliseconds (24 hours unless said;
 * 0 is at once; their own expiry still holds). A link that was not opened yet is void.
 * @throws {DeltaError} `not-found`; `invalid-argument` for an overlap beyond 7 days.
 */
export async function rotateRecipient(
  store: ObjectStore,
  { name, overlap = DEFAULT_OVERLAP }: { readonly name: string; readonly overlap?: number | undefined },
  options: ManifestOptions = {},
): Promise<Invitation> {
  checkDuration('the overlap', overlap, 0, MAX_OVERLAP)
  const { runtime = systemRuntime } = options
  const now = runtime.now()
  const code = mintCredential('activation', name)
  const deadline = isoTime(now + overlap)
  const rotated = await changeRecipient(
    store,
    name,
    (recipient) =>
      recipient.activation?.hash === code.hash
        ? recipient
        : {
            ...recipient,
            tokens: expireBy(recipient, deadline),
            activation: newActivation(code, now, recipient.tokenLifetime),
          },
    options,
  )
  return invitation(store, rotated, code, now, options)
}

/** Ends all tokens and the link of a recipient at once. Its grants stay; rotating lets it in again. @throws {DeltaError} `not-found`. */
export async function revokeRecipient(store: ObjectStore, name: string, options: ManifestOptions = {}): Promise<void> {
  const { runtime = systemRuntime } = options
  const now = runtime.now()
  await changeRecipient(
    store,
    name,
    (recipient) =>
      recipient.activation === null && recipient.tokens.every((token) => hasPassed(token.expiresAt, now))
        ? recipient
        : { ...recipient, tokens: expireBy(recipient, isoTime(now)), activation: null },
    options,
  )
}

function newActivation(code: MintedCredential, now: number, lifetime: number): Activation {
  return {
    hash: code.hash,
    expiresAt: isoTime(now + ACTIVATION_LIFETIME),
    tokenExpiresAt: isoTime(now + lifetime),
  }
}

async function invitation(
  store: ObjectStore,
  recipient: Recipient,
  code: MintedCredential,
  now: number,
  options: ManifestOptions,
): Promise<Invitation> {
  const { expiresAt, tokenExpiresAt } = newActivation(code, now, recipient.tokenLifetime)
  return {
    name: recipient.name,
    activationCode: code.text,
    activationUrl: activationUrl(await loadEndpoint(store, recipient, options), code.text),
    activationExpiresAt: expiresAt,
    expiresAt: tokenExpiresAt,
  }
}

function expireBy(recipient: Recipient, deadline: string): Recipient['tokens'] {
  return recipient.tokens.map((token) => (token.expiresAt > deadline ? { ...token, expiresAt: deadline } : token))
}

function checkDuration(what: string, milliseconds: number, min: number, max: number): void {
  if (Number.isSafeInteger(milliseconds) && milliseconds >= min && milliseconds <= max) return
  throw new DeltaError(
    'invalid-argument',
    `${what} must be a whole number of milliseconds from ${min} ms to ${durationText(max)}, found ${durationText(milliseconds)}`,
  )
}

function checkAllowedIps(ranges: readonly string[]): void {
  for (const range of ranges) checkIpRange(range)
  if (ranges.length > MAX_IP_RANGES) {
    throw new DeltaError(
      'invalid-argument',
      `expected at most ${MAX_IP_RANGES} allowed addresses, found ${ranges.length}`,
    )
  }
}
