import { type Finding, failed } from '../../manifest/index.ts'
import type { CatalogShare } from '../share.ts'
import { quoteIdentifier } from '../sql.ts'
import type { Subject } from './subject.ts'

/** Whether the share is somebody else's by now: its owner alone puts tables into it (nothing where it is ours). */
export function inspectShareOwner(
  { place, principal, groups }: Subject,
  { owner = principal }: Pick<CatalogShare, 'owner'>,
): Finding[] {
  if (owner === principal || groups.has(owner)) return []
  return [
    failed(
      'share-owner',
      `share ${place.share} is owned by ${owner}, and ${principal} cannot put tables into it`,
      `${owner} or a metastore admin runs: ALTER SHARE ${quoteIdentifier(place.share)} OWNER TO ${quoteIdentifier(principal)}`,
    ),
  ]
}
