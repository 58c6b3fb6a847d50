import { DeltaError } from '../errors.ts'
import {
  checkAddress,
  hasPassed,
  type PresentedCredential,
  parseCredential,
  type Recipient,
  sameHash,
} from '../manifest/index.ts'
import type { Runtime } from '../runtime.ts'
import type { Directory } from './directory.ts'
import type { HttpRequest } from './http.ts'
import type { Peer } from './options.ts'

/** A recipient that has shown a good token. */
export interface Caller {
  readonly recipient: Recipient
  /** When the token ends: milliseconds since 1970. Nothing handed out with it may live longer. */
  readonly tokenExpiresAt: number
}

const BEARER = /^Bearer +([^\s,]+)$/i

/** The bearer token that a request shows, if it has the form of one; nothing is read to tell. */
export function presentedToken(request: HttpRequest): PresentedCredential | undefined {
  const [, token] = BEARER.exec(request.headers.get('authorization') ?? '') ?? []
  return token === undefined ? undefined : parseCredential('token', token)
}

/**
 * Recognises the recipient by the token that a request shows. A missing, malformed, unknown and revoked token all get
 * the same answer; only who shows a token that once was good is told that it has expired.
 * @throws {DeltaError} `unauthenticated`, or `permission-denied` from an address that the recipient may not use.
 */
export async function authenticate(
  presented: PresentedCredential | undefined,
  peer: Peer,
  { directory, runtime }: { readonly directory: Directory; readonly runtime: Runtime },
): Promise<Caller> {
  if (presented === undefined) throw notRecognised()
  const now = runtime.now()
  let expiry = 0
  const isLive = (known: Recipient): boolean => {
    expiry = expiryOf(known, presented.hash)
    return expiry > now
  }
  const recipient = await directory.recipient(presented.recipient, isLive)
  if (recipient !== undefined && expiry <= now) isLive(recipient)
  if (recipient === undefined || expiry === 0) throw notRecognised()
  if (expiry <= now) throw expired()
  checkAddress(recipient, peer.address)
  return { recipient, tokenExpiresAt: expiry }
}

/** Whether any token of the recipient is still good: a revoked recipient's file URLs end with its tokens. */
export function hasLiveToken(recipient: Recipient, now: number): boolean {
  return recipient.tokens.some((token) => !hasPassed(token.expiresAt, now))
}

/** When the token with this hash ends; 0 where the recipient has no such token. */
function expiryOf(recipient: Recipient, hash: string): number {
  let expiry = 0
  for (const token of recipient.tokens) if (sameHash(token.hash, hash)) expiry = Date.parse(token.expiresAt)
  return expiry
}

function notRecognised(): DeltaError {
  return new DeltaError(
    'unauthenticated',
    'the bearer token is missing or not valid: use the token of your profile file, or ask your share provider for a new activation link',
  )
}

function expired(): DeltaError {
  return new DeltaError(
    'unauthenticated',
    'the bearer token has expired: ask your share provider for a new activation link',
  )
}
