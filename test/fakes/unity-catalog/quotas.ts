import type { FakeCall } from './call.ts'
import { nextPage } from './call.ts'
import type { FakeMetastore } from './metastore.ts'
import { absent, invalid, noEndpoint } from './refusal.ts'

export interface Counts {
  readonly shares: number
  readonly recipients: number
  readonly tablesOf: ReadonlyMap<string, number>
}

/** `…/resource-quotas`: what there is of what there may be. */
export function answerQuotas(metastore: FakeMetastore, counts: Counts, call: FakeCall): unknown {
  if (call.method !== 'GET') throw noEndpoint()
  const { limits, id } = metastore
  const ofMetastore = { parent_securable_type: 'METASTORE', parent_full_name: id }
  const quotas = [
    { ...ofMetastore, quota_name: 'share-quota', quota_count: counts.shares, quota_limit: limits.sharesPerMetastore },
    {
      ...ofMetastore,
      quota_name: 'recipient-quota',
      quota_count: counts.recipients,
      quota_limit: limits.recipientsPerMetastore,
    },
    ...[...counts.tablesOf].map(([schema, count]) => ({
      parent_securable_type: 'SCHEMA',
      parent_full_name: schema,
      quota_name: 'table-quota',
      quota_count: count,
      quota_limit: limits.tablesPerSchema,
    })),
  ].map((quota) => ({ ...quota, last_refreshed_at: metastore.now }))
  const [first = '', parent = '', name = ''] = call.path
  if (first === 'all-resource-quotas') {
    // Nobody says of this list that 0 stands for the server's own size; so nothing of ours may rest on it.
    if (call.query.get('max_results') === '0') throw invalid('max_results must be positive')
    return nextPage('quotas', quotas, call.query)
  }
  const found = quotas.find(
    (quota) =>
      quota.parent_securable_type === first.toUpperCase() &&
      quota.parent_full_name === parent.toLowerCase() &&
      quota.quota_name === name,
  )
  if (found === undefined) throw absent('QUOTA', name)
  return { quota_info: found }
}
