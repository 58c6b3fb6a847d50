import type { ConnectorContext } from '../context.ts'
import { ACTIVITY_LOG } from '../metadata/activity-log.ts'
import { attemptSwap } from '../publish/attempts.ts'
import { type Fence, hasLostLog } from '../publish/fence.ts'
import { reshow } from '../publish/reshow.ts'
import type { Found } from './drift.ts'

/**
 * The activity log, taken out of the share by somebody. It begins anew: what it showed may be what was to be forgotten, as
 * where an update died that switched it off and on.
 */
export function findLostLog(context: ConnectorContext, fence: Fence): Found[] {
  if (!hasLostLog(fence)) return []
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
