import type { Invitation, RecipientInfo } from '../manifest/index.ts'
import { formatFields, formatGrid } from './grid.ts'

export function formatRecipient(recipient: RecipientInfo): string {
  const fields = formatFields([
    ['recipient', recipient.name],
    ['status', recipient.status],
    ['created', recipient.createdAt],
    ['shares', recipient.shares.length === 0 ? 'none' : recipient.shares.join(', ')],
    ['addresses', recipient.allowedIps.length === 0 ? 'any' : recipient.allowedIps.join(', ')],
    ...(recipient.endpoint === undefined ? [] : [['endpoint', recipient.endpoint] as const]),
    ...(recipient.activationExpiresAt === undefined
      ? []
      : [['activation link', `waits to be opened until ${recipient.activationExpiresAt}`] as const]),
  ])
  if (recipient.tokens.length === 0) return `${fields}\nno token was ever given out`
  const tokens = recipient.tokens.map(({ createdAt, expiresAt, live }) => [createdAt, expiresAt, live ? 'yes' : 'no'])
  return `${fields}\n\n${formatGrid(['token of', 'expires', 'live'], tokens)}`
}

/** What `create` and `rotate` print with `--json`. */
export function invitationJson({ name, activationUrl, activationExpiresAt, expiresAt }: Invitation) {
  return { name, activationUrl, activationExpiresAt, expiresAt }
}

export function formatInvitation({ name, activationUrl, activationExpiresAt, expiresAt }: Invitation): string {
  return `${formatFields([
    ['recipient', name],
    ['activation link', activationUrl],
    ['link good until', activationExpiresAt],
    ['token good until', expiresAt],
  ])}\n\nSend the link to the recipient: it opens once, and gives the profile file with the token.`
}
