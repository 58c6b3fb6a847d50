import { messageOf } from '../../../src/errors.ts'
import { type Runtime, simulatedRuntime } from '../../../src/runtime.ts'
import type { SharingHandler } from '../../../src/server/index.ts'
import type { ObjectStore } from '../../../src/store/index.ts'
import { type ActivationAnswers, activationAnswers } from './activation.ts'
import type { FakeCall } from './call.ts'
import { FakeIdentity } from './identity.ts'
import { FakeMetastore } from './metastore.ts'
import { FakeNamespaces } from './namespaces.ts'
import { openSharing, sharingPrefix } from './open-sharing.ts'
import { answerQuotas } from './quotas.ts'
import { FakeRecipients } from './recipients.ts'
import { noEndpoint, Refusal } from './refusal.ts'
import { FakeShares } from './shares.ts'
import { FakeStatements } from './statements.ts'
import { FakeStorage } from './storage.ts'
import { FakeTables } from './tables.ts'
import { played, Troubles } from './troubles.ts'

const BASE = '/api/2.1/unity-catalog/'
const STATEMENTS = '/api/2.0/sql/statements'
const WAREHOUSES = '/api/2.0/sql/warehouses/'

export interface FakeOptions {
  /** Scheme and authority under which it answers. */
  readonly url?: string
  /** Its clock; one that moves only when somebody sleeps unless given. */
  readonly runtime?: Runtime
  /** Opens the tables that are registered; without it they are taken for new ones. */
  readonly openTable?: (location: string) => Promise<ObjectStore>
  /** Catalogs in which an administrator lets us work. */
  readonly catalogs?: readonly string[]
  /** Where an administrator lets us put tables: the name of an external location, and its URL. */
  readonly locations?: Readonly<Record<string, string>>
}

/** One call as it came, `path` below `/api/2.1/unity-catalog/` or, elsewhere, all of it. */
export interface SeenCall {
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

export const FAKE_URL = 'https://adb-1.2.azuredatabricks.net'
/** The moment at which the recorded conversations take place. */
export const NOW = 1_764_000_000_000

/**
 * A Databricks workspace in memory, as far as it is known from Databricks' documentation and its clients: names in lower
 * case, shares that start empty, at most 100 changes in one call, two tokens a recipient, one recipient a sharing
 * identifier, one table a place, privileges that are checked, pages that are empty and not the last. What its shares show
 * to open recipients it serves by the sharing protocol.
 */
export class FakeDatabricks {
  readonly url: string
  readonly runtime: Runtime
  readonly calls: SeenCall[] = []
  readonly troubles = new Troubles()
  readonly identity: FakeIdentity
  readonly metastore: FakeMetastore
  readonly storage: FakeStorage
  readonly tables: FakeTables
  readonly namespaces: FakeNamespaces
  readonly recipients: FakeRecipients
  readonly shares: FakeShares
  readonly statements: FakeStatements
  readonly #activation: ActivationAnswers
  readonly #sharing: SharingHandler

  constructor(options: FakeOptions = {}) {
    const { url = FAKE_URL, runtime = simulatedRuntime({ start: NOW }), openTable } = options
    const { catalogs = ['kadoa_prod'], locations = { kadoa: 's3://kadoa-share-acme' } } = options
    this.url = url
    this.runtime = runtime
    this.identity = new FakeIdentity(runtime)
    this.metastore = new FakeMetastore({ runtime, principal: this.identity.clientId, openTable })
    this.storage = new FakeStorage(this.metastore)
    this.tables = new FakeTables(this.metastore, this.storage, () => this.namespaces)
    this.namespaces = new FakeNamespaces(this.metastore, this.tables)
    this.recipients = new FakeRecipients(
      this.metastore,
      () => this.shares,
      (code) => `${url}/delta_sharing/retrieve_config.html?${code}`,
    )
    this.shares = new FakeShares(this.metastore, this.recipients, this.tables)
    this.statements = new FakeStatements(this.metastore, this.tables)
    this.#activation = activationAnswers(this)
    this.#sharing = openSharing(this, openTable ?? nowhere)
    const { privileges, securable } = this.metastore
    privileges.own(securable, 'admins')
    privileges.grant(securable, [
      'CREATE_SHARE',
      'CREATE_RECIPIENT',
      'SET_SHARE_PERMISSION',
      'USE_SHARE',
      'USE_RECIPIENT',
    ])
    for (const catalog of catalogs) this.namespaces.provide(catalog)
    for (const [name, place] of Object.entries(locations)) this.storage.provide(name, place)
  }

  /** What official clients and ours are given in place of a personal access token. */
  get token(): string {
    return this.identity.personalToken
  }

