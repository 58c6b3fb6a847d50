import { DeltaError, foundOrNone } from '../errors.ts'
import { type Invitation, isoTime, type RecipientInfo, type Share } from '../manifest/index.ts'
import { sameJson } from '../record/index.ts'
import { type ConnectorConfig, connectorNames, parseConnectorConfig } from './config.ts'
import {
  CONNECTOR_VERSION,
  type ConnectorRecord,
  changeConnectorRecord,
  createConnectorRecord,
  findConnectorRecord,
  hasReached,
  reached,
} from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { emit } from './emit.ts'
import { checkFindings } from './finding.ts'
import { checkCanDeliver, handOver, needsNoLink } from './hand-over.ts'
import { withLease } from './lease.ts'
import { sharesOnDatabricks } from './recipient-shape.ts'
import { inviteAnew } from './rotate.ts'
import { inspectPlane } from './setup.ts'
import { verifyEmpty } from './verify-empty.ts'

const DAY = 86_400_000

/**
 * Sets up what a connector publishes on: a share of its own without tables, a recipient of its own, and the grant; verifies
 * them while the share is still empty; then hands the activation link over, where the recipient takes one. Each step finds
 * what an earlier attempt left, so provisioning again with the same configuration goes on wherever the one before died. A link
 * that was not handed over is void once another is made. Until the recipient is made, another configuration for a share in the same
 * place takes the place of the one before, which may have named somebody whom the plane does not know.
 * @throws {DeltaError} `already-exists` for a connector that has another configuration by then, or where somebody else has its share
 * or recipient; `invalid-argument` without `deliver`, and for a connector that has ended; `permission-denied` where the plane
 * is not ready for it, or it does not pass (`details.problems`); `unavailable` when the link was not taken; `unsupported` for a recipient on Databricks,
 * which takes another plane.
 */
export async function provisionConnector(context: ConnectorContext, given: ConnectorConfig): Promise<ConnectorRecord> {
  const { store, id } = context
  const config = checkedConfig(context, given)
  if (config.recipient.mode === 'token') checkCanDeliver(context)
  return withLease(store, id, context, async () => {
    const found = await findProvisioned(context, config)
    if (found !== undefined && hasReached(found, 'verified-empty') && found.delivery === 'delivered') return found
    await checkPlane(context, config)
    const started = await begun(context, found, config)
    // Known by its metastore, it is made first: for one that the plane does not take there is to be no share.
    if (config.recipient.mode === 'databricks') await ensureKnown(context, started)
    const record = await ensureShare(context, started)
    const invitation = await ensureRecipient(context, record)
    const verified = await ensureVerified(context, record)
    if (invitation !== undefined) return handOver(context, verified, invitation)
    return config.recipient.mode === 'token' ? verified : needsNoLink(context, verified)
  })
}

function checkedConfig({ id, plane }: ConnectorContext, given: ConnectorConfig): ConnectorConfig {
  const { config } = parseConnectorConfig(given)
  if (config.connectorId !== id) {
    throw new DeltaError(
      'invalid-argument',
      `connector ${id} cannot be provisioned: the configuration is that of connector ${config.connectorId}`,
    )
  }
  if (config.recipient.mode === 'token' || plane.promises.metastores) return config
  throw new DeltaError(
    'unsupported',
    `connector ${id} cannot be provisioned: this plane has no recipients on Databricks; take the plane of a Databricks workspace, or a recipient by token`,
    { feature: 'databricks' },
  )
}

/** What is wanting on the plane is told before anything is made on it. @throws {DeltaError} `permission-denied`. */
async function checkPlane(context: ConnectorContext, config: ConnectorConfig): Promise<void> {
  const { share } = connectorNames(config)
  const findings = await inspectPlane(context, { config, share: { name: share } })
  await checkFindings(context, findings, { stage: 'plane', failure: 'cannot be provisioned' })
}

/** What an earlier attempt left, and may be gone on with by a configuration. */
async function findProvisioned(
  context: ConnectorContext,
  config: ConnectorConfig,
): Promise<ConnectorRecord | undefined> {
  const { store, id } = context
  const found = await findConnectorRecord(store, id, context)
  if (found === undefined) return undefined
  if (found.phase === 'ended') {
    throw new DeltaError('invalid-argument', `connector ${id} has ended: provision one of another id`)
  }
  if (sameJson(found.config, config) || (await mayCorrect(context, found, config))) return found
  const way = hasReached(found, 'verified-empty')
    ? 'update it'
    : 'provision it to its end with that one and then update it, deprovision it'
  throw new DeltaError(
    'already-exists',
    `could not provision connector ${id}: it is there with another configuration; ${way}, or choose another id`,
  )
}

/** Nobody was let in yet, and the share that there may be already is where it is to be. */
async function mayCorrect(
  { plane }: ConnectorContext,
  found: ConnectorRecord,
  config: ConnectorConfig,
): Promise<boolean> {
  if (hasReached(found, 'provisioned') || !sameJson(placeOf(found.config), placeOf(config))) return false
  return (await foundOrNone(plane.showRecipient(found.recipient))) === undefined
}

function placeOf(config: ConnectorConfig): readonly unknown[] {
  const { catalog, databricks, storage } = config
  return [sharesOnDatabricks(config), catalog, databricks?.host, storage?.root]
}

