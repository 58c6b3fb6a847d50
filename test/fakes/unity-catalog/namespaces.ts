import { z } from 'zod'
import { bodyOf, dispatch, type FakeCall, page } from './call.ts'
import type { FakeMetastore } from './metastore.ts'
import { kept, parentOf } from './names.ts'
import type { Securable } from './privileges.ts'
import { absent, Refusal, taken } from './refusal.ts'

const properties = z.record(z.string(), z.string()).optional()
const catalogCreation = z.strictObject({
  name: z.string(),
  comment: z.string().optional(),
  properties,
  storage_root: z.string().optional(),
})
const schemaCreation = z.strictObject({ ...catalogCreation.shape, catalog_name: z.string() })
const schemaChange = z.strictObject({ comment: z.string().optional(), owner: z.string().optional(), properties })

interface Namespace {
  readonly full_name: string
  readonly owner: string
  readonly [member: string]: unknown
}

/** What schemas need to know of tables: whether there are any, and that they go. */
export interface Contents {
  inSchema(schema: string): readonly string[]
  drop(fullName: string): void
}

/** `…/catalogs` and `…/schemas`. */
export class FakeNamespaces {
  readonly #catalogs = new Map<string, Namespace>()
  readonly #schemas = new Map<string, Namespace>()
  readonly #metastore: FakeMetastore
  readonly #contents: Contents

  constructor(metastore: FakeMetastore, contents: Contents) {
    this.#metastore = metastore
    this.#contents = contents
  }

  /** An administrator has made a catalog, and lets us work in it. */
  provide(name: string): void {
    const { privileges } = this.#metastore
    const on = { type: 'catalog', name } as const
    if (!this.#catalogs.has(name)) this.#catalogs.set(name, this.#info({ name, full_name: name }, 'admins'))
    privileges.own(on, 'admins')
    privileges.grant(on, ['USE_CATALOG', 'CREATE_SCHEMA', 'USE_SCHEMA', 'CREATE_TABLE', 'EXTERNAL_USE_SCHEMA'])
  }

  get schemas(): readonly string[] {
    return [...this.#schemas.keys()]
  }

  /** A schema of ours, there without a call. */
  provideSchema(fullName: string): void {
    this.provide(parentOf(fullName))
    if (!this.#schemas.has(fullName)) this.#put(fullName, {})
  }

  /** @throws {Refusal} where there is no such schema, or no such catalog. */
  requireSchema(fullName: string): void {
    this.#catalog(parentOf(fullName))
    this.#schema(fullName)
  }

  answerCatalogs(call: FakeCall): Promise<unknown> {
    const name = (call.path[0] ?? '').toLowerCase()
    const { privileges, securable } = this.#metastore
    return dispatch(call, {
      GET: () => page('catalogs', [...this.#catalogs.values()], call.query),
      POST: () => {
        const body = bodyOf(call, catalogCreation)
        privileges.require('CREATE_CATALOG', securable)
        const created = kept(body.name)
        if (this.#catalogs.has(created)) throw taken('CATALOG', created)
        const info = this.#info({ ...body, name: created, full_name: created }, this.#metastore.principal)
        this.#catalogs.set(created, info)
        privileges.own({ type: 'catalog', name: created })
        return info
      },
      'GET :name': () => this.#catalog(name),
    })
  }

  answerSchemas(call: FakeCall): Promise<unknown> {
    const fullName = (call.path[0] ?? '').toLowerCase()
    const on: Securable = { type: 'schema', name: fullName }
    return dispatch(call, {
      GET: () => {
        const catalog = (call.query.get('catalog_name') ?? '').toLowerCase()
        this.#catalog(catalog)
        const found = [...this.#schemas.values()].filter(({ full_name }) => parentOf(full_name) === catalog)
        return page('schemas', found, call.query)
      },
      POST: () => this.#createSchema(bodyOf(call, schemaCreation)),
      'GET :name': () => {
        this.#catalog(parentOf(fullName))
        return this.#schema(fullName)
      },
      'PATCH :name': () => {
        const before = this.#schema(fullName)
        const { owner = before.owner, ...said } = bodyOf(call, schemaChange)
        const changed = { ...before, ...said, owner }
        this.#metastore.privileges.requireOwner(on)
        this.#metastore.privileges.own(on, owner)
        this.#schemas.set(fullName, changed)
        return changed
      },
      'DELETE :name': () => this.#dropSchema(on, call.query.get('force') === 'true'),
    })
  }

  #createSchema(body: z.infer<typeof schemaCreation>): unknown {
    const catalog = body.catalog_name.toLowerCase()
    this.#catalog(catalog)
    const { privileges } = this.#metastore
    privileges.require('USE_CATALOG', { type: 'catalog', name: catalog })
    privileges.require('CREATE_SCHEMA', { type: 'catalog', name: catalog })
    const fullName = `${catalog}.${kept(body.name)}`
    if (this.#schemas.has(fullName)) throw taken('SCHEMA', fullName)
    return this.#put(fullName, body)
  }

  #put(fullName: string, body: Readonly<Record<string, unknown>>): Namespace {
    const catalog = parentOf(fullName)
    const name = fullName.slice(catalog.length + 1)
    const info = this.#info({ ...body, name, catalog_name: catalog, full_name: fullName }, this.#metastore.principal)
    this.#schemas.set(fullName, info)
    this.#metastore.privileges.own({ type: 'schema', name: fullName })
    return info
  }

  #dropSchema(on: Securable, force: boolean): unknown {
    this.#schema(on.name)
    this.#metastore.privileges.requireOwner(on)
    const tables = this.#contents.inSchema(on.name)
    if (tables.length > 0 && !force) {
      throw new Refusal(
        400,
        'INVALID_STATE',
        `Schema '${on.name}' is not empty. The schema has ${tables.length} table(s)`,
      )
    }
    for (const table of tables) this.#contents.drop(table)
    this.#schemas.delete(on.name)
    this.#metastore.privileges.forget(on)
    return {}
  }

  #catalog(name: string): Namespace {
    const found = this.#catalogs.get(name)
    if (found === undefined) throw absent('CATALOG', name)
    return found
  }

  #schema(fullName: string): Namespace {
    const found = this.#schemas.get(fullName)
    if (found === undefined) throw absent('SCHEMA', fullName)
    return found
  }

  #info(members: { readonly full_name: string } & Readonly<Record<string, unknown>>, owner: string): Namespace {
    const { id: metastore_id, now: created_at, principal: created_by } = this.#metastore
    return { ...members, owner, metastore_id, created_at, created_by }
  }
}
