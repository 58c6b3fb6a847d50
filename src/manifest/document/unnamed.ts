import { foldName, sameName } from '../name.ts'
import { grantedAmong } from '../recipient.ts'
import type { Difference } from './difference.ts'
import type { ShareDocument } from './shape.ts'
import type { ManifestState } from './state.ts'

/** What is there and a document does not name, of the kinds that it speaks of: what pruning would take away. */
export function unnamed(state: ManifestState, document: ShareDocument): Difference[] {
  return [...unnamedShares(state, document), ...unnamedRecipients(state, document)]
}

function unnamedShares({ shares }: ManifestState, document: ShareDocument): Difference[] {
  if (document.shares === undefined) return []
  const declared = new Map(document.shares.map((share) => [foldName(share.name), share]))
  return shares.flatMap(({ name, tables }) => {
    const share = declared.get(foldName(name))
    if (share === undefined) return [{ action: 'remove', kind: 'share', name }]
    const isNamed = (schema: string, table: string): boolean =>
      (share.schemas ?? []).some(
        (other) => sameName(other.name, schema) && other.tables.some((entry) => sameName(entry.name, table)),
      )
    return tables
      .filter((table) => !isNamed(table.schema, table.name))
      .map((table): Difference => ({ action: 'remove', kind: 'table', name: `${name}.${table.schema}.${table.name}` }))
  })
}

function unnamedRecipients({ shares, recipients }: ManifestState, document: ShareDocument): Difference[] {
  if (document.recipients === undefined) return []
  const declared = new Map(document.recipients.map((recipient) => [foldName(recipient.name), recipient]))
  const sharesOf = grantedAmong(shares)
  return recipients.flatMap((stored) => {
    const { name } = stored
    const recipient = declared.get(foldName(name))
    if (recipient === undefined) return [{ action: 'remove', kind: 'recipient', name }]
    return sharesOf(stored)
      .filter((share) => !(recipient.shares ?? []).some((other) => sameName(other, share)))
      .map((share): Difference => ({ action: 'remove', kind: 'grant', name, share }))
  })
}
