import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { changeRecord, createRecord, type RecordOptions, readRecord } from '../record/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { connectorConfigShape } from './config.ts'

/** The version of the shape of every record of a connector. */
export const CONNECTOR_VERSION = 1

/**
 * How far the rollout of a connector is. It publishes once its share was verified while it was empty; all history is brought
 * in only after one live delivery was published and read back as the recipient; an ended connector publishes nothing any
 * more.
 */
const PHASES = [
  'provisioning',
  'provisioned',
  'verified-empty',
  'first-delivery-verified',
  'backfilling',
  'live',
  'ended',
] as const

export type Phase = (typeof PHASES)[number]

const connectorRecordShape = z.object({
  connectorVersion: z.literal(CONNECTOR_VERSION),
  id: z.string(),
  config: connectorConfigShape,
  /** The share, and the id by which it is told from another one of its name; null until it is made. */
  share: z.object({ name: z.string(), id: z.string().nullable() }),
  recipient: z.string(),
  /** The schema in the share. */
  schema: z.string(),
  phase: z.enum(PHASES),
  /** Whether the activation link was handed over, where one is needed; the link itself is kept nowhere. */
  delivery: z.enum(['undelivered', 'delivered']),
  /** Goes up with every erasure: what was staged before one is never committed after it. */
  eraseEpoch: z.int().nonnegative(),
  /** The newest erasure of each workflow that had one, by its id; `*` stands for all. */
  erased: z.record(z.string(), z.int().nonnegative()).exactOptional(),
  /**
   * The `eraseEpoch` with which the newest erasure of events began, and that of the newest that came to its end: events that were
   * taken before it may hold what was erased, and wait until it has gone through them.
   */
  erasingEvents: z.int().nonnegative().exactOptional(),
  erasedEvents: z.int().nonnegative().exactOptional(),
  /** Whether its configuration was changed, and the share not brought in line with it yet. */
  isUpdating: z.literal(true).exactOptional(),
  /** How many updates were begun: tells one from the next, and is the same for whoever goes on with one. */
  updates: z.int().nonnegative().exactOptional(),
  /** What was told last of when the access of its recipient ends, so that it is told once. */
  endTold: z.object({ expiresAt: z.iso.datetime(), withinDays: z.int().positive() }).exactOptional(),
  createdAt: z.iso.datetime(),
})

/** What is known of a connector beside what its share says; no secret. */
export type ConnectorRecord = Readonly<z.infer<typeof connectorRecordShape>>

const FOLDER = 'connectors/'

/** Where everything that belongs to a connector and is no table lies: no slash at the end. */
export function connectorFolder(id: string): string {
  return `${FOLDER}${id}`
}

function connectorKey(id: string): string {
  return `${connectorFolder(id)}/connector.json`
}

/** Writes a connector down that is new. @throws {DeltaError} `already-exists`. */
export async function createConnectorRecord(
  store: ObjectStore,
  record: ConnectorRecord,
  options: RecordOptions,
): Promise<void> {
  const isOurs = (existing: ConnectorRecord): boolean =>
    existing.share.id === record.share.id && existing.createdAt === record.createdAt
  if (await createRecord(store, connectorKey(record.id), connectorRecordShape, record, isOurs, options)) return
  throw new DeltaError(
    'already-exists',
    `could not provision connector ${record.id}: ${store.location} has one of that id; update it, or choose another id`,
  )
}

/** A connector's record, `undefined` where there is none. */
export function findConnectorRecord(
  store: ObjectStore,
  id: string,
  options: RecordOptions,
): Promise<ConnectorRecord | undefined> {
  return readRecord(store, connectorKey(id), connectorRecordShape, options)
}

/** @throws {DeltaError} `not-found` where there is no such connector, or no such bucket. */
export async function loadConnectorRecord(
  store: ObjectStore,
  id: string,
  options: RecordOptions,
): Promise<ConnectorRecord> {
  const record = await findConnectorRecord(store, id, options)
  if (record !== undefined) return record
  // A bucket that is not there has no connector either, and only its listing says which of the two it is.
  for await (const _ of store.list({ prefix: connectorKey(id), signal: options.signal })) break
  throw noConnector(store, id)
}

/** Changes a connector's record by compare-and-swap. @throws {DeltaError} `not-found`. */
export function changeConnectorRecord(
  store: ObjectStore,
  id: string,
  change: (record: ConnectorRecord) => ConnectorRecord,
  options: RecordOptions,
): Promise<ConnectorRecord> {
  const missing = (): DeltaError => noConnector(store, id)
  return changeRecord(store, connectorKey(id), connectorRecordShape, change, missing, options)
}

/** A phase further on, never back: several processes may say so in any order. */
export function reached(record: ConnectorRecord, phase: Phase): ConnectorRecord {
  return PHASES.indexOf(phase) > PHASES.indexOf(record.phase) ? { ...record, phase } : record
}

/** Whether a connector has come as far as a phase. */
export function hasReached(record: ConnectorRecord, phase: Phase): boolean {
  return PHASES.indexOf(record.phase) >= PHASES.indexOf(phase)
}

/** @throws {DeltaError} `invalid-argument` for a connector that does not publish: not yet, or not any more. */
export function checkPublishes(record: ConnectorRecord): void {
  const { id } = record
  if (hasReached(record, 'ended')) {
    throw new DeltaError(
      'invalid-argument',
      `connector ${id} has ended: it publishes nothing any more; provision another`,
    )
  }
  if (!hasReached(record, 'verified-empty')) {
    throw new DeltaError('invalid-argument', `connector ${id} is not set up to its end: provision it again, to go on`)
  }
}

/** @throws {DeltaError} `invalid-argument` for a connector that takes no history yet: no live delivery was verified. */
export function checkBackfills(record: ConnectorRecord): void {
  if (hasReached(record, 'first-delivery-verified')) return
  throw new DeltaError(
    'invalid-argument',
    `connector ${record.id} cannot be backfilled: no live delivery of it was published and verified yet; publish one run first, then backfill`,
    { blame: 'kadoa' },
  )
}

/** Whether the runs of a workflow are shared. */
export function isSelected({ config }: Pick<ConnectorRecord, 'config'>, workflowId: string): boolean {
  return config.workflows === 'all' || config.workflows.includes(workflowId)
}

/** Rows of a workflow that were staged before this erasure may hold what was erased. */
export function erasureOf({ erased = {} }: Pick<ConnectorRecord, 'erased'>, workflowId: string): number {
  return Math.max(erased[workflowId] ?? 0, erased['*'] ?? 0)
}

function noConnector(store: ObjectStore, id: string): DeltaError {
  return new DeltaError(
    'not-found',
    `there is no connector ${JSON.stringify(id)} in ${store.location}: provision it, or look at the root`,
  )
}
