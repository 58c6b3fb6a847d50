import { z } from 'zod'
import { bodyOf, dispatch, type FakeCall, page } from './call.ts'
import type { FakeMetastore } from './metastore.ts'
import { kept, parentOf } from './names.ts'
import type { FakeNamespaces } from './namespaces.ts'
import { absent, denied, invalid, taken } from './refusal.ts'
import { type FakeStorage, overlaps } from './storage.ts'

const columnShape = z.strictObject({
  name: z.string(),
  type_name: z.enum([
    'ARRAY',
    'BINARY',
    'BOOLEAN',
    'BYTE',
    'CHAR',
    'DATE',
    'DECIMAL',
    'DOUBLE',
    'FLOAT',
    'INT',
    'INTERVAL',
    'LONG',
    'MAP',
    'NULL',
    'SHORT',
    'STRING',
    'STRUCT',
    'TIMESTAMP',
    'TIMESTAMP_NTZ',
    'USER_DEFINED_TYPE',
    'VARIANT',
  ]),
  type_text: z.string(),
  type_json: z.string(),
  type_precision: z.int().optional(),
  type_scale: z.int().optional(),
  position: z.int().nonnegative(),
  nullable: z.boolean().optional(),
  comment: z.string().optional(),
})
const creation = z.strictObject({
  name: z.string(),
  catalog_name: z.string(),
  schema_name: z.string(),
  table_type: z.literal('EXTERNAL'),
  data_source_format: z.literal('DELTA'),
  storage_location: z.string(),
  columns: z.array(columnShape).optional(),
  properties: z.record(z.string(), z.string()).optional(),
  // Databricks does not document it here: it is passed over.
  comment: z.string().optional(),
})

export type FakeColumn = z.infer<typeof columnShape>

export interface FakeTable {
  readonly full_name: string
  readonly name: string
  readonly storage_location: string
  readonly table_type: string
  readonly columns: readonly FakeColumn[]
  readonly [member: string]: unknown
}

/** A table that is to be registered. Names in lower case already. */
export interface NewFakeTable {
  readonly fullName: string
  readonly location: string
  readonly columns?: readonly FakeColumn[] | undefined
  readonly type?: string
  readonly members?: Readonly<Record<string, unknown>>
}

/** `…/tables`. */
export class FakeTables {
  readonly #tables = new Map<string, FakeTable>()
  readonly #dropped = new Map<string, FakeTable>()
  readonly #metastore: FakeMetastore
  readonly #storage: FakeStorage
  readonly #namespaces: () => FakeNamespaces

  constructor(metastore: FakeMetastore, storage: FakeStorage, namespaces: () => FakeNamespaces) {
    this.#metastore = metastore
    this.#storage = storage
    this.#namespaces = namespaces
  }

  find(fullName: string): FakeTable | undefined {
    return this.#tables.get(fullName.toLowerCase())
  }

