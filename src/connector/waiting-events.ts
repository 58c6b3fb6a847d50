import { z } from 'zod'
import { DeltaError, isDeltaError, messageOf } from '../errors.ts'
import { formatJson, parseJson } from '../json.ts'
import { createRecord, surveyRecords } from '../record/index.ts'
import { type ActivityEvent, parseActivityEvent, parseEventNamed } from './activity.ts'
import { CONNECTOR_VERSION, type ConnectorRecord, connectorFolder, loadConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { deleteBelow } from './delete-below.ts'
import { sha256Hex } from './digest.ts'
import { untilAborted } from './until-aborted.ts'

/** Events that were delivered together and wait to be published. */
export interface EventBatch {
  /** The digest of its events and their `eraseEpoch`, which names it. */
  readonly name: string
  readonly events: readonly ActivityEvent[]
  /** That of the connector, when they were taken. */
  readonly eraseEpoch: number
}

const batchShape = z.object({
  connectorVersion: z.literal(CONNECTOR_VERSION),
  name: z.string(),
  events: z.array(z.string()),
  eraseEpoch: z.int().nonnegative(),
})

/** Events of one object: a few hundred kilobytes. */
const BATCH = 500

/** Events as they are kept: each as its JSON, so that its numbers keep their digits. */
type KeptBatch = z.infer<typeof batchShape>

/**
 * Takes the events of a delivery in, before anything else is done with it. Those of a connector without an activity log are
 * not read.
 * @throws {DeltaError} `invalid-argument` for one that is none, by its number, from 1.
 */
export async function takeEvents(
  context: ConnectorContext,
  events: AsyncIterable<object> | Iterable<object>,
): Promise<KeptBatch[]> {
  const { config, eraseEpoch } = await loadConnectorRecord(context.store, context.id, context)
  return config.activityLog === false ? [] : takenAt(eraseEpoch, events, context)
}

/** Events as they are kept, as taken at an `eraseEpoch` of the connector. @throws {DeltaError} as {@link takeEvents}. */
export async function takenAt(
  eraseEpoch: number,
  events: AsyncIterable<object> | Iterable<object>,
  { signal }: Pick<ConnectorContext, 'signal'>,
): Promise<KeptBatch[]> {
  const batches: KeptBatch[] = []
  let batch: string[] = []
  let count = 0
  for await (const event of untilAborted(events, signal)) {
    batch.push(textOf(event, `event ${++count} of the activity log`))
    if (batch.length < BATCH) continue
    batches.push(batchOf(batch, eraseEpoch))
    batch = []
  }
  return batch.length === 0 ? batches : [...batches, batchOf(batch, eraseEpoch)]
}

/** An event as it is read again: around its details there is one more level of nesting. */
function textOf(event: object, what: string): string {
  const text = formatJson(parseEventNamed(what, event))
  try {
    parseJson(text)
    return text
  } catch (cause) {
    throw new DeltaError(
      'invalid-argument',
      `${what} cannot be taken: ${messageOf(cause)}; send it with details that nest less`,
      { cause },
    )
  }
}

function batchOf(events: string[], eraseEpoch: number): KeptBatch {
  const name = sha256Hex(formatJson([eraseEpoch, ...events]))
  return { connectorVersion: CONNECTOR_VERSION, name, events, eraseEpoch }
}

/**
 * Keeps events until the next publication shows them. Those of one delivery that comes again are the same objects, and an
 * event that was published is not published twice.
 * @throws {DeltaError} `conflict` where events were erased since these were taken: none of them is kept.
 */
export async function keepEvents(context: ConnectorContext, batches: readonly KeptBatch[]): Promise<void> {
  const { store, id } = context
  if (batches.length === 0) return
  for (const batch of batches) {
    await createRecord(store, batchKey(id, batch.name), batchShape, batch, () => true, context)
  }
  // An erasure that begins from here on finds them.
  const { erasingEvents } = await loadConnectorRecord(store, id, context)
  if (batches.every((batch) => isTakenSince(erasingEvents, batch))) return
  await dropEvents(context, batches)
  throw new DeltaError(
    'conflict',
    `events of connector ${id} were erased while others were delivered, which may hold what went: deliver these again, without it`,
    { blame: 'kadoa' },
  )
}

/** Whether events were taken since an erasure of events began; where there was none, they were. */
export function isTakenSince(erasure: number | undefined, { eraseEpoch }: Pick<EventBatch, 'eraseEpoch'>): boolean {
  return erasure === undefined || eraseEpoch >= erasure
}

/** Whether an erasure of events is still to go through them, which has not ended: until then nobody shows them. */
export function awaitsErasure({ erasingEvents, erasedEvents }: ConnectorRecord, batch: EventBatch): boolean {
  return isTakenSince(erasedEvents, batch) && !isTakenSince(erasingEvents, batch)
}

/**
 * Of events that wait, those that may be shown: not what an erasure is still to go through. What was kept after one had gone through
 * all is let go of: whoever delivered it was told so, or died before it had an answer.
 */
export async function leaveOutErased(
  context: ConnectorContext,
  { erasingEvents, erasedEvents }: ConnectorRecord,
  batches: readonly EventBatch[],
): Promise<EventBatch[]> {
  await dropEvents(
    context,
    batches.filter((batch) => !isTakenSince(erasedEvents, batch)),
  )
  return batches.filter((batch) => isTakenSince(erasingEvents, batch))
}

/** The events that wait. A batch that cannot be read is a warning, and stays. */
export async function loadEvents(context: ConnectorContext): Promise<EventBatch[]> {
  const { store, id, warn } = context
  const batches: EventBatch[] = []
  for (const found of await surveyRecords(store, eventsFolder(id), batchShape, context)) {
    try {
      if ('damaged' in found) warn(`events wait that cannot be read: ${found.damaged}`)
      else batches.push({ ...found, events: found.events.map((text) => parseActivityEvent(parseJson(text))) })
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
  batches: readonly Pick<EventBatch, 'name'>[],
): Promise<void> {
  if (batches.length === 0) return
  await store.delete(
    batches.map(({ name }) => batchKey(id, name)),
    { signal },
  )
}

/** Lets go of all events that wait, as when the activity log is switched off: nobody is to see them, then or later. */
export async function forgetEvents(context: ConnectorContext): Promise<void> {
  await deleteBelow(context, eventsFolder(context.id))
}

function eventsFolder(connectorId: string): string {
  return `${connectorFolder(connectorId)}/events/`
}

function batchKey(connectorId: string, name: string): string {
  return `${eventsFolder(connectorId)}${name}.json`
}
