import { z } from 'zod'
import type { FakeMetastore } from './metastore.ts'
import { absent, denied, invalid, Refusal } from './refusal.ts'
import { tableFacts } from './table-facts.ts'
import type { FakeTable, FakeTables } from './tables.ts'

const historyStatus = z.enum(['ENABLED', 'DISABLED'])
const dataObject = z.strictObject({
  name: z.string(),
  data_object_type: z.string().optional(),
  shared_as: z.string().optional(),
  comment: z.string().optional(),
  cdf_enabled: z.boolean().optional(),
  history_data_sharing_status: historyStatus.optional(),
  start_version: z.int().nonnegative().optional(),
  partitions: z.array(z.unknown()).optional(),
})
export const objectUpdate = z.strictObject({ action: z.enum(['ADD', 'REMOVE', 'UPDATE']), data_object: dataObject })

type Asked = z.infer<typeof dataObject>
type ObjectUpdate = z.infer<typeof objectUpdate>

interface ObjectInfo {
  readonly name: string
  readonly data_object_type: string
  readonly shared_as: string
  readonly comment?: string | undefined
  readonly history_data_sharing_status: z.infer<typeof historyStatus>
  readonly cdf_enabled?: boolean | undefined
  readonly partitions?: readonly unknown[] | undefined
  readonly start_version: number
  readonly added_at: number
  readonly added_by: string
}

/** What a share tells of one thing that it shows. */
export interface SharedObject extends ObjectInfo {
  readonly status: 'ACTIVE' | 'PERMISSION_DENIED'
}

/** A table of the same name that comes later is another one. */
interface Shown {
  readonly info: ObjectInfo
  readonly table: FakeTable
}

const MAX_UPDATES = 100

/** What one share shows. */
export class FakeSharedObjects {
  #shown: ReadonlyMap<string, Shown> = new Map()
  /** Names of tables that were dropped while they were shown. */
  #lost: ReadonlySet<string> = new Set()
  readonly #metastore: FakeMetastore
  readonly #tables: FakeTables

  constructor(metastore: FakeMetastore, tables: FakeTables) {
    this.#metastore = metastore
    this.#tables = tables
  }

