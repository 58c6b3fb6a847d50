import {
  applyPlan,
  isAllowedIp,
  planShares,
  redeemActivation,
  rotateRecipient,
  type ShareDocument,
} from '../../../src/manifest/index.ts'
import { type SharingHandler, sharingHandler } from '../../../src/server/index.ts'
import { memoryStore } from '../../../src/store/index.ts'
import type { FakeDatabricks } from './fake.ts'
import { denied } from './refusal.ts'
import type { SharedObject } from './shared-objects.ts'

type OpenTable = NonNullable<FakeDatabricks['metastore']['openTable']>
type Schemas = NonNullable<NonNullable<ShareDocument['shares']>[number]['schemas']>

/** The endpoint of an open recipient's profile, without the host. */
export function sharingPrefix({ metastore }: FakeDatabricks): string {
  return `/api/2.0/delta-sharing/metastores/${metastore.id}`
}

/**
 * The sharing protocol over what the fake's shares show: our own server, whose manifest is made after them before each
 * answer. A token of the workspace becomes one of the manifest on the way.
 */
export function openSharing(fake: FakeDatabricks, openTable: OpenTable): SharingHandler {
  const { runtime } = fake
  const store = memoryStore()
  const tokens = new Map<string, string>()
  const handler = sharingHandler({ store, openTable, runtime, prefix: sharingPrefix(fake), authCache: 0 })
  let before: Promise<void> = Promise.resolve()

  async function mirror(): Promise<void> {
    const plan = await planShares(store, documentOf(fake), { runtime, prune: true })
    await applyPlan(store, plan, { runtime })
    for (const { before: known, after } of plan.recipients) {
      if (known?.id === after?.id || after === undefined) continue
      const { activationCode: code } = await rotateRecipient(store, { name: after.name }, { runtime })
      tokens.set(after.name, (await redeemActivation(store, { code }, { runtime })).bearerToken)
    }
  }

  return async (request, peer) => {
    // One after the other: two plans of the same moment would be in each other's way.
    const done = before.then(mirror)
    before = done.catch(() => undefined)
    await done
    const bearer = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
    const recipient = fake.recipients.byBearer(bearer)
    const { allowed_ip_addresses: allowed = [] } = recipient?.ip_access_list ?? {}
    if (allowed.length > 0 && !isAllowedIp(peer?.address ?? '', allowed)) {
      return denied('The address is not in the IP access list of the recipient.').response()
    }
    const forwarded = new Request(request)
    if (recipient !== undefined) forwarded.headers.set('authorization', `Bearer ${tokens.get(recipient.name)}`)
    return handler(forwarded, peer)
  }
}

function documentOf({ shares, recipients }: FakeDatabricks): ShareDocument {
  return {
    manifestVersion: 1,
    shares: shares.shown().map(({ name, objects }) => ({ name, schemas: schemasOf(objects) })),
    recipients: recipients.open().map(({ name }) => ({
      name,
      expiresIn: '365d',
      shares: shares.readableBy(name).map((share) => share.name),
    })),
  }
}

/** What the share's owner may no longer read is not there for recipients. */
function schemasOf(objects: readonly (SharedObject & { readonly location: string; readonly id: string })[]): Schemas {
  const schemas = new Map<string, Schemas[number]['tables']>()
  for (const { shared_as, status, location, id, history_data_sharing_status, start_version } of objects) {
    if (status !== 'ACTIVE') continue
    const [schema = '', name = ''] = shared_as.toLowerCase().split('.')
    const history = history_data_sharing_status === 'ENABLED'
    const table = { name, location, id, history, ...(history && { startVersion: start_version }) }
    schemas.set(schema, [...(schemas.get(schema) ?? []), table])
  }
  return [...schemas].map(([name, tables]) => ({ name, tables }))
}
