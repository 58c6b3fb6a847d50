import type { ConnectorContext } from '../context.ts'
import type { Fence } from '../publish/fence.ts'
import { publishWaiting } from '../publish/generation.ts'
import { overtakenTables } from '../publish/overtaken.ts'
import type { Found } from './drift.ts'
import { once } from './once.ts'

/** Tables of which recipients see what was never published, on planes that always show the newest version. */
export async function findOvertaken(context: ConnectorContext, fence: Fence): Promise<Found[]> {
  const names = await overtakenTables(context, fence)
  const mend = once(() => publishWaiting(context, fence.share.name))
  return names.map((name) => ({
    drift: 'unpublished-version',
    message: `recipients see a version of ${name} that a publication left which died or lost`,
    blame: 'kadoa',
    remedy: 'reconcile the connector, or publish the next run',
    mend,
  }))
}
