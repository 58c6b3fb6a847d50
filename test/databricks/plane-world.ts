import { databricksPlane, type UnityCatalog, unityCatalog } from '../../src/databricks/index.ts'
import type { SharePlane } from '../../src/manifest/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { createTable } from '../../src/table/index.ts'
import { FakeDatabricks } from '../fakes/unity-catalog/index.ts'

export type PlaneOptions = Partial<Parameters<typeof databricksPlane>[0]>

/** Lets everything pass, or breaks it; told of each request that would change something. */
export interface Fate {
  pass<T>(isChange: boolean, request: () => Promise<T>): Promise<T>
}

/** A request that is about to be sent. */
interface Sent {
  readonly body: string
  send(): Promise<unknown>
}

const untroubled: Fate = { pass: (_, request) => request() }

/** A workspace, a ledger, and tables, for as many publishers as a test needs. */
export class PlaneWorld {
  readonly store = memoryStore()
  readonly warnings: string[] = []
  readonly fake: FakeDatabricks
  readonly #tables = new Map<string, ObjectStore>()

  constructor() {
    const openTable = async (location: string) => this.tableAt(location)
    this.fake = new FakeDatabricks({ openTable, locations: { tables: 'memory://tables' } })
  }

  /** A publisher of its own, as another process is. */
  plane(options: PlaneOptions = {}, fate: Fate = untroubled): SharePlane {
    const { url: host, token, runtime, fetch } = this.fake
    const catalog = unityCatalog({
      host,
      token,
      runtime,
      fetch: (input, init) => fate.pass(init?.method !== 'GET', () => fetch(input, init)),
    })
    return databricksPlane({
      catalog,
      catalogName: 'kadoa_prod',
      store: fated(this.store, fate),
      openTable: async (location) => this.tableAt(location),
      runtime,
      onWarning: (message) => this.warnings.push(message),
      ...options,
    })
  }

  /** A publisher before whose first such request something happens, of which he has not heard. */
  overtaken(request: RegExp, happens: (sent: Sent) => Promise<unknown>): SharePlane {
    const { url: host, token, runtime, fetch } = this.fake
    let hasHappened = false
    const catalog = unityCatalog({
      host,
      token,
      runtime,
      fetch: async (input, init) => {
        const path = String(input).replace(/^.*unity-catalog\//, '')
        if (!hasHappened && request.test(`${init?.method} ${path}`)) {
          hasHappened = true
          await happens({ body: String(init?.body), send: () => fetch(input, init) })
        }
        return fetch(input, init)
      },
    })
    return this.plane({ catalog })
  }

  tableAt(location: string): ObjectStore {
    const store = this.#tables.get(location) ?? memoryStore()
    this.#tables.set(location, store)
    return store
  }

  /** A table of two versions, and its location. */
  async newTable(name = `t${this.#tables.size}`): Promise<string> {
    const location = `memory://tables/${name}`
    sample ??= sampleTable()
    this.#tables.set(location, await sample)
    return location
  }

  catalog(): UnityCatalog {
    const { url: host, token, runtime, fetch } = this.fake
    return unityCatalog({ host, token, runtime, fetch })
  }

  /** A table that somebody else registered. */
  async provide(fullName: string): Promise<void> {
    this.fake.tables.provide(fullName, await this.newTable(fullName))
  }

  /** Has a share show a table, behind the plane's back. */
  async show(share: string, table: string, sharedAs: string): Promise<void> {
    await this.catalog().shares.update(share, [{ action: 'ADD', table, sharedAs }])
  }

  /** What recipients see of a share: each name, and where it leads; what the catalog hides is marked. */
  shown(share: string): Record<string, string> {
    const objects = this.fake.shares.shown().find(({ name }) => name === share)?.objects ?? []
    const places = objects.map(({ shared_as, location, status }) => {
      const place = location.replace('memory://tables/', '')
      return [shared_as.toLowerCase(), status === 'ACTIVE' ? place : `${place} (${status})`] as const
    })
    return Object.fromEntries(places.sort())
  }

  /** Who may read a share, by the names that the catalog has for them. */
  readers(share: string): string[] {
    return this.fake.shares.readersOf(share)
  }

  /** The requests since the last look that changed something. */
  changes(): string[] {
    const calls = this.fake.calls.splice(0)
    return calls
      .filter(({ method, path }) => method !== 'GET' && path !== 'validate-storage-credentials')
      .map(({ method, path }) => `${method} ${path}`)
  }
}

/** Nobody writes to it, so that one does for all. */
let sample: Promise<ObjectStore> | undefined

async function sampleTable(): Promise<ObjectStore> {
  const store = memoryStore()
  const table = await createTable('memory://sample', { store, rows: [{ n: 1 }] })
  await table.append([{ n: 2 }])
  return store
}

function fated(store: ObjectStore, fate: Fate): ObjectStore {
  return {
    ...store,
    get: (key, options) => fate.pass(false, () => store.get(key, options)),
    put: (key, body, options) => fate.pass(true, () => store.put(key, body, options)),
    delete: (keys, options) => fate.pass(true, () => store.delete(keys, options)),
  }
}

/** What happens to the nth request that changes something. */
export type End = 'dies before' | 'dies after' | 'loses the answer'

/** Strikes at the nth change; `struck` says whether it came to that. */
export class Strike implements Fate {
  struck = false
  readonly #at: number
  readonly #end: End
  #changes = 0

  constructor(at: number, end: End) {
    this.#at = at
    this.#end = end
  }

  async pass<T>(isChange: boolean, request: () => Promise<T>): Promise<T> {
    if (this.struck && this.#end !== 'loses the answer') throw new TypeError('this publisher is dead')
    if (!isChange) return request()
    this.#changes++
    if (this.#changes !== this.#at) return request()
    this.struck = true
    if (this.#end !== 'dies before') await request()
    throw new TypeError('fetch failed')
  }
}

/** A world with shares of ours, which show nothing yet. */
export async function withShares(...names: string[]): Promise<PlaneWorld> {
  const world = new PlaneWorld()
  for (const name of names) await world.plane().createShare({ name })
  return world
}
