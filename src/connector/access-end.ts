import { type ConnectorRecord, changeConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { emit } from './emit.ts'

const DAY = 86_400_000

/** So many days before the access of a recipient ends that is told of, the nearest last. */
const DAYS_TOLD = [30, 7, 1] as const

/** The least of {@link DAYS_TOLD} that is left, or more than is left; undefined while the end is further away. */
export function daysToEnd(endsAt: string, now: number): (typeof DAYS_TOLD)[number] | undefined {
  return DAYS_TOLD.findLast((days) => Date.parse(endsAt) <= now + days * DAY)
}

/**
 * Tells that the access of the recipient ends, where another of the {@link DAYS_TOLD} has come since that was told last. It
 * is written down after that: whoever dies in between is followed by somebody who tells it again, under the same id.
 */
export async function tellOfEnd(context: ConnectorContext, record: ConnectorRecord): Promise<void> {
  const { plane, store, id, runtime, onEvent } = context
  const { recipient, config, endTold } = record
  if (onEvent === undefined || config.recipient.mode !== 'token') return
  const { endsAt: expiresAt } = await plane.showRecipient(recipient)
  const withinDays = expiresAt && daysToEnd(expiresAt, runtime.now())
  if (!expiresAt || !withinDays) return
  if (endTold?.expiresAt === expiresAt && endTold.withinDays <= withinDays) return
  await emit(context, 'connector_access_ending', { recipient, expiresAt, withinDays }, [expiresAt, withinDays])
  await changeConnectorRecord(store, id, (now) => ({ ...now, endTold: { expiresAt, withinDays } }), context)
}
