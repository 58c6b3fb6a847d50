import { ACTIVATION_LIFETIME, activationUrl } from './activation.ts'
import type { Activation, Recipient } from './recipient.ts'
import { endpointOf, type ServerSettings } from './server-settings.ts'
import { isoTime } from './time.ts'
import { type MintedCredential, mintCredential } from './token.ts'

/** What is sent to a recipient so that it can fetch its profile, once. A secret until then. */
export interface Invitation {
  readonly name: string
  readonly activationCode: string
  readonly activationUrl: string
  readonly activationExpiresAt: string
  /** Until when the token is good that the recipient will get. */
  readonly expiresAt: string
}

/** A link that nobody has yet: what is stored of it, and what is sent. */
export interface Link {
  readonly code: MintedCredential
  activation(recipient: Pick<Recipient, 'tokenLifetime'>): Activation
  invitation(recipient: Recipient, settings: ServerSettings): Invitation
}

/** A fresh link for a recipient. It lives for 72 hours, and never longer than the token that it would give. */
export function newLink(name: string, now: number): Link {
  const code = mintCredential('activation', name)
  const activation: Link['activation'] = ({ tokenLifetime }) => ({
    hash: code.hash,
    expiresAt: isoTime(now + Math.min(ACTIVATION_LIFETIME, tokenLifetime)),
    tokenExpiresAt: isoTime(now + tokenLifetime),
  })
  return {
    code,
    activation,
    invitation(recipient, settings) {
      const { expiresAt, tokenExpiresAt } = activation(recipient)
      return {
        name: recipient.name,
        activationCode: code.text,
        activationUrl: activationUrl(endpointOf(recipient, settings), code.text),
        activationExpiresAt: expiresAt,
        expiresAt: tokenExpiresAt,
      }
    },
  }
}
