import { DeltaError, isDeltaError } from '../errors.ts'
import { checkedOverlap, type Invitation } from '../manifest/index.ts'
import { type ConnectorRecord, changeConnectorRecord, checkPublishes, loadConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { emit } from './emit.ts'
import { checkCanDeliver, handOver } from './hand-over.ts'
import { withLease } from './lease.ts'
import { loadSetup } from './setup.ts'

export interface RotateOptions {
  /** Milliseconds that the tokens which are out live on: 24 hours unless said, at most 7 days. */
  readonly overlap?: number | undefined
  /** A token or link got into wrong hands: all that is out ends at once, and the recipient's record tells of it. */
  readonly isLeaked?: boolean | undefined
}

/** What may be told of a link; the link itself went to `deliver`. */
export interface Rotated {
  readonly recipient: string
  /** Until when the link can be opened. */
  readonly activationExpiresAt: string
  /** Until when the token is good that it gives. */
  readonly expiresAt: string
}

const DAY = 86_400_000

/**
 * Makes a new activation link, hands it over, and lets the tokens that are out live for a while. A link that was not opened
 * is void. Also the way out where a link was lost.
 * @throws {DeltaError} `invalid-argument` without `deliver`, for an overlap beyond 7 days, and for a connector that is not
 * set up or has ended; `unsupported` where the recipient has no token; `permission-denied` where somebody renamed it, or it may
 * not be looked at; `conflict` while it has as many tokens as it may; `unavailable` when the link was not taken: the connector is
 * undelivered, rotate again.
 */
export async function rotateConnector(
  context: ConnectorContext,
  { overlap: asked = DAY, isLeaked = false }: RotateOptions = {},
): Promise<Rotated> {
  const { store, id } = context
  const overlap = isLeaked ? 0 : checkedOverlap(asked)
  return withLease(store, id, context, async () => {
    const before = await loadConnectorRecord(store, id, context)
    checkPublishes(before)
    checkHasToken(before)
    checkCanDeliver(context)
    await checkHasItsName(context, before)
    const undelivered = (now: ConnectorRecord): ConnectorRecord =>
      now.delivery === 'undelivered' ? now : { ...now, delivery: 'undelivered' }
    const record = await changeConnectorRecord(store, id, undelivered, context)
    const invitation = await inviteAnew(context, record, { overlap, isLeaked }).catch(async (error: unknown) => {
      // Refused before anything was done: the link that was handed over last is as good as it was.
      const as =
        ({ delivery }: ConnectorRecord) =>
        (now: ConnectorRecord) => ({ ...now, delivery })
      if (isDeltaError(error, 'conflict')) await changeConnectorRecord(store, id, as(before), context)
      throw error
    })
    await handOver(context, record, invitation)
    const { name: recipient, activationExpiresAt, expiresAt } = invitation
    return { recipient, activationExpiresAt, expiresAt }
  })
}

function checkHasToken({ id, recipient: name, config: { recipient } }: ConnectorRecord): void {
  if (recipient.mode === 'token') return
  throw new DeltaError(
    'unsupported',
    `connector ${id} has nothing to rotate: recipient ${name} has no token, Databricks knows it by its metastore; deprovision the connector to end its access`,
    { feature: 'databricks' },
  )
}

/** Of a recipient that has another name by now the tokens that are out would go on, whatever was made under its own. */
async function checkHasItsName(context: ConnectorContext, record: ConnectorRecord): Promise<void> {
  const { unseen, readers } = await loadSetup(context, record)
  const [hindrance] = [...unseen, ...readers.renamed]
  if (hindrance === undefined) return
  const { message, remedy, blame } = hindrance
  throw new DeltaError('permission-denied', `connector ${record.id} was not rotated: ${message}; ${remedy}`, { blame })
}

/** Makes a link in the place of the one that waits, if any does. */
export async function inviteAnew(
  context: ConnectorContext,
  { recipient }: Pick<ConnectorRecord, 'recipient'>,
  { overlap = 0, isLeaked = false }: RotateOptions = {},
): Promise<Invitation> {
  const invitation = await context.plane.rotateRecipient({ name: recipient, overlap, isLeaked })
  const { expiresAt } = invitation
  await emit(context, 'connector_token_rotated', { recipient, expiresAt, overlap }, [expiresAt])
  return invitation
}
