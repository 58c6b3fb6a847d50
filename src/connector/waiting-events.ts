import { z } from 'zod'
import { isDeltaError } from '../errors.ts'
import { formatJson, parseJson } from '../json.ts'
import { createRecord, surveyRecords } from '../record/index.ts'
import { type ActivityEvent, parseActivityEvent } from './activity.ts'
import { CONNECTOR_VERSION, connectorFolder, loadConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { sha256Hex } from './digest.ts'

/** Events that were delivered together and wait to be published. */
export interface EventBatch {
  /** The digest of its events, which names it. */
  readonly name: string
  readonly events: readonly ActivityEvent[]
}

const batchShape = z.object({
  connectorVersion: z.literal(CONNECTOR_VERSION),
  name: z.string(),
  events: z.array(z.unknown()),
})

/** Events of one object: a few hundred kilobytes. */
const BATCH = 500

/**
 * Keeps events until the next publication shows them. Those of one delivery that comes again are the same objects, and an
 * event that was published is not published twice. Of a connector without an activity log none is kept, nor read.
 * @returns how many were kept.
 * @throws {DeltaError} `invalid-argument` for one that is none; those before it are kept.
 */
export async function keepEvents(
  context: ConnectorContext,
  events: AsyncIterable<object> | Iterable<object>,
): Promise<number> {
  const { config } = await loadConnectorRecord(context.store, context.id, context)
  if (config.activityLog === false) return 0
  let batch: ActivityEvent[] = []
  let count = 0
  for await (const event of events) {
    batch.push(parseActivityEvent(event))
    count++
    if (batch.length < BATCH) continue
    await keepBatch(context, batch)
    batch = []
  }
  if (batch.length > 0) await keepBatch(context, batch)
  return count
}

async function keepBatch(context: ConnectorContext, events: readonly ActivityEvent[]): Promise<void> {
  const plain = parseJson(JSON.stringify(events))
  const name = sha256Hex(formatJson(plain))
  const record = { connectorVersion: CONNECTOR_VERSION, name, events: Array.isArray(plain) ? plain : [] } as const
  await createRecord(context.store, batchKey(context.id, name), batchShape, { ...record }, () => true, context)
}

/** The events that wait. A batch that cannot be read is a warning, and stays. */
export async function loadEvents(context: ConnectorContext): Promise<EventBatch[]> {
  const { store, id, warn } = context
  const batches: EventBatch[] = []
  for (const found of await surveyRecords(store, eventsFolder(id), batchShape, context)) {
    try {
      if ('damaged' in found) warn(`events wait that cannot be read: ${found.damaged}`)
      else batches.push({ name: found.name, events: found.events.map(parseActivityEvent) })
    } catch (error) {
      if (!isDeltaError(error)) throw error
      warn(`events wait that cannot be read: ${error.message}`)
    }
  }
  return batches
}

/** Lets go of events that are published, or that nobody is to see. */
export async function dropEvents(
  { store, id, signal }: ConnectorContext,
  batches: readonly EventBatch[],
): Promise<void> {
  if (batches.length === 0) return
  await store.delete(
    batches.map(({ name }) => batchKey(id, name)),
    { signal },
  )
}

/** Lets go of all events that wait, as when the activity log is switched off: nobody is to see them, then or later. */
export async function forgetEvents({ store, id, signal }: ConnectorContext): Promise<void> {
  const keys: string[] = []
  for await (const { key } of store.list({ prefix: eventsFolder(id), signal })) keys.push(key)
  if (keys.length > 0) await store.delete(keys, { signal })
}

function eventsFolder(connectorId: string): string {
  return `${connectorFolder(connectorId)}/events/`
}

function batchKey(connectorId: string, name: string): string {
  return `${eventsFolder(connectorId)}${name}.json`
}