  /** Answers as the workspace would, in the place of the network. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const text = await request.text()
    const body = bodyIn(text)
    const inCatalog = url.pathname.startsWith(BASE) ? url.pathname.slice(BASE.length) : url.pathname
    const path = inCatalog + url.search
    this.calls.push({ method: request.method, path, ...(body === undefined ? {} : { body }) })
    const trouble = this.troubles.take(`${request.method} ${path}`)
    if (trouble !== undefined && 'instead' in trouble) return played(trouble.instead)
    const answer = await this.#answer(request, url, body)
    return trouble === undefined ? answer : played(trouble.after)
  }

  async #answer(request: Request, url: URL, body: unknown): Promise<Response> {
    try {
      if (url.origin !== this.url) throw noEndpoint()
      return (await this.#openAnswer(request, url, body)) ?? Response.json(await this.#authorized(request, url, body))
    } catch (error) {
      if (error instanceof Refusal) return error.response()
      // What the fake itself cannot do must not look like a connection that broke.
      return new Refusal(500, 'INTERNAL_ERROR', `the fake failed: ${messageOf(error)}`).response()
    }
  }

  /** What needs no token, or another one. */
  async #openAnswer(request: Request, url: URL, body: unknown): Promise<Response | undefined> {
    const { pathname } = url
    if (pathname === '/oidc/.well-known/oauth-authorization-server') {
      return Response.json(this.identity.discovery(this.url))
    }
    if (pathname === '/.well-known/databricks-config') return Response.json(this.identity.hostMetadata(this.url))
    if (pathname === '/oidc/v1/token' && request.method === 'POST') {
      return this.identity.issue(request.headers.get('authorization'), new URLSearchParams(String(body)))
    }
    if (pathname.startsWith(`${BASE}public/`)) return this.#activation(pathname.slice(BASE.length))
    const isSharing = pathname.startsWith(`${sharingPrefix(this)}/`) || pathname.startsWith('/files/')
    return isSharing ? this.#sharing(sent(request, body), { address: '127.0.0.1' }) : undefined
  }

  async #authorized(request: Request, url: URL, body: unknown): Promise<unknown> {
    this.identity.check(request.headers.get('authorization'))
    const { method } = request
    const { pathname, searchParams: query } = url
    if (pathname === '/api/2.0/preview/scim/v2/Me' && method === 'GET') {
      return this.identity.me(this.metastore.privileges.groups)
    }
    if (pathname.startsWith(STATEMENTS)) {
      return this.statements.answer({ method, path: segments(pathname.slice(STATEMENTS.length)), query, body })
    }
    if (pathname.startsWith(WAREHOUSES) && method === 'GET') {
      return this.statements.warehouse(decodeURIComponent(pathname.slice(WAREHOUSES.length)))
    }
    if (!pathname.startsWith(BASE)) throw noEndpoint()
    const [room = '', ...path] = segments(pathname.slice(BASE.length))
    return this.#catalogAnswer(room, { method, path, query, body })
  }

  async #catalogAnswer(room: string, call: FakeCall): Promise<unknown> {
    switch (room) {
      case 'shares':
        return this.shares.answer(call)
      case 'recipients':
        return this.recipients.answer(call)
      case 'tables':
        return this.tables.answer(call)
      case 'schemas':
        return this.namespaces.answerSchemas(call)
      case 'catalogs':
        return this.namespaces.answerCatalogs(call)
      case 'storage-credentials':
        return this.storage.answerCredentials(call)
      case 'external-locations':
        return this.storage.answerLocations(call)
      case 'validate-storage-credentials':
        return this.storage.answerTrial(call)
      case 'permissions':
        return this.metastore.privileges.answer(call)
      case 'effective-permissions':
        return this.metastore.privileges.answerEffective(call)
      case 'resource-quotas':
        return answerQuotas(this.metastore, this.#counts(), call)
      case 'metastores':
        return this.metastore.list()
      case 'metastore_summary':
        return this.metastore.summary()
      default:
        throw noEndpoint()
    }
  }

  #counts() {
    return {
      shares: this.shares.count,
      recipients: this.recipients.count,
      tablesOf: new Map(this.namespaces.schemas.map((schema) => [schema, this.tables.inSchema(schema).length])),
    }
  }
}

/** Without a way to open tables, there are shares to be listed and nothing to be read. */
async function nowhere(location: string): Promise<never> {
  throw new Error(`the fake was given no way to open ${location}`)
}

/** A request whose body was read, whole again. */
function sent(request: Request, body: unknown): Request {
  const { method, url, headers } = request
  return new Request(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
}

function segments(path: string): string[] {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeURIComponent)
}

/** JSON; else the text, be it of a form or of nothing that is known here. */
function bodyIn(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
