import { isDeltaError } from '../errors.ts'
import { foldName, type Share, type TableEntry } from '../manifest/index.ts'
import type { AuditRecord } from './audit-record.ts'
import type { Caller } from './authenticate.ts'
import { noteError } from './call.ts'
import { grantedShare, notThere } from './catalog.ts'
import { directoryFacts } from './directory-access.ts'
import { JSON_TYPE } from './error-answer.ts'
import { type Answer, answerOf } from './http.ts'
import { type PageRequest, pageOf } from './page.ts'
import type { Service } from './service.ts'

/** Answers to the five requests that list and show what is shared (PROTOCOL.md of Delta Sharing, "List Shares" to "List all Tables"). */

/** A share whose object is damaged is left out, and noted: it hides no other. */
export async function listShares(
  service: Service,
  { recipient }: Caller,
  request: PageRequest,
  record: AuditRecord,
): Promise<Answer> {
  const granted = recipient.grants.map((grant) => grant.share).sort(byName)
  const page = await pageOf(granted, foldName, request, { ...service, scope: scopeOf(recipient.id, 'shares') })
  const shares = await Promise.all(
    page.items.map((share) =>
      findGranted(service, { recipient }, share).catch((error: unknown) => {
        if (!isDeltaError(error, 'invalid-data')) throw error
        noteError(record, error)
        return undefined
      }),
    ),
  )
  return json({ ...page, items: shares.filter((share) => share !== undefined).map(shareItem) })
}

export async function getShare(service: Service, { recipient }: Caller, name: string): Promise<Answer> {
  return json({ share: shareItem(await grantedShare(service.directory, recipient, { share: name })) })
}

export async function listSchemas(
  service: Service,
  { recipient }: Caller,
  name: string,
  request: PageRequest,
): Promise<Answer> {
  const share = await grantedShare(service.directory, recipient, { share: name })
  const schemas = new Map(share.tables.map((table) => [foldName(table.schema), table.schema]))
  const scope = scopeOf(recipient.id, 'schemas', share.id)
  const page = await pageOf([...schemas.values()].sort(byName), foldName, request, { ...service, scope })
  return json({ ...page, items: page.items.map((schema) => ({ name: schema, share: share.name })) })
}

/** Tables of one schema, or of all where `schema` is left out. */
export async function listTables(
  service: Service,
  { recipient }: Caller,
  name: { readonly share: string; readonly schema?: string },
  request: PageRequest,
): Promise<Answer> {
  const { schema } = name
  const isWanted = (table: TableEntry): boolean => schema === undefined || foldName(table.schema) === foldName(schema)
  const share = await grantedShare(service.directory, recipient, name, (known) => known.tables.some(isWanted))
  const tables = share.tables.filter(isWanted).sort((a, b) => compare(tableKey(a), tableKey(b)))
  if (schema !== undefined && tables.length === 0) throw notThere(name)
  const scope = scopeOf(recipient.id, 'tables', share.id, schema === undefined ? '' : foldName(schema))
  const page = await pageOf(tables, tableKey, request, { ...service, scope })
  return json({ ...page, items: await Promise.all(page.items.map((table) => tableItem(service, share, table))) })
}

/** A granted share, or nothing where it was dropped since. */
async function findGranted(
  service: Service,
  { recipient }: Pick<Caller, 'recipient'>,
  share: string,
): Promise<Share | undefined> {
  const found = await service.directory.share(share, () => true)
  return found && recipient.grants.some((grant) => grant.shareId === found.id) ? found : undefined
}

function shareItem({ name, id, displayName, comment, properties }: Share): object {
  return { name, id, displayName, comment, properties }
}

async function tableItem(service: Service, share: Share, table: TableEntry): Promise<object> {
  const { name, schema, id } = table
  return { name, schema, share: share.name, shareId: share.id, id, ...(await directoryFacts(service, table)) }
}

/** A dot sorts before letters and cannot stand in either name. */
function tableKey({ schema, name }: TableEntry): string {
  return `${foldName(schema)}.${foldName(name)}`
}

function byName(a: string, b: string): number {
  return compare(foldName(a), foldName(b))
}

/** By UTF-16 units, as the keys of page tokens are compared. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function scopeOf(...parts: readonly string[]): string {
  return parts.join('\n')
}

/** One line: the official Python client reads no further. */
function json(value: object): Answer {
  return answerOf(JSON.stringify(value), { headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store' } })
}
