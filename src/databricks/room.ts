import { DeltaError } from '../errors.ts'
import type { Obstacle, PlaneContext, SharePlace } from './plane-context.ts'
import type { CatalogShare, ShareChange } from './share.ts'

/** From this part of what a share may show on, whoever adds tables to it is warned. */
const FULL = 0.8

/**
 * Refuses, before anything is done, what would not fit into a share.
 * @throws {DeltaError} `unsupported`.
 */
export function checkRoom(
  context: PlaneContext,
  place: SharePlace,
  share: CatalogShare,
  changes: readonly ShareChange[],
): void {
  const { tablesPerShare, warn } = context
  const names = new Set(share.objects.map((object) => object.name.toLowerCase()))
  const before = names.size
  for (const { action, table } of changes) {
    if (action === 'ADD') names.add(table.toLowerCase())
    if (action === 'REMOVE') names.delete(table.toLowerCase())
  }
  const { size } = names
  if (size <= before) return
  if (size > tablesPerShare) {
    const { message, remedy } = whyFull(context, place, size)
    throw new DeltaError('unsupported', `${message}; ${remedy}`, { blame: 'databricks', feature: 'tables per share' })
  }
  if (size >= FULL * tablesPerShare)
    warn(`share ${place.share} shows ${size} tables of the ${tablesPerShare} that it may`)
}

/** Of a share that would have to show so many tables. */
export function whyFull({ tablesPerShare }: PlaneContext, { share }: SharePlace, size: number): Obstacle {
  return {
    message: `share ${share} cannot show ${size} tables: Databricks allows ${tablesPerShare} in a share`,
    remedy: HOW_TO_FIT,
  }
}

export const HOW_TO_FIT =
  'take the tables of old schema versions out, or have Databricks raise the limit and say so by tablesPerShare'
