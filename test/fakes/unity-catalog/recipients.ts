import { z } from 'zod'
import { bodyOf, dispatch, type FakeCall, page } from './call.ts'
import type { FakeMetastore } from './metastore.ts'
import { kept } from './names.ts'
import { absent, denied, invalid, Refusal, taken } from './refusal.ts'
import { FakeTokens, type TokenInfo } from './tokens.ts'

const properties = z.strictObject({ properties: z.record(z.string(), z.string()) })
const ipAccessList = z.strictObject({ allowed_ip_addresses: z.array(z.string()).max(100) })
const common = {
  name: z.string(),
  comment: z.string().optional(),
  properties_kvpairs: properties.optional(),
}
const creation = z.discriminatedUnion('authentication_type', [
  z.strictObject({
    ...common,
    authentication_type: z.literal('DATABRICKS'),
    data_recipient_global_metastore_id: z.string(),
  }),
  z.strictObject({
    ...common,
    authentication_type: z.literal('TOKEN'),
    expiration_time: z.int().optional(),
    ip_access_list: ipAccessList.optional(),
  }),
])
const change = z.strictObject({
  name: z.string().optional(),
  new_name: z.string().optional(),
  comment: z.string().optional(),
  owner: z.string().optional(),
  expiration_time: z.int().optional(),
  ip_access_list: ipAccessList.optional(),
  properties_kvpairs: properties.optional(),
})
const rotation = z.strictObject({ existing_token_expire_in_seconds: z.int().nonnegative() })

const IDENTIFIER = /^([a-z0-9-]+):[a-z0-9-]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export interface FakeRecipient {
  readonly name: string
  readonly authentication_type: string
  readonly owner: string
  readonly data_recipient_global_metastore_id?: string | undefined
  readonly ip_access_list?: z.infer<typeof ipAccessList> | undefined
  readonly [member: string]: unknown
}

interface Entry {
  info: FakeRecipient
  readonly tokens: FakeTokens | undefined
}

/** What recipients need to know of shares. */
export interface Readers {
  readableBy(recipient: string): readonly { readonly name: string }[]
  renameReader(from: string, to: string | undefined): void
}

/** `…/recipients`. */
export class FakeRecipients {
  readonly #recipients = new Map<string, Entry>()
  readonly #metastore: FakeMetastore
  readonly #readers: () => Readers
  readonly #linkTo: (code: string) => string

  constructor(metastore: FakeMetastore, readers: () => Readers, linkTo: (code: string) => string) {
    this.#metastore = metastore
    this.#readers = readers
    this.#linkTo = linkTo
  }

  answer(call: FakeCall): Promise<unknown> {
    const recipient = (): Entry => this.#existing(call.path[0] ?? '')
    return dispatch(call, {
      GET: () => this.#list(call.query),
      POST: () => this.#create(bodyOf(call, creation)),
      'GET :name': () => {
        this.#requireVisible(recipient())
        return told(recipient())
      },
      'PATCH :name': () => this.#change(recipient(), bodyOf(call, change)),
      'DELETE :name': () => this.#delete(recipient()),
      'POST :name/rotate-token': () => this.#rotate(recipient(), bodyOf(call, rotation)),
      'GET :name/share-permissions': () => {
        const { name: principal } = recipient().info
        const granted = this.#readers().readableBy(principal)
        const told = granted.map(({ name: share_name }) => ({
          share_name,
          privilege_assignments: [{ principal, privileges: ['SELECT'] }],
        }))
        return page('permissions_out', told, call.query)
      },
    })
  }

  get count(): number {
    return this.#recipients.size
  }

  /** Uses up a link. @returns whose token it gave, and the token. */
  retrieve(code: string): { recipient: FakeRecipient; token: TokenInfo; bearer: string } {
    for (const { info, tokens } of this.#recipients.values()) {
      const retrieved = tokens?.retrieve(code)
      if (retrieved !== undefined) return { recipient: info, ...retrieved }
    }
    throw noLink()
  }

