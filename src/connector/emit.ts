import { DeltaError, messageOf } from '../errors.ts'
import { formatJson } from '../json.ts'
import { isoTime } from '../manifest/index.ts'
import type { ConnectorContext } from './context.ts'
import { sha256Hex } from './digest.ts'
import type { ConnectorEvent, EventData, EventType } from './event.ts'

/** Milliseconds that a sink has to take an event: as long as it has one, others may wait to publish. */
const PATIENCE = 60_000

/**
 * Tells of something that happened. Nothing depends on it: an event that cannot be delivered, or not within a minute, is a warning.
 * @param identity what tells this happening from others of its type. Told again, by whoever goes on after a crash, it is
 * the same event.
 */
export async function emit<T extends EventType>(
  context: ConnectorContext,
  eventType: T,
  data: EventData[T],
  identity: readonly (string | number | null)[],
): Promise<void> {
  const { id: connectorId, onEvent, warn } = context
  if (onEvent === undefined) return
  const eventId = sha256Hex(formatJson([connectorId, eventType, ...identity]))
  const timestamp = isoTime(context.runtime.now())
  try {
    await inTime(context, () => onEvent(envelope(eventType, timestamp, { eventId, connectorId, ...data })))
  } catch (error) {
    warn(`event ${eventType} (${eventId}) was not delivered: ${messageOf(error)}`)
  }
}

async function inTime({ runtime }: ConnectorContext, take: () => void | Promise<void>): Promise<void> {
  let stop = (): void => {}
  const late = new Promise<never>((_, reject) => {
    stop = runtime.alarm(PATIENCE, () =>
      reject(new DeltaError('unavailable', 'whoever takes it did not come to an end')),
    )
  })
  try {
    await Promise.race([take(), late])
  } finally {
    stop()
  }
}

/** The compiler does not see that one type of event is one of them. */
function envelope<T extends EventType>(
  eventType: T,
  timestamp: string,
  data: { readonly eventId: string; readonly connectorId: string } & EventData[T],
): ConnectorEvent {
  return { eventType, timestamp, data } as ConnectorEvent
}