async function begun(
  context: ConnectorContext,
  found: ConnectorRecord | undefined,
  config: ConnectorConfig,
): Promise<ConnectorRecord> {
  if (found === undefined) return begin(context, config)
  if (sameJson(found.config, config)) return found
  const { schema } = connectorNames(config)
  return changeConnectorRecord(context.store, context.id, (now) => ({ ...now, config, schema }), context)
}

/** Writes the intent down before anything is made, so that what is found later is known to be the connector's own. */
async function begin(context: ConnectorContext, config: ConnectorConfig): Promise<ConnectorRecord> {
  const { store, id, runtime } = context
  const { share, recipient, schema } = connectorNames(config)
  await checkFree(context, share, recipient)
  const record: ConnectorRecord = {
    connectorVersion: CONNECTOR_VERSION,
    id,
    config,
    share: { name: share, id: null },
    recipient,
    schema,
    phase: 'provisioning',
    delivery: 'undelivered',
    eraseEpoch: 0,
    createdAt: isoTime(runtime.now()),
  }
  await createConnectorRecord(store, record, context)
  return record
}

async function checkFree({ plane, id }: ConnectorContext, share: string, recipient: string): Promise<void> {
  const [existing, other] = await Promise.all([
    foundOrNone(plane.loadShare(share)),
    foundOrNone(plane.showRecipient(recipient)),
  ])
  if (existing !== undefined) throw taken(id, `share ${share}`)
  if (other !== undefined) throw taken(id, `recipient ${recipient}`)
}

function taken(id: string, what: string): DeltaError {
  return new DeltaError(
    'already-exists',
    `could not provision connector ${id}: there is a ${what}, of somebody else; choose another id, or drop it first`,
  )
}

/** Makes the share, or takes the one on that an earlier attempt made and did not come to write down. */
async function ensureShare(context: ConnectorContext, record: ConnectorRecord): Promise<ConnectorRecord> {
  const { store, id, plane } = context
  if (record.share.id !== null) return record
  const { name } = record.share
  const comment = `Kadoa connector ${id}`
  const found = await foundOrNone(plane.loadShare(name))
  const share = found === undefined ? await plane.createShare({ name, comment }) : adopted(record, found, comment)
  const known = (now: ConnectorRecord): ConnectorRecord =>
    now.share.id === null ? { ...now, share: { name, id: share.id } } : now
  return changeConnectorRecord(store, id, known, context)
}

function adopted({ id }: ConnectorRecord, share: Share, comment: string): Share {
  if (share.comment === comment && share.tables.length === 0) return share
  throw taken(id, `share ${share.name}`)
}

async function ensureKnown(context: ConnectorContext, record: ConnectorRecord): Promise<void> {
  if ((await foundOrNone(context.plane.showRecipient(record.recipient))) === undefined) await invite(context, record)
}

/**
 * Makes the recipient and lets it read the share.
 * @returns the link that is to be handed over; undefined where an earlier one was opened, so that somebody has it.
 */
async function ensureRecipient(context: ConnectorContext, record: ConnectorRecord): Promise<Invitation | undefined> {
  const { plane, id } = context
  const { recipient: name, share } = record
  const found = await foundOrNone(plane.showRecipient(name))
  if (found?.shares.some((other) => other !== share.name)) throw taken(id, `recipient ${name}`)
  if (found !== undefined && found.tokens.length > 0) {
    context.warn(`connector ${id}: recipient ${name} has a token already, so no other link was made; rotate for one`)
    return undefined
  }
  const invitation = await (found === undefined ? invite(context, record) : inviteAgain(context, record, found))
  await plane.grantShare({ recipient: name, share: share.name })
  await emit(context, 'connector_grant_added', { recipient: name, share: share.name }, [share.id])
  return invitation
}

async function invite(
  context: ConnectorContext,
  { recipient: name, config }: ConnectorRecord,
): Promise<Invitation | undefined> {
  const { recipient: terms } = config
  const options =
    terms.mode === 'token'
      ? { expiresIn: terms.lifetimeDays * DAY, allowedIps: terms.ipAllowList }
      : { sharingIdentifier: terms.sharingIdentifier }
  const invitation = await context.plane.createRecipient({ name, ...options })
  const expiresAt = invitation?.expiresAt ?? null
  await emit(context, 'connector_recipient_created', { recipient: name, expiresAt }, [expiresAt ?? name])
  return invitation
}

/** A link in the place of the one that was lost, where the recipient shows a token. */
async function inviteAgain(
  context: ConnectorContext,
  record: ConnectorRecord,
  { sharingIdentifier }: RecipientInfo,
): Promise<Invitation | undefined> {
  return sharingIdentifier === undefined ? inviteAnew(context, record) : undefined
}

async function ensureVerified(context: ConnectorContext, record: ConnectorRecord): Promise<ConnectorRecord> {
  const { store, id } = context
  if (hasReached(record, 'verified-empty')) return record
  const provisioned = await changeConnectorRecord(store, id, (now) => reached(now, 'provisioned'), context)
  await verifyEmpty(context, provisioned)
  return changeConnectorRecord(store, id, (now) => reached(now, 'verified-empty'), context)
}
