import { type Finding, failed } from '../../manifest/index.ts'
import { findCatalogShare } from '../catalog-share.ts'
import { findLedgerShare } from '../ledger.ts'
import { findRenamedShare } from '../renamed-share.ts'
import type { Subject } from './subject.ts'

/** Whether the share has another name by now, by which its recipients read on. */
export async function inspectShareName({ context, place }: Subject): Promise<Finding[]> {
  if ((await findLedgerShare(context, place.share)) === undefined) return []
  if ((await findCatalogShare(context, place)) !== undefined) return []
  const renamed = await findRenamedShare(context, place)
  return renamed === undefined ? [] : [failed('renamed-share', renamed.message, renamed.remedy)]
}
