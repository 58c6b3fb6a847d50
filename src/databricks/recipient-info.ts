import { EXPIRY_WARNING, isoTime, type RecipientInfo } from '../manifest/index.ts'
import type { PlaneContext } from './plane-context.ts'
import type { CatalogRecipient } from './recipient.ts'
import type { RecipientRecord } from './recipient-record.ts'

/** What an administrator may see of a recipient: what we know of it, and what the catalog does. No link. */
export function recipientInfo(
  { runtime }: PlaneContext,
  record: RecipientRecord,
  found: CatalogRecipient | undefined,
  shares: readonly string[],
): RecipientInfo {
  const { name, id, createdAt, tokenLifetime, allowedIps, sharingIdentifier, leaks = [] } = record
  const common = { name, id, createdAt, tokenLifetime, allowedIps, shares, leaks }
  if (sharingIdentifier !== undefined) {
    const status = found === undefined ? 'uninvited' : 'active'
    return { ...common, sharingIdentifier, status, endsSoon: false, tokens: [] }
  }
  const now = runtime.now()
  const tokens = (found?.tokens ?? [])
    .filter(({ activationUrl }) => activationUrl === undefined)
    .map(({ createdAt: made = 0, expiresAt = now }) => ({
      createdAt: isoTime(made),
      expiresAt: isoTime(expiresAt),
      live: expiresAt > now,
    }))
  const waiting = found?.tokens.find(
    ({ activationUrl, expiresAt = now }) => activationUrl !== undefined && expiresAt > now,
  )
  const endsAt = tokens
    .flatMap(({ live, expiresAt }) => (live ? [expiresAt] : []))
    .sort()
    .at(-1)
  return {
    ...common,
    status: endsAt !== undefined ? 'active' : waiting !== undefined ? 'pending' : 'expired',
    ...(endsAt === undefined ? {} : { endsAt }),
    endsSoon: endsAt !== undefined && Date.parse(endsAt) <= now + EXPIRY_WARNING,
    tokens,
    ...(waiting?.expiresAt === undefined ? {} : { activationExpiresAt: isoTime(waiting.expiresAt) }),
  }
}
