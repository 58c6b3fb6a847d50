import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import type { TableEntry } from '../manifest/index.ts'
import { canFence, type ObjectStore, parseLocation } from '../store/index.ts'
import { parseJsonBody, type SharedTableFacts } from '../wire/index.ts'
import { readBody } from './body.ts'
import { JSON_TYPE } from './error-answer.ts'
import { type Answer, answerOf } from './http.ts'
import type { Service } from './service.ts'
import { findGranted, loadingTable, type TableRequest } from './table-request.ts'

/** Reading a table in its store with credentials lent for it (PROTOCOL.md of Delta Sharing, "Directory-based access"). */

/** Milliseconds that lent credentials live at most, and at least: the store lends none for less. */
const LIFETIME = 3_600_000
const MIN_LIFETIME = 900_000

const bodyShape = z.object({ location: z.string().nullish() })

/** Where the recipient may read the table itself, for the items of lists and for metadata; nothing where it may not. */
export async function directoryFacts(
  service: Service,
  entry: TableEntry,
): Promise<Pick<SharedTableFacts, 'location' | 'accessModes'>> {
  if (service.directoryRole === undefined || !isOpen(entry)) return {}
  try {
    const { lender, location } = await service.snapshots.store(entry.location)
    return lender === undefined || !isFenced(location) ? {} : { location, accessModes: ['url', 'dir'] }
  } catch {
    // A table that cannot be opened is still listed; whoever asks for it hears why.
    return {}
  }
}

/**
 * `POST …/temporary-table-credentials`: credentials that read the table, or what of it the body names, until the token
 * ends, for an hour at most.
 * @throws {DeltaError} `unsupported` for a table that is not shared so, `invalid-argument` for a place outside of it,
 * `permission-denied` for a token that ends too soon.
 */
export async function answerCredentials(about: TableRequest): Promise<Answer> {
  const { service, caller, name, request } = about
  const { entry } = await findGranted(about)
  const asked = parseBody(await readBody(request))
  const store = await loadingTable(name, () => service.snapshots.store(entry.location))
  const { directoryRole: role } = service
  if (role === undefined || store.lender === undefined || !isOpen(entry)) throw notOpen(entry)
  const under = asked === undefined ? '' : prefixUnder(store, asked)
  const location = under === '' ? store.location : `${store.location}/${under}`
  if (!isFenced(location)) throw notOpen(entry)
  const expiresIn = Math.min(LIFETIME, caller.tokenExpiresAt - service.runtime.now())
  if (expiresIn < MIN_LIFETIME) throw tooLate()
  const { name: recipient, allowedIps: addresses } = caller.recipient
  const session = `deltaquill-${recipient}`
  const { expiresAt, ...keys } = await store.lender.lend(under, { role, session, expiresIn, addresses })
  const credentials = {
    location,
    awsTempCredentials: keys,
    expirationTime: expiresAt,
  }
  return answerOf(JSON.stringify({ credentials }), {
    headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store' },
  })
}

/** Whether all there is in the table's place may be seen: all versions, also those to come, and all partitions. */
function isOpen({ version, history, startVersion = 0, partition }: TableEntry): boolean {
  return version === 'latest' && history && startVersion === 0 && partition === undefined
}

/** Whether credentials can be cut down to the place, and to nothing beside it. */
function isFenced(location: string): boolean {
  const place = parseLocation(location)
  return place.scheme === 's3' && canFence(place.prefix)
}

/**
 * The place asked for, relative to the table's. They are compared by their segments, so that `…/orders-2` is not below
 * `…/orders`; the scheme may be Hadoop's.
 */
function prefixUnder({ location }: ObjectStore, asked: string): string {
  const root = parseLocation(location)
  const place = parseLocation(asked.replace(/^s3[an]:/i, 's3:'))
  const isSameBucket = root.scheme === 's3' && place.scheme === 's3' && root.bucket === place.bucket
  if (!isSameBucket) throw outside()
  if (place.prefix === root.prefix) return ''
  if (!place.prefix.startsWith(`${root.prefix}/`)) throw outside()
  return place.prefix.slice(root.prefix.length + 1)
}

function parseBody(body: string): string | undefined {
  const parsed = bodyShape.safeParse(body.trim() === '' ? {} : parseJsonBody(body))
  if (parsed.success) return parsed.data.location ?? undefined
  throw new DeltaError('invalid-argument', 'the body cannot be read: expected {"location": "s3://…"}, {} or nothing')
}

function notOpen({ schema, name }: TableEntry): DeltaError {
  return new DeltaError(
    'unsupported',
    `table ${schema}.${name} is not shared by directory access: query it, and read its files by their URLs`,
    { feature: 'directory access' },
  )
}

function outside(): DeltaError {
  return new DeltaError('invalid-argument', 'location must be the location of the table, or a place below it')
}

function tooLate(): DeltaError {
  return new DeltaError(
    'permission-denied',
    `the bearer token ends in less than ${MIN_LIFETIME / 60_000} minutes, for which no credentials can be lent: query the table, or ask your share provider for a new activation link`,
  )
}
