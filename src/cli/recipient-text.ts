import type { Invitation, RecipientInfo } from '../manifest/index.ts'
import { formatCount, formatFields, formatGrid } from './grid.ts'

export function formatRecipient(recipient: RecipientInfo): string {
  const fields = formatFields([
    ['recipient', recipient.name],
    ['status', recipient.status],
    ['access ends', formatEnd(recipient)],
    ['created', recipient.createdAt],
    ['shares', recipient.shares.join(', ') || 'none'],
    ['addresses', recipient.allowedIps.join(', ') || 'any'],
    ...(recipient.endpoint === undefined ? [] : [['endpoint', recipient.endpoint] as const]),
    ...(recipient.activationExpiresAt === undefined
      ? []
      : [['activation link', `waits to be opened until ${recipient.activationExpiresAt}`] as const]),
    ...recipient.leaks.map((leak) => ['leaked', formatLeak(leak)] as const),
  ])
  if (recipient.tokens.length === 0) return `${fields}\nno token was ever given out`
  const tokens = recipient.tokens.map(({ createdAt, expiresAt, live }) => [createdAt, expiresAt, live ? 'yes' : 'no'])
  return `${fields}\n\n${formatGrid(['token of', 'expires', 'live'], tokens)}`
}

/** When the access of a recipient ends, with a warning when that is soon. */
export function formatEnd({ endsAt, endsSoon }: RecipientInfo): string {
  if (endsAt === undefined) return 'no live token'
  return endsSoon ? `${endsAt}, soon: rotate it` : endsAt
}

function formatLeak({ at, endedTokens, voidedLink }: RecipientInfo['leaks'][number]): string {
  return `${at}: ${formatCount(endedTokens, 'token')} ended${voidedLink ? ', a link void' : ''}`
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
