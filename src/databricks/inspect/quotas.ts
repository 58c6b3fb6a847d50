import { permittedOrNone } from '../../errors.ts'
import { type Finding, failed, passed } from '../../manifest/index.ts'
import { findCatalogShare } from '../catalog-share.ts'
import type { Subject } from './subject.ts'

/** Whether a share, a recipient and tables fit into what Databricks allows. Who has his share does not need another. */
export async function inspectQuotas({ context, place, principal }: Subject): Promise<Finding[]> {
  if ((await findCatalogShare(context, place)) !== undefined) return []
  // Only an administrator is told: to share, one need not be one.
  const quotas = await permittedOrNone(context.catalog.quotas.list())
  if (quotas === undefined) {
    return [passed('quota', `whether there is room for a share and a recipient is not told to ${principal}`)]
  }
  const full = quotas.filter(
    ({ name, parentType, count, limit }) =>
      parentType.toUpperCase() === 'METASTORE' &&
      /share|recipient/i.test(name) &&
      count !== undefined &&
      limit !== undefined &&
      count >= limit,
  )
  if (full.length === 0) return [passed('quota', 'there is room for a share and a recipient')]
  return full.map(({ name, count, limit }) =>
    failed(
      'quota',
      `the metastore is full: ${count} of ${limit} by ${name}`,
      'have Databricks raise the limit, or drop shares and recipients that nobody uses',
      'databricks',
    ),
  )
}
