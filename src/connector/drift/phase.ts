import { changeConnectorRecord, hasReached, reached } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import type { Fence } from '../publish/fence.ts'
import type { Found } from './drift.ts'
import { loadTold } from './told.ts'

/** Whether the connector knows that a live delivery was published: whoever published it may have died before it said so. */
export async function findPhase(context: ConnectorContext, fence: Fence): Promise<Found[]> {
  const { store, id } = context
  if (hasReached(fence.record, 'first-delivery-verified')) return []
  const { runs } = await loadTold(context, fence)
  if (![...runs.values()].flat().some(({ IS_BACKFILL }) => IS_BACKFILL === false)) return []
  return [
    {
      drift: 'phase',
      message: `connector ${id} counts as ${fence.record.phase}, and a live run of it is published`,
      blame: 'kadoa',
      remedy: 'reconcile the connector',
      mend: () => changeConnectorRecord(store, id, (now) => reached(now, 'first-delivery-verified'), context),
    },
  ]
}
