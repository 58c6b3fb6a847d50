import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { isoTime, leakShape } from '../manifest/index.ts'
import { changeRecord, createRecord, listRecords, readRecord } from '../record/index.ts'
import type { PlaneContext } from './plane-context.ts'

const RECORD_VERSION = 1
const FOLDER = 'recipients/'

const grantShape = z.object({ share: z.string(), shareId: z.uuid(), grantedAt: z.iso.datetime() })

const recordShape = z.object({
  recordVersion: z.literal(RECORD_VERSION),
  /** What the plane calls it. */
  name: z.string(),
  id: z.uuid(),
  createdAt: z.iso.datetime(),
  /**
   * What Unity Catalog calls it. Of a metastore there is one recipient only, under whatever name it was made first, so
   * several of ours may be the same one there.
   */
  catalogName: z.string(),
  /** Of a recipient that is known by its metastore. */
  sharingIdentifier: z.string().optional(),
  /** Milliseconds that its tokens live. */
  tokenLifetime: z.int().positive(),
  allowedIps: z.array(z.string()),
  /** What it was granted through us: the catalog does not say through whom, and forgets with the recipient. */
  grants: z.array(grantShape),
  /** When something of it got into wrong hands and everything was cut off, oldest first. */
  leaks: z.array(leakShape).optional(),
})

/** What we know of a recipient that the catalog does not. No token and no link is in it. */
export type RecipientRecord = z.infer<typeof recordShape>

/** What a recipient is called in a catalog: what both planes allow. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/i

/** @throws {DeltaError} `invalid-argument` unless a recipient may be called this. */
export function checkRecipientName(name: string): void {
  if (NAME.test(name)) return
  throw new DeltaError(
    'invalid-argument',
    `recipient name ${JSON.stringify(name.slice(0, 80))} is not allowed on Databricks: use 1 to 64 letters, digits, "_" or "-", a letter or digit first`,
  )
}

export function newRecord(
  { runtime }: PlaneContext,
  recipient: Pick<RecipientRecord, 'name' | 'catalogName' | 'sharingIdentifier' | 'tokenLifetime' | 'allowedIps'>,
): RecipientRecord {
  const { name, catalogName, sharingIdentifier, tokenLifetime, allowedIps } = recipient
  return {
    recordVersion: RECORD_VERSION,
    name,
    id: runtime.uuid(),
    createdAt: isoTime(runtime.now()),
    catalogName,
    sharingIdentifier,
    tokenLifetime,
    allowedIps,
    grants: [],
  }
}

/** Writes a recipient down. @throws {DeltaError} `already-exists` where another has its name. */
export async function storeRecord({ ledger, runtime }: PlaneContext, record: RecipientRecord): Promise<void> {
  const isOurs = (existing: RecipientRecord): boolean => existing.id === record.id
  if (!(await createRecord(ledger, keyOf(record.name), recordShape, record, isOurs, { runtime }))) {
    throw recipientTaken(record.name)
  }
}

export async function findRecord(
  { ledger, runtime }: PlaneContext,
  name: string,
): Promise<RecipientRecord | undefined> {
  return NAME.test(name) ? readRecord(ledger, keyOf(name), recordShape, { runtime }) : undefined
}

/** @throws {DeltaError} `not-found`. */
export async function loadRecord(context: PlaneContext, name: string): Promise<RecipientRecord> {
  const record = await findRecord(context, name)
  if (record === undefined) throw noRecipient(context, name)
  return record
}

/** All recipients that were made through us, by name. */
export function listRecipientRecords({ ledger, runtime }: PlaneContext): Promise<RecipientRecord[]> {
  return listRecords(ledger, FOLDER, recordShape, { runtime })
}

/** @throws {DeltaError} `not-found`. */
export function changeRecipientRecord(
  context: PlaneContext,
  name: string,
  change: (record: RecipientRecord) => RecipientRecord,
): Promise<RecipientRecord> {
  const { ledger, runtime } = context
  if (!NAME.test(name)) return Promise.reject(noRecipient(context, name))
  return changeRecord(ledger, keyOf(name), recordShape, change, () => noRecipient(context, name), { runtime })
}

export async function deleteRecord({ ledger }: PlaneContext, name: string): Promise<void> {
  await ledger.delete([keyOf(name)])
}

export function recipientTaken(name: string): DeltaError {
  return new DeltaError(
    'already-exists',
    `could not create recipient ${JSON.stringify(name)}: there is one of that name; rotate it for a new link, or choose another name`,
  )
}

function noRecipient({ ledger }: PlaneContext, name: string): DeltaError {
  return new DeltaError(
    'not-found',
    `there is no recipient ${JSON.stringify(name)} in ${ledger.location}: list the recipients, or create it`,
  )
}

function keyOf(name: string): string {
  return `${FOLDER}${name.toLowerCase()}.json`
}
