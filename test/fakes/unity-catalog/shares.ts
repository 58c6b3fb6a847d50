import { z } from 'zod'
import { bodyOf, dispatch, type FakeCall, page } from './call.ts'
import type { FakeMetastore } from './metastore.ts'
import { kept } from './names.ts'
import type { FakeRecipients } from './recipients.ts'
import { absent, denied, taken } from './refusal.ts'
import { FakeSharedObjects, objectUpdate } from './shared-objects.ts'
import type { FakeTables } from './tables.ts'

const creation = z.strictObject({
  name: z.string(),
  comment: z.string().optional(),
  storage_root: z.string().optional(),
})
const update = z.strictObject({
  // Official clients repeat the name that stands in the path.
  name: z.string().optional(),
  comment: z.string().optional(),
  new_name: z.string().optional(),
  owner: z.string().optional(),
  storage_root: z.string().optional(),
  updates: z.array(objectUpdate).optional(),
})
const privileges = z.array(z.literal('SELECT')).optional()
const grants = z.strictObject({
  changes: z.array(z.strictObject({ principal: z.string(), add: privileges, remove: privileges })),
  omit_permissions_list: z.boolean().optional(),
})

interface FakeShare {
  readonly name: string
  readonly owner: string
  readonly [member: string]: unknown
}

interface Shelf {
  info: FakeShare
  readonly objects: FakeSharedObjects
  readonly readers: Set<string>
}

/** `…/shares`. */
export class FakeShares {
  readonly #shares = new Map<string, Shelf>()
  readonly #metastore: FakeMetastore
  readonly #recipients: FakeRecipients
  readonly #tables: FakeTables

  constructor(metastore: FakeMetastore, recipients: FakeRecipients, tables: FakeTables) {
    this.#metastore = metastore
    this.#recipients = recipients
    this.#tables = tables
  }

  answer(call: FakeCall): Promise<unknown> {
    const share = (): Shelf => this.#existing(call.path[0] ?? '')
    return dispatch(call, {
      GET: () =>
        page(
          'shares',
          [...this.#shares.values()].map(({ info }) => info),
          call.query,
        ),
      POST: () => this.#create(bodyOf(call, creation)),
      'GET :name': () => this.#told(this.#seen(share()), call.query.get('include_shared_data') === 'true'),
      'PATCH :name': () => this.#update(share(), bodyOf(call, update)),
      'DELETE :name': () => {
        this.#requireOwner(share())
        this.#shares.delete(share().info.name)
        return {}
      },
      'GET :name/permissions': () => ({
        ...page('privilege_assignments', assignments(this.#seen(share())), call.query),
      }),
      'PATCH :name/permissions': () => this.#grant(share(), bodyOf(call, grants)),
    })
  }

  /** The shares that a recipient may read. */
  readableBy(recipient: string): { name: string }[] {
    return [...this.#shares.values()].filter(({ readers }) => readers.has(recipient)).map(({ info }) => info)
  }

  /** Who may read a share. */
  readersOf(share: string): string[] {
    return [...(this.#shares.get(share)?.readers ?? [])]
  }

  /** All shares with what they show, and where that lies. */
  shown(): { name: string; objects: ReturnType<FakeSharedObjects['places']> }[] {
    return [...this.#shares.values()].map(({ info, objects }) => ({
      name: info.name,
      objects: objects.places(info.owner),
    }))
  }

  /** A recipient has another name now, or none. */
  renameReader(from: string, to: string | undefined): void {
    for (const { readers } of this.#shares.values()) {
      if (readers.delete(from) && to !== undefined) readers.add(to)
    }
  }

  get count(): number {
    return this.#shares.size
  }

  /** Somebody else becomes the owner, as an administrator may decide. */
  handOver(name: string, owner: string): void {
    const share = this.#existing(name)
    share.info = { ...share.info, owner }
  }

  #existing(name: string): Shelf {
    const share = this.#shares.get(name.toLowerCase())
    if (share === undefined) throw absent('SHARE', name)
    return share
  }

  /** A share of somebody else's is told to who may use all. */
  #seen(share: Shelf): Shelf {
    const { principal, privileges, securable } = this.#metastore
    if (share.info.owner === principal || privileges.holds('USE_SHARE', securable)) return share
    throw denied(`User does not have USE SHARE on Share '${share.info.name}'.`)
  }

  #told({ info, objects }: Shelf, withObjects: boolean): unknown {
    return withObjects ? { ...info, objects: objects.list(info.owner) } : info
  }

  #create({ name, ...said }: z.infer<typeof creation>): unknown {
    const { id: metastore_id, now, principal, limits, securable } = this.#metastore
    this.#metastore.privileges.require('CREATE_SHARE', securable)
    const lower = kept(name)
    if (this.#shares.has(lower)) throw taken('SHARE', lower)
    this.#metastore.checkQuota('Share', `Metastore ${metastore_id}`, this.count, limits.sharesPerMetastore)
    const info = { ...said, name: lower, owner: principal, created_at: now, created_by: principal }
    this.#shares.set(lower, {
      info,
      objects: new FakeSharedObjects(this.#metastore, this.#tables),
      readers: new Set(),
    })
    return info
  }

  async #update(
    share: Shelf,
    { name: _, new_name, owner, updates = [], ...said }: z.infer<typeof update>,
  ): Promise<unknown> {
    this.#requireOwner(share)
    const name = new_name === undefined ? share.info.name : kept(new_name)
    if (name !== share.info.name && this.#shares.has(name)) throw taken('SHARE', name)
    await share.objects.update(updates)
    const { now: updated_at, principal: updated_by } = this.#metastore
    this.#shares.delete(share.info.name)
    share.info = { ...share.info, ...said, owner: owner ?? share.info.owner, name, updated_at, updated_by }
    this.#shares.set(name, share)
    return this.#told(share, true)
  }

  #grant(share: Shelf, { changes, omit_permissions_list }: z.infer<typeof grants>): unknown {
    const owns = share.info.owner === this.#metastore.principal
    if (!owns) this.#metastore.privileges.require('SET_SHARE_PERMISSION', this.#metastore.securable)
    for (const { principal, add } of changes) this.#recipients.requireGrantable(principal, add !== undefined)
    for (const { principal, add, remove } of changes) {
      if (add?.includes('SELECT')) share.readers.add(principal.toLowerCase())
      if (remove?.includes('SELECT')) share.readers.delete(principal.toLowerCase())
    }
    return omit_permissions_list ? {} : { privilege_assignments: assignments(share) }
  }

  #requireOwner({ info }: Shelf): void {
    if (info.owner === this.#metastore.principal) return
    throw denied(`User is not an owner of Share '${info.name}'.`)
  }
}

function assignments({ readers }: Shelf): { principal: string; privileges: string[] }[] {
  return [...readers].map((principal) => ({ principal, privileges: ['SELECT'] }))
}