  inSchema(schema: string): readonly string[] {
    return [...this.#tables.keys()].filter((name) => parentOf(name) === schema)
  }

  drop(fullName: string): void {
    const table = this.#tables.get(fullName)
    if (table !== undefined) this.#dropped.set(fullName, table)
    this.#tables.delete(fullName)
    this.#metastore.privileges.forget({ type: 'table', name: fullName })
  }

  /** `UNDROP TABLE`: the table that was dropped last under a name is there again, unless another has the name. */
  undrop(fullName: string): void {
    const table = this.#dropped.get(fullName)
    if (table === undefined) throw absent('TABLE', fullName)
    if (this.#tables.has(fullName)) throw taken('TABLE', fullName)
    this.#tables.set(fullName, table)
    this.#metastore.privileges.own({ type: 'table', name: fullName })
  }

  /** A table of ours, there without a call: for tests that need one and nothing of how it came. */
  provide(fullName: string, location = `s3://provided/${fullName}`, type = 'EXTERNAL'): void {
    this.#namespaces().provideSchema(parentOf(fullName))
    this.#put({ fullName, location, type })
  }

  answer(call: FakeCall): Promise<unknown> {
    const fullName = (call.path[0] ?? '').toLowerCase()
    return dispatch(call, {
      GET: () => this.#list(call.query),
      POST: () => this.#create(bodyOf(call, creation)),
      'GET :name': () => this.#existing(fullName),
      'GET :name/exists': () => ({ table_exists: this.#tables.has(fullName) }),
      'DELETE :name': () => {
        this.#existing(fullName)
        this.#metastore.privileges.requireOwner({ type: 'table', name: fullName })
        this.drop(fullName)
        return {}
      },
    })
  }

  /** Registers a table: what must hold however it is asked for. */
  register(table: NewFakeTable): FakeTable {
    const { fullName, location } = table
    const schema = parentOf(fullName)
    this.#namespaces().requireSchema(schema)
    const { privileges, limits } = this.#metastore
    privileges.require('USE_CATALOG', { type: 'catalog', name: parentOf(schema) })
    privileges.require('USE_SCHEMA', { type: 'schema', name: schema })
    privileges.require('CREATE_TABLE', { type: 'schema', name: schema })
    const { name } = this.#storage.covering(location)
    privileges.require('CREATE_EXTERNAL_TABLE', { type: 'external_location', name })
    if (this.#tables.has(fullName)) throw taken('TABLE', fullName)
    this.#checkOverlap(location)
    const count = this.inSchema(schema).length
    this.#metastore.checkQuota('Table', `Schema ${schema}`, count, limits.tablesPerSchema)
    return this.#put(table)
  }

  /** The columns that the catalog tells of a table are as its log has them now. */
  sync(fullName: string, columns: readonly FakeColumn[]): void {
    const table = this.#existing(fullName)
    this.#tables.set(table.full_name, { ...table, columns, updated_at: this.#metastore.now })
  }

  #create(body: z.infer<typeof creation>): unknown {
    const { catalog_name, schema_name, name, storage_location: location, columns, properties } = body
    if (!this.#metastore.externalAccessEnabled) {
      throw denied(`External data access is not enabled on metastore '${this.#metastore.id}'.`)
    }
    const schema = `${catalog_name}.${schema_name}`.toLowerCase()
    const fullName = `${schema}.${kept(name)}`
    this.#namespaces().requireSchema(schema)
    const { privileges } = this.#metastore
    privileges.require('EXTERNAL_USE_SCHEMA', { type: 'schema', name: schema })
    const external = this.#storage.covering(location).name
    privileges.require('EXTERNAL_USE_LOCATION', { type: 'external_location', name: external })
    return this.register({ fullName, location, columns, members: { properties } })
  }

  #put({ fullName, location, columns = [], type = 'EXTERNAL', members }: NewFakeTable): FakeTable {
    const schema = parentOf(fullName)
    const catalog = parentOf(schema)
    const { id: metastore_id, now: created_at, principal, privileges } = this.#metastore
    const table: FakeTable = {
      ...members,
      name: fullName.slice(schema.length + 1),
      catalog_name: catalog,
      schema_name: schema.slice(catalog.length + 1),
      full_name: fullName,
      table_id: this.#metastore.uuid(),
      table_type: type,
      data_source_format: 'DELTA',
      storage_location: location,
      columns,
      owner: principal,
      metastore_id,
      created_at,
      created_by: principal,
    }
    this.#tables.set(fullName, table)
    privileges.own({ type: 'table', name: fullName })
    return table
  }

  #checkOverlap(location: string): void {
    const conflict = [...this.#tables.values()].find((table) => overlaps(table.storage_location, location))
    if (conflict === undefined) return
    throw invalid(
      `Input path url '${location}' overlaps with other external tables or volumes within 'CreateTable' call. Conflicting tables/volumes: ${conflict.full_name}.`,
    )
  }

  #list(query: URLSearchParams): unknown {
    const schema = `${query.get('catalog_name')}.${query.get('schema_name')}`.toLowerCase()
    this.#namespaces().requireSchema(schema)
    const found = this.inSchema(schema).map((name) => this.#existing(name))
    return page('tables', found, query)
  }

  #existing(fullName: string): FakeTable {
    const found = this.#tables.get(fullName)
    if (found === undefined) throw absent('TABLE', fullName)
    // The owner that stands in the table is the one that the privileges go by.
    return { ...found, owner: this.#metastore.privileges.ownerOf({ type: 'table', name: fullName }) }
  }
}