  /** With the status that each has now: the share's owner must be able to read a table for as long as it is shown. */
  list(owner: string): SharedObject[] {
    return [...this.#shown.values()].map((shown) => {
      const reads =
        this.#isThere(shown) &&
        this.#metastore.privileges.holds('SELECT', { type: 'table', name: shown.info.name }, owner)
      return { ...shown.info, status: reads ? 'ACTIVE' : 'PERMISSION_DENIED' }
    })
  }

  /** Also with what lies behind each, for who serves it. */
  places(owner: string): (SharedObject & { readonly location: string; readonly id: string })[] {
    return this.list(owner).map((object) => {
      const table = this.#shown.get(object.name)?.table
      return { ...object, location: table?.storage_location ?? '', id: String(table?.table_id) }
    })
  }

  /** In order, all or nothing. */
  async update(updates: readonly ObjectUpdate[]): Promise<void> {
    if (updates.length > MAX_UPDATES) throw invalid('maximum number update data objects allowed is a 100')
    const shown = new Map(this.#shown)
    const lost = new Set(this.#lost)
    for (const { action, data_object: asked } of updates) {
      const name = asked.name.toLowerCase()
      const before = shown.get(name)
      if (action === 'ADD') shown.set(name, await this.#added(shown, lost, name, asked))
      else if (before === undefined) {
        throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `Shared Table '${name}' does not exist.`)
      } else if (action === 'UPDATE') shown.set(name, { ...before, info: changed(before.info, asked) })
      else {
        shown.delete(name)
        if (!this.#isThere(before)) lost.add(name)
      }
    }
    this.#shown = shown
    this.#lost = lost
  }

  #isThere({ info, table }: Shown): boolean {
    return this.#tables.find(info.name)?.table_id === table.table_id
  }

  async #added(
    shown: ReadonlyMap<string, Shown>,
    lost: ReadonlySet<string>,
    name: string,
    asked: Asked,
  ): Promise<Shown> {
    const table = this.#shareable(name, lost)
    const sharedAs = asked.shared_as ?? name.slice(name.indexOf('.') + 1)
    if (!/^\w+\.\w+$/.test(sharedAs)) throw invalid(`'${sharedAs}' is not a valid name`)
    checkHistory(asked)
    const aliases = new Set([...shown.values()].map(({ info }) => info.shared_as.toLowerCase()))
    if (shown.has(name) || aliases.has(sharedAs.toLowerCase())) {
      throw new Refusal(400, 'RESOURCE_ALREADY_EXISTS', `Shared Table '${name}' already exists`)
    }
    this.#checkQuotas(aliases, sharedAs.toLowerCase())
    const facts = await tableFacts(this.#metastore, table.storage_location)
    const status = asked.history_data_sharing_status ?? 'DISABLED'
    if (status === 'DISABLED' && facts.deletionVectors) {
      throw invalid(
        `Table property delta.enableDeletionVectors found on table '${name}': share it WITH HISTORY, or disable deletion vectors and purge.`,
      )
    }
    const { start_version = facts.version, comment, cdf_enabled, partitions } = asked
    if (start_version > facts.version) {
      throw invalid(`start_version ${start_version} is later than the current version ${facts.version} of '${name}'`)
    }
    const { now: added_at, principal: added_by } = this.#metastore
    const said = { comment, cdf_enabled, partitions, start_version, added_at, added_by }
    return { info: withHistory({ name, data_object_type: 'TABLE', shared_as: sharedAs, ...said }, status), table }
  }

  #shareable(name: string, lost: ReadonlySet<string>): FakeTable {
    const table = this.#tables.find(name)
    if (table === undefined) throw absent('TABLE', name)
    if (!['EXTERNAL', 'MANAGED'].includes(table.table_type)) {
      throw invalid('Only managed or external table on Unity Catalog can be added to a share')
    }
    if (!this.#metastore.privileges.holds('SELECT', { type: 'table', name })) {
      throw denied(`User does not have SELECT on Table '${name}'.`)
    }
    if (lost.has(name)) {
      throw invalid(`Table '${name}' was dropped while it was shared: none of its name can be added again.`)
    }
    return table
  }

  #checkQuotas(aliases: ReadonlySet<string>, alias: string): void {
    const { limits } = this.#metastore
    this.#metastore.checkQuota('Table', 'Share', aliases.size, limits.tablesPerShare)
    const schemas = new Set([...aliases].map(schemaOf))
    if (schemas.has(schemaOf(alias))) return
    this.#metastore.checkQuota('Schema', 'Share', schemas.size, limits.schemasPerShare)
  }
}

/** An object of which other things are said. Its alias is none of them: to change that, it is removed and added. */
function changed(before: ObjectInfo, asked: Asked): ObjectInfo {
  if (asked.shared_as !== undefined) throw invalid('shared_as cannot be updated')
  // Whether it could be is not known; so nothing of ours may rest on it.
  if (asked.start_version !== undefined) throw invalid('start_version cannot be updated')
  checkHistory(asked)
  const { comment = before.comment, partitions = before.partitions, cdf_enabled = feedOf(before) } = asked
  return withHistory(
    { ...before, comment, partitions, cdf_enabled },
    asked.history_data_sharing_status ?? before.history_data_sharing_status,
  )
}

function checkHistory({ cdf_enabled, history_data_sharing_status }: Asked): void {
  if (cdf_enabled === undefined || history_data_sharing_status === undefined) return
  throw invalid('Only one of cdf_enabled and history_data_sharing_status can be set')
}

/** What was said of the change feed: with history it is on without a word. */
function feedOf({ history_data_sharing_status, cdf_enabled }: ObjectInfo): boolean | undefined {
  return history_data_sharing_status === 'ENABLED' ? undefined : cdf_enabled
}

/** With history the server tells of the change feed too. */
function withHistory(
  info: Omit<ObjectInfo, 'history_data_sharing_status'>,
  status: z.infer<typeof historyStatus>,
): ObjectInfo {
  const cdf_enabled = status === 'ENABLED' ? true : info.cdf_enabled
  return { ...info, history_data_sharing_status: status, cdf_enabled }
}

function schemaOf(alias: string): string {
  return alias.slice(0, alias.indexOf('.'))
}
