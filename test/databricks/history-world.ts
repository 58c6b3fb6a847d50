import { expect } from 'vitest'
import { isDeltaError } from '../../src/errors.ts'
import { objectStorePlane, type Publication, type Share, type SharePlane } from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { prefixStore } from '../../src/store/index.ts'
import { type Fate, PlaneWorld } from './plane-world.ts'

const METASTORE = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'
const SHARE = 'sales'
const RECIPIENT = 'acme'
const NAMES = ['ORDERS', 'RETURNS', 'STOCK', 'LATEST'] as const
/** Places that each table has lain at or may lie at. */
const EPOCHS = 3

export type Step = (world: HistoryWorld) => Promise<void>

/** One share through its history: what is done to it, and what must hold meanwhile and in the end. */
export class HistoryWorld {
  /** What happened, for who looks into a failure. */
  readonly steps: string[] = []
  readonly #place = new PlaneWorld()
  readonly #dice: () => number
  /** Name and place of all that was ever to be published, before it was. */
  readonly #asked = new Set<string>()
  /** What people put into the share, and whom they granted it. */
  readonly #foreign = new Map<string, string>()
  readonly #strangers = new Set<string>()
  /** Shares as processes have read them: also old ones. */
  readonly #read: Share[] = []
  #depth = 0

  readonly #acts: readonly (readonly [string, Step])[]

  constructor(seed: number, acts: Readonly<Record<string, Step>>) {
    this.#dice = simulatedRuntime({ seed }).random
    this.#acts = Object.entries(acts)
  }

  async begin(): Promise<void> {
    for (const name of NAMES) for (let e = 0; e < EPOCHS; e++) await this.#place.newTable(placeOf(name, e))
    const plane = this.#place.plane()
    this.#read.push(await plane.createShare({ name: SHARE }))
    await plane.createRecipient({ name: RECIPIENT, sharingIdentifier: METASTORE })
    await plane.grantShare({ recipient: RECIPIENT, share: SHARE })
  }

  async step(): Promise<void> {
    const [name, act] = this.#one(this.#acts)
    this.steps.push(`${' '.repeat(this.#depth * 2)}${name}`)
    await this.#tried(act)
    await this.#check()
  }

