import {
  applyPlan,
  type ManifestPlan,
  parseShareDocument,
  planShares,
  type ShareDocument,
} from '../../../src/manifest/index.ts'
import { simulatedRuntime } from '../../../src/runtime.ts'
import type { ObjectStore } from '../../../src/store/index.ts'

export const runtime = simulatedRuntime()

/** Parses, plans and applies a document. */
export async function apply(
  store: ObjectStore,
  document: unknown,
  options: { prune?: boolean } = {},
): Promise<ManifestPlan> {
  const plan = await planShares(store, parseShareDocument(document).document, { runtime, ...options })
  await applyPlan(store, plan, { runtime })
  return plan
}

export const orders = { name: 'orders', location: 's3://bucket/orders' }
export const DOCUMENT: ShareDocument = {
  manifestVersion: 1,
  shares: [
    {
      name: 'sales',
      displayName: 'Sales',
      comment: 'for partners',
      properties: { owner: 'team-a' },
      schemas: [
        {
          name: 'shop',
          tables: [
            { ...orders, version: 4, history: true, startVersion: 2 },
            { name: 'returns', location: 's3://bucket/returns', partition: { country: { in: ['DE', 'FR'] } } },
          ],
        },
      ],
    },
    { name: 'stock' },
  ],
  recipients: [
    { name: 'acme', expiresIn: '30d', allowedIps: ['192.0.2.0/24'], shares: ['sales', 'STOCK'] },
    { name: 'bolt', endpoint: 'https://share.example.com/delta-sharing' },
  ],
}

/** Every object below the root, as text. */
export async function everything(store: ObjectStore): Promise<string> {
  let text = ''
  for await (const { key } of store.list()) text += key + new TextDecoder().decode((await store.get(key)).body)
  return text
}
