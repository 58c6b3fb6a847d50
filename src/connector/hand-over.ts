import { DeltaError, messageOf } from '../errors.ts'
import type { Invitation } from '../manifest/index.ts'
import { type ConnectorRecord, changeConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { emit } from './emit.ts'
import { sharesOnDatabricks } from './recipient-shape.ts'

/** @throws {DeltaError} `invalid-argument` where nobody would take the link, before there is one. */
export function checkCanDeliver({ id, deliver }: ConnectorContext): void {
  if (deliver !== undefined) return
  throw new DeltaError(
    'invalid-argument',
    `connector ${id} makes an activation link, which is kept nowhere: say where it goes, by the option deliver`,
  )
}

/**
 * Hands a link over, once, and then writes down that it was. Whoever dies in between leaves the connector undelivered.
 * @throws {DeltaError} `unavailable` when it was not taken; the error of `deliver` is told of by its message, without the
 * link, and is no cause of this one, for it may hold more of it.
 */
export async function handOver(
  context: ConnectorContext,
  record: ConnectorRecord,
  invitation: Invitation,
): Promise<ConnectorRecord> {
  const { id, deliver } = context
  const contact = contactOf(record)
  try {
    await deliver?.(invitation, { contact })
  } catch (error) {
    const reason = messageOf(error).replaceAll(invitation.activationCode, '<the code>')
    // With the link that nobody has, there are as many tokens as Databricks allows where one is out.
    const how = sharesOnDatabricks(record.config)
      ? 'rotate for another with an overlap of 0 (connector rotate --overlap 0s), which ends the token that is out'
      : 'rotate for another'
    throw new DeltaError(
      'unavailable',
      `the activation link of connector ${id} was not delivered: ${reason}; the link is lost, ${how}`,
    )
  }
  return delivered(context, record, invitation.activationExpiresAt)
}

/** Writes down that the recipient has all that it needs: one that is known by its metastore reads the share without a link. */
export function needsNoLink(context: ConnectorContext, record: ConnectorRecord): Promise<ConnectorRecord> {
  return delivered(context, record, contactOf(record))
}

async function delivered(
  context: ConnectorContext,
  record: ConnectorRecord,
  identity: string,
): Promise<ConnectorRecord> {
  const { store, id } = context
  const set = (now: ConnectorRecord): ConnectorRecord =>
    now.delivery === 'delivered' ? now : { ...now, delivery: 'delivered' }
  const next = await changeConnectorRecord(store, id, set, context)
  const { recipient } = record
  await emit(context, 'connector_activation_delivered', { recipient, contact: contactOf(record) }, [identity])
  return next
}

function contactOf({ config: { recipient } }: ConnectorRecord): string {
  return recipient.mode === 'token' ? recipient.contact : recipient.sharingIdentifier
}