  /** @throws {Refusal} where nothing is to be retrieved by a link; looking does not use it up. */
  checkLink(code: string): void {
    if (![...this.#recipients.values()].some(({ tokens }) => tokens?.offers(code))) throw noLink()
  }

  /** Whose living token this is. */
  byBearer(bearer: string): FakeRecipient | undefined {
    return [...this.#recipients.values()].find(({ tokens }) => tokens?.admits(bearer))?.info
  }

  /** Those who come with a token of this workspace. */
  open(): FakeRecipient[] {
    return [...this.#recipients.values()].filter(({ tokens }) => tokens !== undefined).map(({ info }) => info)
  }

  /** The link that the recipient was handed, until it is used up. */
  linkOf(name: string): string | undefined {
    const code = this.#existing(name).tokens?.code
    return code === undefined ? undefined : this.#linkTo(code)
  }

  /** The recipient opens the newest link: it is used up. */
  activate(name: string): void {
    const code = this.#existing(name).tokens?.code
    if (code !== undefined) this.retrieve(code)
  }

  /** Grants go to recipients that exist, and new ones need the recipient's owner, or whoever may use all. */
  requireGrantable(name: string, isNew: boolean): void {
    const { owner, name: recipient } = this.#existing(name).info
    const { privileges, securable, principal } = this.#metastore
    if (!isNew || owner === principal || privileges.holds('USE_RECIPIENT', securable)) return
    throw denied(`User is not an owner of Recipient '${recipient}'.`)
  }

  #existing(name: string): Entry {
    const recipient = this.#recipients.get(name.toLowerCase())
    if (recipient === undefined) throw absent('RECIPIENT', name)
    return recipient
  }

  #create(body: z.infer<typeof creation>): unknown {
    const { privileges, securable, limits, id, now: created_at, principal } = this.#metastore
    privileges.require('CREATE_RECIPIENT', securable)
    const name = kept(body.name)
    if (this.#recipients.has(name)) throw taken('RECIPIENT', name)
    checkProperties(body)
    this.#metastore.checkQuota('Recipient', `Metastore ${id}`, this.#recipients.size, limits.recipientsPerMetastore)
    const { expiration_time, ...said } = { expiration_time: undefined, ...body }
    const info = { ...said, ...homeOf(body), name, owner: principal, created_at, created_by: principal }
    let tokens: FakeTokens | undefined
    if (body.authentication_type === 'DATABRICKS') this.#checkIdentifier(body.data_recipient_global_metastore_id)
    else {
      this.#checkScope()
      tokens = new FakeTokens(this.#metastore, this.#linkTo, expiration_time)
    }
    const entry = { info, tokens }
    this.#recipients.set(name, entry)
    return told(entry)
  }

  #checkScope(identifier?: string): void {
    if (this.#metastore.sharesWith(identifier)) return
    const whom = this.#metastore.sharingScope === undefined ? '' : ' for recipients outside of the account'
    throw new Refusal(400, 'FEATURE_DISABLED', `Delta Sharing is not enabled${whom}`)
  }

  #checkIdentifier(identifier: string): void {
    const cloud = IDENTIFIER.exec(identifier)?.[1]
    if (cloud === undefined || !this.#metastore.clouds.includes(cloud))
      throw invalid(`Cannot resolve target shard for '${identifier}'`)
    if (identifier === this.#metastore.globalId) {
      throw invalid('Cannot create a recipient of the same metastore as the provider')
    }
    this.#checkScope(identifier)
    if (this.#byMetastore(identifier).length > 0) {
      throw invalid('There is already a Recipient object with same sharing identifier')
    }
  }

  #change(entry: Entry, { name: _, new_name, owner, expiration_time, ...said }: z.infer<typeof change>): unknown {
    this.#requireOwner(entry)
    checkProperties(said)
    const before = entry.info.name
    const name = new_name === undefined ? before : kept(new_name)
    if (name !== before && this.#recipients.has(name)) throw taken('RECIPIENT', name)
    if (entry.tokens === undefined && (expiration_time !== undefined || said.ip_access_list !== undefined)) {
      throw invalid(`Recipient '${before}' is not a TOKEN recipient`)
    }
    if (expiration_time !== undefined) entry.tokens?.expire(expiration_time)
    const { now: updated_at, principal: updated_by } = this.#metastore
    this.#recipients.delete(before)
    entry.info = { ...entry.info, ...said, owner: owner ?? entry.info.owner, name, updated_at, updated_by }
    this.#recipients.set(name, entry)
    this.#readers().renameReader(before, name)
    return told(entry)
  }

  #delete(entry: Entry): unknown {
    this.#requireOwner(entry)
    this.#recipients.delete(entry.info.name)
    this.#readers().renameReader(entry.info.name, undefined)
    return {}
  }

  #rotate(entry: Entry, { existing_token_expire_in_seconds: seconds }: z.infer<typeof rotation>): unknown {
    this.#requireOwner(entry)
    if (entry.tokens === undefined) throw invalid(`Recipient '${entry.info.name}' is not a TOKEN recipient`)
    entry.tokens.rotate(entry.info.name, seconds)
    return told(entry)
  }

  #requireOwner({ info }: Entry): void {
    if (info.owner === this.#metastore.principal) return
    throw denied(`User is not an owner of Recipient '${info.name}'.`)
  }

  /** Recipients of others are there for who may use all. */
  #isVisible({ info }: Entry): boolean {
    const { principal, privileges, securable } = this.#metastore
    return info.owner === principal || privileges.holds('USE_RECIPIENT', securable)
  }

  #requireVisible(entry: Entry): void {
    if (this.#isVisible(entry)) return
    throw denied(`User does not have USE RECIPIENT on Recipient '${entry.info.name}'.`)
  }

  #list(query: URLSearchParams): unknown {
    const identifier = query.get('data_recipient_global_metastore_id')
    const chosen = identifier === null ? [...this.#recipients.values()] : this.#byMetastore(identifier)
    const visible = chosen.filter((entry) => this.#isVisible(entry))
    return page('recipients', visible.map(told), query)
  }

  #byMetastore(identifier: string): Entry[] {
    return [...this.#recipients.values()].filter(({ info }) => info.data_recipient_global_metastore_id === identifier)
  }
}

/** Where a recipient on Databricks is at home stands in its sharing identifier. */
function homeOf(body: z.infer<typeof creation>) {
  if (body.authentication_type !== 'DATABRICKS') return {}
  const [cloud, region, metastore_id] = body.data_recipient_global_metastore_id.split(':')
  return { cloud, region, metastore_id }
}

function told({ info, tokens }: Entry): unknown {
  return tokens === undefined ? info : { ...info, ...tokens.told() }
}

function checkProperties({
  properties_kvpairs,
}: {
  properties_kvpairs?: z.infer<typeof properties> | undefined
}): void {
  const reserved = Object.keys(properties_kvpairs?.properties ?? {}).find((key) => key.startsWith('databricks.'))
  if (reserved !== undefined) throw invalid(`Property '${reserved}' is reserved`)
}

function noLink(): Refusal {
  return new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', 'The activation link does not exist or has been used already.')
}