  async #tried(act: Step): Promise<void> {
    try {
      await act(this)
    } catch (error) {
      if (!isDeltaError(error) && !(error instanceof TypeError)) throw error
      const code = isDeltaError(error) ? error.code : 'killed'
      this.steps.push(`${' '.repeat(this.#depth * 2)}  ${code}: ${error.message}`)
    }
  }

  // The steps of publishers.

  async publish(): Promise<void> {
    const fate = this.#fate()
    const plane = this.#place.plane({}, fate)
    const share = this.#chance(0.75) ? await plane.loadShare(SHARE) : this.#one(this.#read)
    this.#read.push(share)
    const publication = this.#publication(share)
    for (const { name, location } of publication.tables) this.#asked.add(`shop.${name} ${location}`.toLowerCase())
    await plane.publish(publication)
  }

  async reconcile(): Promise<void> {
    await this.#reconcile(this.#place.plane({}, this.#fate()))
  }

  async regrant(): Promise<void> {
    await this.#place.plane({}, this.#fate()).grantShare({ recipient: RECIPIENT, share: SHARE })
  }

  // The steps of people, in Databricks.

  async removeObject(): Promise<void> {
    const [table] = this.#tables()
    if (table !== undefined) await this.#shares().update(SHARE, [{ action: 'REMOVE', table }])
  }

  async renameObject(): Promise<void> {
    const [table] = this.#tables()
    if (table === undefined) return
    const sharedAs = this.#chance(0.5) ? 'shop.MINE' : `shop.${this.#one(NAMES)}`
    await this.#shares().update(SHARE, [
      { action: 'REMOVE', table },
      { action: 'ADD', table, sharedAs },
    ])
  }

  async exchangeNames(): Promise<void> {
    const [one, other] = this.#objects()
    if (one === undefined || other === undefined) return
    await this.#shares().update(SHARE, [
      { action: 'REMOVE', table: one.name },
      { action: 'REMOVE', table: other.name },
      { action: 'ADD', table: one.name, sharedAs: other.shared_as },
      { action: 'ADD', table: other.name, sharedAs: one.shared_as },
    ])
  }

  async flipHistory(): Promise<void> {
    const [object] = this.#objects()
    if (object === undefined) return
    const history = object.history_data_sharing_status !== 'ENABLED'
    await this.#shares().update(SHARE, [{ action: 'UPDATE', table: object.name, history }])
  }

  async addForeign(): Promise<void> {
    const name = `other.place.t${this.steps.length}`
    const sharedAs = this.#chance(0.3) ? `shop.${this.#one(NAMES)}` : `theirs.T${this.steps.length}`
    await this.#place.provide(name)
    await this.#place.show(SHARE, name, sharedAs)
    this.#foreign.set(name, sharedAs.toLowerCase())
  }

  async grantStranger(): Promise<void> {
    const name = `stranger${this.steps.length}`
    await this.#place.catalog().recipients.create({ name, authenticationType: 'TOKEN' })
    if (this.#chance(0.5)) return
    await this.#shares().updatePermissions(SHARE, [{ recipient: name, add: ['SELECT'] }])
    this.#strangers.add(name)
  }

  async revokeGrant(): Promise<void> {
    const [reader] = this.#place.readers(SHARE)
    if (reader === undefined) return
    await this.#shares().updatePermissions(SHARE, [{ recipient: reader, remove: ['SELECT'] }])
    this.#strangers.delete(reader)
  }

  async renameRecipient(): Promise<void> {
    const ours = await this.#ours()
    if (ours === undefined) return
    await this.#place.catalog().recipients.update(ours, { newName: `renamed${this.steps.length}` })
  }

  async deleteRecipient(): Promise<void> {
    const ours = await this.#ours()
    if (ours !== undefined) await this.#place.catalog().recipients.delete(ours)
  }

  /** Somebody else gets the name that ours has, or had. */
  async takeName(): Promise<void> {
    await this.#place.catalog().recipients.create({
      name: RECIPIENT,
      authenticationType: 'DATABRICKS',
      sharingIdentifier: METASTORE.replace('19a84bee', '00000000'),
    })
  }

  /** Whoever has our name and is not ours gets another, as the refusal says. */
  async #giveNameBack(): Promise<void> {
    const { recipients } = this.#place.catalog()
    const taker = (await recipients.list()).find(({ name }) => name === RECIPIENT)
    if (taker === undefined || taker.sharingIdentifier === METASTORE) return
    await recipients.update(RECIPIENT, { newName: 'another' })
  }

  // What holds.

  async #check(): Promise<void> {
    const story = this.steps.join('\n')
    const objects = this.#allObjects()
    for (const [name, sharedAs] of this.#foreign) {
      expect(objects.find((object) => object.name === name)?.shared_as.toLowerCase(), story).toBe(sharedAs)
    }
    for (const reader of this.#place.readers(SHARE)) {
      if (this.#strangers.has(reader)) continue
      expect((await this.#place.catalog().recipients.get(reader)).sharingIdentifier, story).toBe(METASTORE)
    }
    for (const { shared_as, location, name } of this.#objects()) {
      if (this.#isMangled(name, shared_as)) continue
      expect([...this.#asked], story).toContain(`${shared_as.toLowerCase()} ${location}`)
    }
  }

  /** Shown by a person under another name than a publisher would. */
  #isMangled(table: string, sharedAs: string): boolean {
    return !table.includes(`.${sharedAs.replace('shop.', '').toLowerCase()}__`)
  }

  async end(): Promise<void> {
    for (const [table] of this.#foreign) await this.#shares().update(SHARE, [{ action: 'REMOVE', table }])
    this.#foreign.clear()
    await this.#giveNameBack()
    // Dropped by who slept between his last look and the request: as the refusal says.
    for (const { name, status } of this.#objects()) if (status !== 'ACTIVE') this.#place.fake.tables.undrop(name)
    const plane = this.#place.plane()
    const story = () => this.steps.join('\n')
    for (let round = 0; round < 2; round++) {
      await this.#reconcile(plane).catch((error: unknown) => {
        throw new Error(`reconciling failed: ${String(error)}\n${story()}`)
      })
    }
    const ledger = await objectStorePlane(prefixStore(this.#place.store, 'databricks')).loadShare(SHARE)
    const said = ledger.tables.map(({ schema, name, location, history, startVersion = 0 }) =>
      [`${schema}.${name}`.toLowerCase(), location, history, history ? startVersion : ''].join(' '),
    )
    const shown = this.#objects().map(({ shared_as, location, history_data_sharing_status: status, start_version }) =>
      [shared_as.toLowerCase(), location, status === 'ENABLED', status === 'ENABLED' ? start_version : ''].join(' '),
    )
    expect(shown.sort(), story()).toEqual(said.sort())
    expect(await plane.recipientsOf(SHARE), story()).toEqual([RECIPIENT, ...this.#strangers].sort())
    expect((await plane.showRecipient(RECIPIENT)).shares, story()).toEqual([SHARE])
    await plane.dropRecipient(RECIPIENT)
    expect(this.#place.readers(SHARE).sort(), story()).toEqual([...this.#strangers].sort())
    await plane.dropShare(SHARE)
    expect(this.#place.fake.shares.shown(), story()).toEqual([])
  }

  /** As the connector does: what is not shown as it was published is published again, and the grant given. */
  async #reconcile(plane: SharePlane): Promise<void> {
    const share = await plane.loadShare(SHARE)
    const ledger = await objectStorePlane(prefixStore(this.#place.store, 'databricks')).loadShare(SHARE)
    const shown = new Map(share.tables.map((table) => [table.name, table]))
    const tables = ledger.tables.filter(({ name, history }) => shown.get(name)?.history !== history)
    await plane.publish({ share, tables: tables.map(({ id: _, ...table }) => table), touch: true })
    if (!(await plane.recipientsOf(SHARE)).includes(RECIPIENT)) {
      await plane.grantShare({ recipient: RECIPIENT, share: SHARE })
    }
  }

  #publication(share: Share): Publication {
    const names = NAMES.filter(() => this.#chance(0.5))
    const tables = names.map((name) => {
      const history = this.#chance(0.5)
      const location = `memory://tables/${placeOf(name, Math.floor(this.#dice() * EPOCHS))}`
      const version = this.#chance(0.5) ? 0 : 1
      const startVersion = history && version === 1 && this.#chance(0.5) ? 1 : 0
      return { schema: 'shop', name, location, version, history, ...(history && { startVersion }) }
    })
    const remove = NAMES.filter((name) => !names.includes(name) && this.#chance(0.15))
    return { share, tables, remove: remove.map((name) => ({ schema: 'shop', name })) }
  }

  /** What befalls a process: mostly nothing. */
  #fate(): Fate {
    const at = 1 + Math.floor(this.#dice() * 8)
    const end = this.#one(['none', 'none', 'none', 'dies before', 'dies after', 'loses', 'sleeps', 'sleeps'] as const)
    this.steps.push(`${' '.repeat(this.#depth * 2)}  (${end} at ${at})`)
    let changes = 0
    let isDead = false
    return {
      pass: async (isChange, request) => {
        if (isDead) throw new TypeError('this publisher is dead')
        if (!isChange || ++changes !== at || end === 'none') return request()
        if (end === 'sleeps') {
          if (this.#depth < 2) {
            this.#depth++
            for (let i = 0; i < 2; i++) await this.step()
            this.#depth--
          }
          return request()
        }
        isDead = end !== 'loses'
        if (end !== 'dies before') await request()
        throw new TypeError('fetch failed')
      },
    }
  }

  async #ours(): Promise<string | undefined> {
    const found = await this.#place.catalog().recipients.list({ sharingIdentifier: METASTORE })
    return found[0]?.name
  }

  #shares() {
    return this.#place.catalog().shares
  }

  #allObjects() {
    return this.#place.fake.shares.shown().find(({ name }) => name === SHARE)?.objects ?? []
  }

  /** Of ours, in a random order. */
  #objects() {
    const objects = this.#allObjects().filter(({ name }) => name.startsWith(`kadoa_prod.${SHARE}.`))
    return objects
      .map((object) => [this.#dice(), object] as const)
      .sort(([a], [b]) => a - b)
      .map(([, object]) => object)
  }

  #tables(): string[] {
    return this.#objects().map(({ name }) => name)
  }

  #chance(of: number): boolean {
    return this.#dice() < of
  }

  #one<T>(of: readonly T[]): T {
    const found = of[Math.floor(this.#dice() * of.length)]
    if (found === undefined) throw new Error('nothing to choose from')
    return found
  }
}

function placeOf(name: string, epoch: number): string {
  return `${name.toLowerCase()}-${epoch}`
}
