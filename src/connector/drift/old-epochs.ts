import type { ConnectorContext } from '../context.ts'
import { oldEpochs } from '../epochs.ts'
import { type Fence, latestTables, pinnedPlace } from '../publish/fence.ts'
import type { Found } from './drift.ts'

/** What latest tables left where they were shown before they moved on, and recipients have come to the end of. */
export async function findOldEpochs(context: ConnectorContext, fence: Fence, isDry: boolean): Promise<Found[]> {
  const found: Found[] = []
  for (const { name } of latestTables(fence)) {
    for (const { location, drop } of await oldEpochs(context, pinnedPlace(context, fence, name), { isDry })) {
      found.push({
        drift: 'old-place',
        message: `${location} holds ${name} as it was shown before it moved on`,
        blame: 'kadoa',
        remedy: 'reconcile or maintain the connector',
        mend: drop,
      })
    }
  }
  return found
}
