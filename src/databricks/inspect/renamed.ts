import { foundOrNone } from '../../errors.ts'
import { type Finding, failed } from '../../manifest/index.ts'
import { findReader, isHostedByUs, isRecorded, whyNotOurs } from '../find-recipient.ts'
import { findLedgerShare } from '../ledger.ts'
import { listRecipientRecords } from '../recipient-record.ts'
import { quoteIdentifier } from '../sql.ts'
import type { Subject } from './subject.ts'

/**
 * Whether recipients by token have the names that they were made by, and nobody else has. Only a name tells which they are: of
 * one that somebody renamed, all that is left is that it reads the share and carries our mark.
 */
export async function inspectNames({ context, place }: Subject): Promise<Finding[]> {
  const share = await findLedgerShare(context, place.share)
  if (share === undefined) return []
  const records = await listRecipientRecords(context)
  const lost: string[] = []
  const findings: Finding[] = []
  for (const record of records) {
    const { grants, sharingIdentifier, catalogName } = record
    if (sharingIdentifier !== undefined || !grants.some(({ shareId }) => shareId === share.id)) continue
    const named = await findReader(context, catalogName)
    if (named !== undefined && isRecorded(context, record, named)) continue
    lost.push(catalogName)
    if (named === undefined) continue
    const { message, remedy } = whyNotOurs(context, named)
    findings.push(failed('strange-recipient', message, remedy))
  }
  if (lost.length === 0) return []
  const known = new Set(records.map(({ catalogName }) => catalogName.toLowerCase()))
  const readers = (await foundOrNone(context.catalog.shares.permissions(place.share))) ?? []
  for (const { principal } of readers) {
    const reader = known.has(principal.toLowerCase()) ? undefined : await findReader(context, principal)
    if (reader !== undefined && isHostedByUs(context, reader)) findings.push(renamed(reader.name, lost))
  }
  return findings
}

function renamed(now: string, [before = '', ...others]: readonly string[]): Finding {
  const names = [before, ...others].join(' or ')
  const to = others.length === 0 ? quoteIdentifier(before) : '<its name>'
  const found = failed(
    'renamed-recipient',
    `recipient ${names} is called ${now} in Unity Catalog by now: its tokens still read, and are neither told of nor rotated`,
    `take no grant from it; its owner or a metastore admin runs: ALTER RECIPIENT ${quoteIdentifier(now)} RENAME TO ${to}`,
  )
  return { ...found, recipient: now.toLowerCase() }
}
