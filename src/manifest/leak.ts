import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { onTerms, renewLink } from './edit-recipient.ts'
import type { Invitation } from './invitation.ts'
import type { ManifestOptions } from './options.ts'
import { grantedShares, type Recipient } from './recipient.ts'
import { hasPassed, isoTime } from './time.ts'

/** A new link in the place of everything that leaked, and what was cut off. */
export interface Replacement extends Invitation {
  /** Tokens that were good until now. */
  readonly endedTokens: number
  /** Whether a link waited to be opened, and is void. */
  readonly voidedLink: boolean
  /** The shares that the new token opens: those that the old ones did. */
  readonly shares: readonly string[]
}

/**
 * For a token or link that got into wrong hands: ends all tokens and the link of a recipient at once, makes a new link,
 * keeps what is granted, and writes down that it happened, all in one step; with `endpoint`, that of this link and of later ones.
 * @throws {DeltaError} `not-found`; `invalid-argument` for what is no endpoint.
 */
export async function replaceLeaked(
  store: ObjectStore,
  name: string,
  { endpoint, ...options }: ManifestOptions & { readonly endpoint?: string | undefined } = {},
): Promise<Replacement> {
  const now = (options.runtime ?? systemRuntime).now()
  let before: Recipient | undefined
  const writeDown = (recipient: Recipient): Recipient => {
    before = recipient
    const leak = { at: isoTime(now), endedTokens: liveTokens(recipient, now), voidedLink: hasLink(recipient, now) }
    return { ...onTerms(recipient, { endpoint }), leaks: [...(recipient.leaks ?? []), leak] }
  }
  const invitation = await renewLink(store, name, { now, deadline: now }, writeDown, options)
  return {
    ...invitation,
    endedTokens: before === undefined ? 0 : liveTokens(before, now),
    voidedLink: before !== undefined && hasLink(before, now),
    shares: before === undefined ? [] : await grantedShares(store, before, options),
  }
}

function liveTokens({ tokens }: Recipient, now: number): number {
  return tokens.filter((token) => !hasPassed(token.expiresAt, now)).length
}

function hasLink({ activation }: Recipient, now: number): boolean {
  return activation !== null && !hasPassed(activation.expiresAt, now)
}
