import { DeltaError } from '../errors.ts'
import type { PlaneContext, SharePlace } from './plane-context.ts'
import type { CatalogShare, ShareChange } from './share.ts'

/** From this part of what a share may show on, whoever adds tables to it is warned. */
const FULL = 0.8

/**
 * Refuses, before anything is done, what would not fit into a share.
 * @throws {DeltaError} `unsupported`.
 */
export function checkRoom(
  { tablesPerShare, warn }: PlaneContext,
  { share: name }: SharePlace,
  share: CatalogShare,
  changes: readonly ShareChange[],
): void {
  const names = new Set(share.objects.map((object) => object.name.toLowerCase()))
  const before = names.size
  for (const { action, table } of changes) {
    if (action === 'ADD') names.add(table.toLowerCase())
    if (action === 'REMOVE') names.delete(table.toLowerCase())
  }
  const { size } = names
  if (size <= before) return
  if (size > tablesPerShare) {
    throw new DeltaError(
      'unsupported',
      `share ${name} cannot show ${size} tables: Databricks allows ${tablesPerShare} in a share; take the tables of old schema versions out, or have Databricks raise the limit`,
      { blame: 'databricks', feature: 'tables per share' },
    )
  }
  if (size >= FULL * tablesPerShare) warn(`share ${name} shows ${size} tables of the ${tablesPerShare} that it may`)
}
