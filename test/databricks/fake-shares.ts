import { z } from 'zod'
import type { FakeRecipients } from './fake-recipients.ts'
import { type FakeCall, page, Refusal } from './fake-refusal.ts'

const dataObject = z.object({
  name: z.string(),
  data_object_type: z.string(),
  shared_as: z
    .string()
    .regex(/^\w+\.\w+$/)
    .optional(),
  comment: z.string().optional(),
  history_data_sharing_status: z.enum(['ENABLED', 'DISABLED']).optional(),
  start_version: z.int().optional(),
})
const creation = z.object({ name: z.string().min(1), comment: z.string().optional() })
const update = z.object({ updates: z.array(z.object({ action: z.enum(['ADD', 'REMOVE']), data_object: dataObject })) })
const privileges = z.array(z.literal('SELECT')).optional()
const grants = z.object({ changes: z.array(z.object({ principal: z.string(), add: privileges, remove: privileges })) })

interface FakeShare {
  readonly info: Record<string, unknown>
  objects: Map<string, Record<string, unknown>>
  readonly readers: Set<string>
}

/** `…/shares` of a fake catalog. */
export class FakeShares {
  readonly #shares = new Map<string, FakeShare>()
  readonly #now: number
  readonly #recipients: FakeRecipients

  constructor(now: number, recipients: FakeRecipients) {
    this.#now = now
    this.#recipients = recipients
  }

  answer({ method, path, query, body }: FakeCall): unknown {
    const [name, part] = path
    if (name === undefined) return method === 'POST' ? this.#create(creation.parse(body)) : this.#list(query)
    const share = this.#find(name)
    if (part === 'permissions') {
      if (method === 'PATCH') this.#grant(share, grants.parse(body).changes)
      return { privilege_assignments: [...share.readers].map((principal) => ({ principal, privileges: ['SELECT'] })) }
    }
    if (method === 'DELETE') this.#shares.delete(name.toLowerCase())
    if (method === 'DELETE') return {}
    if (method === 'PATCH') this.#update(share, update.parse(body).updates)
    return query.get('include_shared_data') === 'true'
      ? { ...share.info, objects: [...share.objects.values()] }
      : share.info
  }

  #find(name: string): FakeShare {
    const share = this.#shares.get(name.toLowerCase())
    if (share === undefined) throw new Refusal(404, 'SHARE_DOES_NOT_EXIST', `Share '${name}' does not exist.`)
    return share
  }

  #create({ name, comment }: z.infer<typeof creation>): unknown {
    const lower = name.toLowerCase()
    // With 400, as servers do for compatibility: the code is what tells.
    if (this.#shares.has(lower)) throw new Refusal(400, 'SHARE_ALREADY_EXISTS', `Share '${lower}' already exists`)
    const info = { name: lower, comment, owner: 'sp-uuid', created_at: this.#now, created_by: 'sp-uuid' }
    this.#shares.set(lower, { info, objects: new Map(), readers: new Set() })
    return info
  }

  #list(query: URLSearchParams): unknown {
    return page(
      'shares',
      [...this.#shares.values()].map(({ info }) => info),
      query,
    )
  }

  /** All or nothing, in order. */
  #update(share: FakeShare, updates: z.infer<typeof update>['updates']): void {
    if (updates.length > 100) {
      throw new Refusal(400, 'INVALID_PARAMETER_VALUE', 'maximum number update data objects allowed is a 100')
    }
    const objects = new Map(share.objects)
    for (const { action, data_object: object } of updates) {
      const { name } = object
      if (action === 'REMOVE') {
        if (!objects.delete(name))
          throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `Shared Table '${name}' does not exist`)
        continue
      }
      if (name.startsWith('nowhere.')) throw new Refusal(404, 'TABLE_DOES_NOT_EXIST', `Table '${name}' does not exist.`)
      const alias = object.shared_as?.toLowerCase()
      const taken = [...objects.values()].some(
        (other) => alias !== undefined && String(other.shared_as).toLowerCase() === alias,
      )
      if (objects.has(name) || taken) {
        throw new Refusal(400, 'RESOURCE_ALREADY_EXISTS', `Shared Table '${name}' already exists`)
      }
      const history = object.history_data_sharing_status === 'ENABLED' ? { cdf_enabled: true, start_version: 0 } : {}
      objects.set(name, { ...history, ...object, status: 'ACTIVE', added_at: this.#now, added_by: 'sp-uuid' })
    }
    share.objects = objects
  }

  #grant(share: FakeShare, changes: z.infer<typeof grants>['changes']): void {
    for (const { principal, add, remove } of changes) {
      this.#recipients.find(principal)
      if (add?.includes('SELECT')) share.readers.add(principal)
      if (remove?.includes('SELECT')) share.readers.delete(principal)
    }
  }
}
