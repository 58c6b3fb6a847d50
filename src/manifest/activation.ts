import { DeltaError, isDeltaError } from '../errors.ts'
import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { isAllowedIp } from './ip-range.ts'
import type { ManifestOptions } from './options.ts'
import { changeRecipient, findRecipient, type Recipient, type Token } from './recipient.ts'
import { sameHash } from './secret.ts'
import { endpointOf, loadEndpoint, loadServerSettings } from './server-settings.ts'
import { DAY, hasPassed, isoTime } from './time.ts'
import { mintCredential, parseCredential } from './token.ts'

/** Milliseconds for which an activation link can be redeemed: 72 hours. */
export const ACTIVATION_LIFETIME = 3 * DAY

/** Tokens of one recipient that may be good at the same time: the one in use, and the one it changes to. */
const MAX_LIVE_TOKENS = 2
const PAGE = '/activate/'

/** What a recipient's profile says. `bearerToken` is a secret that exists nowhere else. */
export interface Credential {
  readonly recipient: string
  readonly endpoint: string
  readonly bearerToken: string
  readonly expirationTime: string
}

export interface Redemption {
  /** The activation code, as {@link parseActivationCode} gives it. */
  readonly code: string
  /** Where the caller calls from, where that is known; a recipient with an IP allow list needs it. */
  readonly address?: string | undefined
  /** The endpoint to name where neither the recipient nor the server's settings name one. */
  readonly endpoint?: string | undefined
}

/** The link that a recipient opens, at the origin of its endpoint. */
export function activationUrl(endpoint: string, code: string): string {
  return new URL(PAGE + code, endpoint).href
}

/**
 * The code in an activation link, or in a text that is the code itself.
 * @throws {DeltaError} `invalid-argument` when there is none. The message does not repeat it: it may be a secret.
 */
export function parseActivationCode(linkOrCode: string): string {
  const text = linkOrCode.trim()
  const code = text.slice(text.lastIndexOf('/') + 1)
  if (parseCredential('activation', code) !== undefined) return code
  throw new DeltaError(
    'invalid-argument',
    `expected an activation link (…${PAGE}<code>) or its code, found neither: copy the whole link`,
  )
}

/**
 * Redeems an activation code: mints the one token that it is good for. Of any number of calls at the same time exactly
 * one gets the token, decided by compare-and-swap in the store. The newest live token besides stays, older ones end.
 * @throws {DeltaError} `not-found`, in the same words for a code that is unknown, used, void or too old;
 * `permission-denied` from an address that the recipient's allow list lacks.
 */
export async function redeemActivation(
  store: ObjectStore,
  { code, address, endpoint }: Redemption,
  options: ManifestOptions = {},
): Promise<Credential> {
  const presented = parseCredential('activation', code)
  if (presented === undefined) throw notRedeemable()
  // Read before: once the code is spent, nothing may fail any more but the swap itself.
  const settings = await loadServerSettings(store, options)
  const now = (options.runtime ?? systemRuntime).now()
  const minted = mintCredential('token', presented.recipient)
  let expirationTime = ''
  const redeem = (recipient: Recipient): Recipient => {
    const ours = recipient.tokens.find((token) => token.hash === minted.hash)
    if (ours !== undefined) return recipient
    const { activation } = recipient
    if (activation === null || !sameHash(activation.hash, presented.hash) || hasPassed(activation.expiresAt, now)) {
      throw notRedeemable()
    }
    checkAddress(recipient, address)
    expirationTime = activation.tokenExpiresAt
    const token = {
      hash: minted.hash,
      createdAt: isoTime(now),
      expiresAt: expirationTime,
      activationHash: presented.hash,
    }
    return { ...recipient, tokens: [...endSurplus(recipient.tokens, now), token], activation: null }
  }
  const recipient = await changeRecipient(store, presented.recipient, redeem, options).catch((error: unknown) => {
    throw isDeltaError(error, 'not-found') ? notRedeemable() : error
  })
  return {
    recipient: recipient.name,
    endpoint: endpointOf(recipient, settings, endpoint),
    bearerToken: minted.text,
    expirationTime,
  }
}

/** What has become of an activation link. */
export type ActivationState =
  | {
      readonly state: 'ready'
      readonly recipient: Recipient
      /** As the profile will name it. */
      readonly endpoint: string
      readonly expiresAt: string
      readonly tokenExpiresAt: string
    }
  /** `at`: when it was redeemed, or ran out. */
  | { readonly state: 'used' | 'expired'; readonly at: string }
  /** Never given out, replaced by a newer one, or incomplete: nobody can tell these apart. */
  | { readonly state: 'unknown' }

/**
 * Looks at an activation code and changes nothing. Only who holds the whole code learns more than `unknown`.
 * @throws {DeltaError} `permission-denied` for a code that could be redeemed, but not from this address.
 */
export async function lookUpActivation(
  store: ObjectStore,
  { code, address, endpoint: fallback }: Redemption,
  options: ManifestOptions = {},
): Promise<ActivationState> {
  const presented = parseCredential('activation', code)
  if (presented === undefined) return { state: 'unknown' }
  const recipient = await findRecipient(store, presented.recipient, options)
  if (recipient === undefined) return { state: 'unknown' }
  const used = recipient.tokens.find(
    ({ activationHash }) => activationHash !== undefined && sameHash(activationHash, presented.hash),
  )
  if (used !== undefined) return { state: 'used', at: used.createdAt }
  const { activation } = recipient
  if (activation === null || !sameHash(activation.hash, presented.hash)) return { state: 'unknown' }
  const { expiresAt, tokenExpiresAt } = activation
  if (hasPassed(expiresAt, (options.runtime ?? systemRuntime).now())) return { state: 'expired', at: expiresAt }
  checkAddress(recipient, address)
  const endpoint = await loadEndpoint(store, recipient, { ...options, fallback })
  return { state: 'ready', recipient, endpoint, expiresAt, tokenExpiresAt }
}

/** @throws {DeltaError} `permission-denied` when the recipient has an allow list and the address is not on it. */
export function checkAddress(recipient: Recipient, address: string | undefined): void {
  const { allowedIps } = recipient
  if (allowedIps.length === 0 || (address !== undefined && isAllowedIp(address, allowedIps))) return
  throw new DeltaError(
    'permission-denied',
    'this address is not on the list of those allowed for this recipient: ask your share provider to add it',
  )
}

/** Leaves room for one more live token: the newest stay, the others end now. */
function endSurplus(tokens: readonly Token[], now: number): Token[] {
  const live = tokens.filter((token) => !hasPassed(token.expiresAt, now))
  const kept = new Set(live.slice(live.length - (MAX_LIVE_TOKENS - 1)))
  return tokens.map((token) =>
    kept.has(token) || hasPassed(token.expiresAt, now) ? token : { ...token, expiresAt: isoTime(now) },
  )
}

function notRedeemable(): DeltaError {
  return new DeltaError(
    'not-found',
    'this activation link cannot be redeemed: it was used already, has expired, was replaced by a newer one, or is incomplete; ask your share provider for a new link',
  )
}
