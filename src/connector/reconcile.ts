import { isDeltaError } from '../errors.ts'
import { checkPublishes, loadConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { findDisagreements } from './drift/disagreement.ts'
import { type Drift, type Found, mended } from './drift/drift.ts'
import { findEntries, unguardedFence } from './drift/entries.ts'
import { findGrants } from './drift/grants.ts'
import { findLostLog } from './drift/lost-log.ts'
import { findLostMetadata } from './drift/lost-metadata.ts'
import { findOldEpochs } from './drift/old-epochs.ts'
import { findOvertaken } from './drift/overtaken.ts'
import { findPhase } from './drift/phase.ts'
import { findRuns } from './drift/runs.ts'
import { findStaging } from './drift/staging.ts'
import { findUnfinishedUpdate } from './drift/unfinished-update.ts'
import { findWaiting } from './drift/waiting.ts'
import { lookAgain } from './look-again.ts'
import type { Fence } from './publish/fence.ts'

export interface ReconcileOptions {
  /** Finds, and changes nothing. Default: false. */
  readonly dryRun?: boolean
  /** Takes the share away from everybody but the connector's recipient. Default: false, others are told of. */
  readonly ungrantOthers?: boolean
}

/**
 * Finds what is not as it should be with a connector, whoever died or changed something by hand, and mends what can be mended
 * without a person: the grant, an update that has not ended, what the share shows and from where, runs and events that wait,
 * marks, staged files, the phase. Killed, it is called again; called again, it finds nothing that it mended. It reads the
 * journal, of tables their logs, and the rows of those that it shows anew.
 * @throws {DeltaError} `not-found`; `invalid-argument` for a connector that is not set up, or has ended; `unavailable`.
 */
export async function reconcileConnector(
  context: ConnectorContext,
  { dryRun = false, ungrantOthers = false }: ReconcileOptions = {},
): Promise<Drift[]> {
  const record = await loadConnectorRecord(context.store, context.id, context)
  checkPublishes(record)
  const drifts: Drift[] = []
  const settle = async (found: readonly Found[]): Promise<void> => {
    for (const each of found) drifts.push(await mended(each, dryRun))
  }
  await settle(await findGrants(context, record, { ungrantOthers }))
  // Each looks at what those before it have left.
  const fence = (): Promise<Fence> => unguardedFence(context, record)
  const find = (look: (context: ConnectorContext, fence: Fence) => Promise<Found[]>): Promise<Found[]> =>
    lookAgain(
      fence,
      (shown) => look(context, shown),
      ({ length }) => length > 0,
    )
  try {
    const lost = await find(async (...given) => findLostMetadata(...given))
    // Told of by its cause: into a share that is somebody else's nothing is put back.
    if (lost.length > 0 && drifts.some(({ drift }) => drift === 'share-owner')) return drifts
    await settle(lost)
    if (drifts.some(({ drift, mended }) => drift === 'lost-metadata' && !mended)) return drifts
    await settle(await find(findUnfinishedUpdate))
    await settle(await find(findEntries))
    await settle(await find(findLostLog))
    if (drifts.some(({ drift }) => drift === 'metadata')) return drifts
    await settle(await find(findPhase))
    const { found, needed } = await lookAgain(
      fence,
      (shown) => findRuns(context, shown),
      (runs) => runs.found.length > 0,
    )
    await settle(found)
    await settle(await find(findWaiting))
    await settle(await find(findOvertaken))
    await settle(await findStaging(context, needed))
    await settle(await find((...given) => findOldEpochs(...given, dryRun)))
    if (drifts.every(({ mended }) => mended)) await settle(await find(findDisagreements))
    return drifts
  } catch (error) {
    // A share that is gone, is another one, or may not be looked at, was told of with the grants.
    if (isDeltaError(error, 'not-found') && drifts.some(({ drift }) => drift === 'share')) return drifts
    if (isDeltaError(error, 'permission-denied') && drifts.some(({ message }) => message === error.message))
      return drifts
    throw error
  }
}
