import { factsOf, faultsOf } from '../agreement.ts'
import { loadAllTold } from '../all-told.ts'
import type { ConnectorContext } from '../context.ts'
import type { Fence } from '../publish/fence.ts'
import { openShownTables } from '../shown-tables.ts'
import type { Found } from './drift.ts'

/** Where the metadata tables tell different things, or other ones than the tables that they tell of. */
export async function findDisagreements(context: ConnectorContext, fence: Fence): Promise<Found[]> {
  const [shown, told] = await Promise.all([openShownTables(context, fence), loadAllTold(context, fence)])
  const faults = faultsOf(told, factsOf(context.id, shown))
  return faults.map((message) => ({
    drift: 'metadata',
    message,
    blame: 'kadoa',
    remedy:
      'take the table that is wrong out of the share, then reconcile: it comes back at its newest version that agrees',
  }))
}
