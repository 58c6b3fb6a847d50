import type { JsonValue } from '../../json.ts'
import type { Recipient } from '../recipient.ts'
import type { Share, TableEntry } from '../share.ts'
import { durationText } from '../time.ts'

/** One thing that is to be otherwise. */
export interface Difference {
  readonly action: 'add' | 'change' | 'remove'
  readonly kind: 'share' | 'table' | 'recipient' | 'grant'
  /** A share, a table as `share.schema.table`, or a recipient; of a grant the recipient. */
  readonly name: string
  /** Of a grant. */
  readonly share?: string
  /** What is said of it, as it is and as it is to be; null is nothing. */
  readonly fields?: { readonly [field: string]: { readonly from: JsonValue; readonly to: JsonValue } }
}

interface Pair<T> {
  readonly before: T | undefined
  readonly after: T | undefined
}

/** The differences of a plan, in the order of its objects. */
export function differences({
  shares,
  recipients,
}: {
  readonly shares: readonly Pair<Share>[]
  readonly recipients: readonly Pair<Recipient>[]
}): Difference[] {
  return [...shares.flatMap(ofShare), ...recipients.flatMap(ofRecipient)]
}

function ofShare({ before, after }: Pair<Share>): Difference[] {
  const name = (after ?? before)?.name ?? ''
  const own = difference('share', name, before && aboutShare(before), after && aboutShare(after))
  // The tables of a share that goes, go with it.
  if (after === undefined) return own
  const find = (share: Share | undefined, { id, schema, name: table }: TableEntry): TableEntry | undefined =>
    share?.tables.find((other) => other.id === id || (other.schema === schema && other.name === table))
  const tables = [...after.tables, ...(before?.tables ?? []).filter((entry) => find(after, entry) === undefined)]
  const ofTables = tables.flatMap((entry) => {
    const [old, next] = [find(before, entry), find(after, entry)]
    return difference(
      'table',
      `${name}.${entry.schema}.${entry.name}`,
      old && aboutTable(old),
      next && aboutTable(next),
    )
  })
  return [...own, ...ofTables]
}

function ofRecipient({ before, after }: Pair<Recipient>): Difference[] {
  const name = (after ?? before)?.name ?? ''
  const own = difference('recipient', name, before && aboutRecipient(before), after && aboutRecipient(after))
  if (after === undefined) return own
  const grantsOf = (recipient: Recipient | undefined) => recipient?.grants ?? []
  const missing = (from: Recipient | undefined, { shareId }: { readonly shareId: string }): boolean =>
    !grantsOf(from).some((grant) => grant.shareId === shareId)
  const added = grantsOf(after).filter((grant) => missing(before, grant))
  const removed = grantsOf(before).filter((grant) => missing(after, grant))
  return [
    ...own,
    ...added.map(({ share }): Difference => ({ action: 'add', kind: 'grant', name, share })),
    ...removed.map(({ share }): Difference => ({ action: 'remove', kind: 'grant', name, share })),
  ]
}

type About = Readonly<Record<string, JsonValue | undefined>>

function aboutShare({ displayName, comment, properties }: Share): About {
  return { displayName, comment, properties }
}

function aboutTable({ location, version, history, startVersion, partition, id }: TableEntry): About {
  return { location, version, history, startVersion, partition, id }
}

function aboutRecipient({ tokenLifetime, allowedIps, endpoint }: Recipient): About {
  return { expiresIn: durationText(tokenLifetime), allowedIps: allowedIps.length === 0 ? null : allowedIps, endpoint }
}

function difference(
  kind: Difference['kind'],
  name: string,
  before: About | undefined,
  after: About | undefined,
): Difference[] {
  if (after === undefined) return [{ action: 'remove', kind, name }]
  const fields: Record<string, { from: JsonValue; to: JsonValue }> = {}
  for (const field of Object.keys(after)) {
    // Of a table that comes, the id may be made only when it does.
    if (field === 'id' && before === undefined) continue
    const [from, to] = [before?.[field] ?? null, after[field] ?? null]
    if (JSON.stringify(from) !== JSON.stringify(to)) fields[field] = { from, to }
  }
  if (before === undefined) return [{ action: 'add', kind, name, fields }]
  return Object.keys(fields).length === 0 ? [] : [{ action: 'change', kind, name, fields }]
}
