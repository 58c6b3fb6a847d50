import type { ConnectorContext } from '../context.ts'
import { ACTIVITY_LOG } from '../metadata/activity-log.ts'
import { attemptSwap } from '../publish/attempts.ts'
import { type Fence, hasLostLog, pinnedPlace } from '../publish/fence.ts'
import { reshow } from '../publish/reshow.ts'
import type { Found } from './drift.ts'
import { openAt, unlessDamaged } from './version-drift.ts'

/**
 * The activity log, taken out of the share by somebody. It begins anew: what it showed may be what was to be forgotten, as
 * where an update died that switched it off and on.
 */
export async function findLostLog(context: ConnectorContext, fence: Fence): Promise<Found[]> {
  // An update that has not ended may be about to show it.
  if (!hasLostLog(fence) || fence.record.isUpdating)
    return unlessDamaged(ACTIVITY_LOG.name, () => findUnreadableLog(context, fence))
  const { name } = fence.share
  return [
    {
      drift: 'lost-activity-log',
      message: `share ${name} does not show ${ACTIVITY_LOG.name} any more; it begins anew, empty: deliver the events again that it is to show`,
      blame: 'kadoa',
      remedy: 'reconcile the connector, or switch the log off',
      mend: () => attemptSwap(context, () => reshow(context, name)),
    },
  ]
}

/** Of a log that is shown and has lost that version, no recipient reads anything, and no run with events can be published. */
async function findUnreadableLog(context: ConnectorContext, fence: Fence): Promise<Found[]> {
  const place = pinnedPlace(context, fence, ACTIVITY_LOG.name)
  if (place.pin === undefined || (await openAt(context, place, place.pin)) !== undefined) return []
  return [
    {
      drift: 'unreadable-table',
      message: `${ACTIVITY_LOG.name} is shown at version ${place.pin}, which is not at ${place.location}`,
      blame: 'storage',
      remedy: 'put its objects back as they were; or switch the log off and on by an update: it begins anew, empty',
    },
  ]
}
