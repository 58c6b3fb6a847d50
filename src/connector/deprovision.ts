import { DeltaError, foundOrNone } from '../errors.ts'
import {
  type ConnectorRecord,
  changeConnectorRecord,
  connectorFolder,
  loadConnectorRecord,
  reached,
} from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { deleteBelow } from './delete-below.ts'
import { emit } from './emit.ts'
import { withLease } from './lease.ts'
import { tablesFolder, tablesRoot } from './table-place.ts'

/** How often it is looked whether more was written since, at most, and how many milliseconds after the look before. */
const MORE_LOOKS = 5
const PAUSE = 1000

export interface DeprovisionOptions {
  /**
   * Also deletes the connector's tables, journal, staged files and whatever else it kept, but for the record that says that
   * it has ended. Default: false, all of it stays.
   */
  readonly purge?: boolean | undefined
}

/**
 * Ends a connector: it publishes nothing from the first step on; then its recipient and its share are dropped. Ending it
 * again goes on where the one before died.
 * @returns its record, `ended`.
 * @throws {DeltaError} `not-found`; `conflict` when another share shows one of the tables that are to be deleted.
 */
export async function deprovisionConnector(
  context: ConnectorContext,
  { purge = false }: DeprovisionOptions = {},
): Promise<ConnectorRecord> {
  const { store, id } = context
  await loadConnectorRecord(store, id, context)
  return withLease(store, id, context, async () => {
    const record = await changeConnectorRecord(store, id, (now) => reached(now, 'ended'), context)
    if (purge) await checkSharedByNobodyElse(context, record)
    await dropRecipient(context, record)
    await dropShare(context, record)
    if (purge) await deleteAll(context)
    const { share, recipient } = record
    await emit(context, 'connector_deprovisioned', { share: share.name, recipient, purged: purge }, [share.id])
    return record
  })
}

/** First the recipient: without it nobody reads the share. One that reads other shares too is somebody else's by now. */
async function dropRecipient({ plane, id, warn }: ConnectorContext, record: ConnectorRecord): Promise<void> {
  const { recipient: name, share } = record
  const [found, owned] = await Promise.all([foundOrNone(plane.showRecipient(name)), isOwnShare(plane, record)])
  if (found === undefined) return
  const others = found.shares.filter((each) => each !== share.name || !owned)
  if (others.length === 0) await foundOrNone(plane.dropRecipient(name))
  else warn(`connector ${id}: recipient ${name} stays, for it reads ${others.join(', ')} too`)
}

async function dropShare({ plane }: ConnectorContext, record: ConnectorRecord): Promise<void> {
  if (await isOwnShare(plane, record)) await foundOrNone(plane.dropShare(record.share.name))
}

/**
 * One that was made anew under its name is not. Where provisioning died between the share and the record of its id, the share
 * is empty, and the name was free when it began.
 */
async function isOwnShare(plane: ConnectorContext['plane'], { share }: ConnectorRecord): Promise<boolean> {
  // Of one that is half gone, the plane may know the page still.
  const found =
    (await foundOrNone(plane.loadShare(share.name))) ??
    (await plane.listShares()).find(({ name }) => name === share.name)
  // What was begun of it, only the plane may find.
  if (share.id === null) return found === undefined || found.tables.length === 0
  return found?.id === share.id
}

async function checkSharedByNobodyElse({ store, plane, id }: ConnectorContext, record: ConnectorRecord): Promise<void> {
  const folder = `${tablesRoot({ id, store })}/`
  for (const share of await plane.listShares()) {
    const shown =
      share.id === record.share.id ? undefined : share.tables.find((each) => each.location.startsWith(folder))
    if (shown === undefined) continue
    throw new DeltaError(
      'conflict',
      `the tables of connector ${id} were not deleted: share ${share.name} shows ${shown.schema}.${shown.name} of them; take it out of that share, and end the connector again`,
    )
  }
}

/**
 * Whoever had begun to publish before the connector ended writes a little more until they find out: that is looked for as long as
 * there is some, within bounds, and told of.
 */
async function deleteAll(context: ConnectorContext): Promise<void> {
  const { id, runtime, warn, signal } = context
  await deleteFound(context)
  let late = 0
  for (let look = 1; look <= MORE_LOOKS; look++) {
    await runtime.sleep(PAUSE, signal)
    const found = await deleteFound(context)
    if (found === 0) {
      if (late > 0) warn(`connector ${id}: objects that were written while it was purged, and are deleted too: ${late}`)
      return
    }
    late += found
  }
  warn(
    `connector ${id}: objects are written while it is purged, ${late} so far: stop whoever publishes to it, and end it again`,
  )
}

/** @returns how many objects there were. */
async function deleteFound(context: ConnectorContext): Promise<number> {
  const folder = connectorFolder(context.id)
  const ofTables = await deleteBelow(context, `${tablesFolder(context.id)}/`)
  const others = await deleteBelow(context, `${folder}/`, [`${folder}/connector.json`, `${folder}/lease.json`])
  return ofTables.deleted + others.deleted
}
