import { sha256Text } from '#hash'
import { createSecret, hashSecret, SECRET_LENGTH } from './secret.ts'

/**
 * The two secrets that a recipient is ever given: the bearer token of its profile, and the code of its activation link.
 * Both read `<prefix>_<recipient>_<43 characters of secret><6 of checksum>`. The prefix lets secret scanners find them,
 * the recipient's name lets one read of storage find its owner, and the checksum turns typing errors and random guesses
 * away without any read.
 */
export type CredentialKind = 'token' | 'activation'

const PREFIX: Record<CredentialKind, string> = { token: 'dq', activation: 'dqa' }
const CHECKSUM_LENGTH = 6
/** Parsed from the right, where every length is fixed, because a recipient's name may hold `_` itself. */
const SHAPE = new RegExp(`^([a-z]+)_([a-z0-9][a-z0-9._-]*)_[A-Za-z0-9_-]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`)

/** A credential that was just made. `text` is shown once; only `hash` may be stored. */
export interface MintedCredential {
  readonly text: string
  readonly hash: string
}

/** Who a presented credential says it belongs to; whether it is theirs is decided by the hash. */
export interface PresentedCredential {
  /** Name of the recipient, in lower case. */
  readonly recipient: string
  readonly hash: string
}

/** A fresh credential for a recipient, whose name must have passed `checkRecipientName`. */
export function mintCredential(kind: CredentialKind, recipient: string): MintedCredential {
  const body = `${PREFIX[kind]}_${recipient.toLowerCase()}_${createSecret()}`
  const text = body + checksum(body)
  return { text, hash: hashSecret(text) }
}

/** Takes a credential apart, or says `undefined` when it cannot be one of ours. Reads nothing. */
export function parseCredential(kind: CredentialKind, text: string): PresentedCredential | undefined {
  const [, prefix, recipient] = SHAPE.exec(text) ?? []
  if (prefix !== PREFIX[kind] || recipient === undefined) return undefined
  const body = text.slice(0, -CHECKSUM_LENGTH)
  if (checksum(body) !== text.slice(-CHECKSUM_LENGTH)) return undefined
  return { recipient, hash: hashSecret(text) }
}

function checksum(body: string): string {
  return sha256Text(body, 'base64url').slice(0, CHECKSUM_LENGTH)
}
