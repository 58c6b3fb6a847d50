import { DeltaError } from '../errors.ts'
import { sameJson } from '../record/index.ts'
import { type ConnectorConfig, parseConnectorConfig } from './config.ts'
import { type ConnectorRecord, changeConnectorRecord, checkPublishes, loadConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { emit } from './emit.ts'
import { attemptSwap } from './publish/attempts.ts'
import { loadFence } from './publish/fence.ts'
import { publishWaiting } from './publish/generation.ts'
import { checkLogComing } from './publish/hindrance.ts'
import { type Reshown, reshow } from './publish/reshow.ts'
import { checkTerms } from './setup.ts'

/** What became of the share when the configuration changed. */
export interface Updated extends Reshown {
  readonly record: ConnectorRecord
}

const DAY = 86_400_000

/**
 * Gives a connector another configuration, and brings its share in line with it at once: tables of workflows that are not
 * selected any more leave it, with their events; those of workflows that are selected again come back, with the runs that
 * were published before; `ACTIVITY_LOG` comes and goes, and begins empty; latest tables are written anew by another
 * `latestMode`. The recipient gets its new terms: addresses at once, the lifetime with the next link. Checks and the name of the
 * contact hold from the next publication on.
 *
 * The configuration is written first, and the share moves a generation, so that whoever publishes by the old one begins
 * again. Called again after a crash it goes on, and tells the same event. With the configuration that the connector has, only
 * what does not follow it is changed, and where all does, nothing.
 * @returns whether anything changed (`isChanged`).
 * @throws {DeltaError} `invalid-argument` naming what may never change, and for a connector that is not set up or has ended;
 * `conflict` when others were always faster: call it again.
 */
export async function updateConnector(context: ConnectorContext, given: ConnectorConfig): Promise<Updated> {
  const { config } = parseConnectorConfig(given)
  const before = await loadConnectorRecord(context.store, context.id, context)
  checkPublishes(before)
  checkUnchanged(before.config, config)
  return bringInLine(context, before.share.name, config)
}

/**
 * Goes on with an update that has not ended, by the configuration that the connector has by then.
 * @throws {DeltaError} as {@link updateConnector}.
 */
export async function finishUpdate(context: ConnectorContext): Promise<Updated> {
  const record = await loadConnectorRecord(context.store, context.id, context)
  checkPublishes(record)
  return bringInLine(context, record.share.name)
}

/** @param given the configuration from now on; unless given, the one that the connector has. */
async function bringInLine(context: ConnectorContext, shareName: string, given?: ConnectorConfig): Promise<Updated> {
  const { store, id } = context
  // Where everybody sees the newest version, what waits may be in the latest tables already: those must not go back.
  if (!context.plane.promises.pinned) await publishWaiting(context, shareName)
  const { begun, ...reshown } = await attemptSwap(context, async () => {
    if (given !== undefined) await rehearse(context, shareName, given)
    const begun = await beginUpdate(context, given)
    const { isUpdating: touch = false } = begun
    if (touch) await ensureTerms(context, begun)
    return { begun, ...(await reshow(context, shareName, { touch })) }
  })
  const { generation, added, removed, isChanged } = reshown
  const { isUpdating, updates = 0 } = begun
  // Before it is written down that it has ended: whoever goes on with it tells it again.
  const identity = isUpdating ? ['update', updates] : [generation]
  if (isChanged) await emit(context, 'connector_updated', { generation, added, removed }, identity)
  const record = isUpdating ? await changeConnectorRecord(store, id, (now) => ended(now, updates), context) : begun
  return { record, ...reshown }
}

/** Holds an update to what would stand against it later, when every publication would, before it is written down. */
async function rehearse(context: ConnectorContext, shareName: string, config: ConnectorConfig): Promise<void> {
  if (context.plane.promises.pinned) return
  const { share, record } = await loadFence(context, shareName)
  await checkLogComing(context, { share, record: { ...record, config } })
}

/** Writes down what is about to be changed, unless all follows the configuration or that is written down already. */
async function beginUpdate(context: ConnectorContext, given: ConnectorConfig | undefined): Promise<ConnectorRecord> {
  const { store, id } = context
  const before = await loadConnectorRecord(store, id, context)
  const areTermsSet = await hasTerms(context, { ...before, config: given ?? before.config })
  const begin = (now: ConnectorRecord): ConnectorRecord => {
    const { config: current, isUpdating = false, updates = 0 } = now
    const config = given ?? current
    if (sameJson(current, config) && (isUpdating || areTermsSet)) return now
    return { ...now, config, isUpdating: true, updates: updates + 1 }
  }
  return changeConnectorRecord(store, id, begin, context)
}

/** One that another followed has not ended with it. */
function ended(now: ConnectorRecord, update: number): ConnectorRecord {
  const { isUpdating, ...record } = now
  return isUpdating && (now.updates ?? 0) === update ? record : now
}

/** @throws {DeltaError} `not-found` where the recipient is gone. */
async function hasTerms(
  { plane }: ConnectorContext,
  record: Pick<ConnectorRecord, 'config' | 'recipient'>,
): Promise<boolean> {
  return record.config.recipient.mode !== 'token' || checkTerms(record, await plane.showRecipient(record.recipient)).ok
}

async function ensureTerms(context: ConnectorContext, record: ConnectorRecord): Promise<void> {
  const { recipient: name, config } = record
  const { recipient: terms } = config
  if (terms.mode !== 'token' || (await hasTerms(context, record))) return
  const { plane } = context
  await plane.setRecipient({ name, expiresIn: terms.lifetimeDays * DAY, allowedIps: terms.ipAllowList ?? [] })
}

/** What names things or decides how tables look that recipients have: each by its path. */
function checkUnchanged(before: ConnectorConfig, after: ConnectorConfig): void {
  const [was, is] = [fixedOf(before), fixedOf(after)]
  const path = Object.keys(was).find((name) => was[name] !== is[name])
  if (path === undefined) return
  throw new DeltaError(
    'invalid-argument',
    `connector ${before.connectorId} cannot be updated: ${path} never changes, ${wayBack(was[path], is[path])}`,
  )
}

/** What a setting was, and what to do with a file that says something else, or nothing. */
function wayBack(was: string | undefined, is: string | undefined): string {
  const [found, keep] =
    was === undefined ? ['it was left unsaid', 'leave it so'] : [`it is ${JSON.stringify(was)}`, 'say it so']
  return `${found}; ${keep}, or provision another connector ${is === undefined ? 'without it' : `for ${JSON.stringify(is)}`}`
}

function fixedOf(config: ConnectorConfig): { readonly [path: string]: string | undefined } {
  const { connectorId, teamId, recipient, schema, catalog, money, nested, lineage, storage } = config
  return {
    connectorId,
    teamId,
    'recipient.mode': recipient.mode,
    'recipient.servedBy': recipient.mode === 'token' ? recipient.servedBy : undefined,
    'recipient.sharingIdentifier': recipient.mode === 'databricks' ? recipient.sharingIdentifier : undefined,
    schema,
    catalog,
    money,
    nested,
    lineage,
    'storage.root': storage?.root,
  }
}
