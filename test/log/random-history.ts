import { formatJson, JsonNumber } from '../../src/json.ts'
import { type Action, type AddFile, commit, type Metadata, type Snapshot } from '../../src/log/index.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { committed, createTable, FEATURED_PROTOCOL, METADATA, rewriteOf, schemaString } from './table.ts'

const COMMITS = 25

const SCHEMA = schemaString(
  { name: 'id', type: 'long' },
  { name: 'name', type: 'string' },
  { name: 'price', type: 'decimal(20,2)' },
  { name: 'at', type: 'timestamp' },
  { name: 'place', type: { type: 'struct', fields: [{ name: 'day', type: 'date', nullable: true, metadata: {} }] } },
  { name: 'country', type: 'string' },
)

/** Everything that a writer may do to a table, as the dice fall. */
export class History {
  readonly store: ObjectStore
  readonly runtime: Runtime
  readonly #metadata: Metadata
  /** What is there, and how often each path got another deletion vector. */
  readonly #files = new Map<string, AddFile>()
  readonly #domains = new Set<string>()
  #count = 0

  constructor(seed: number) {
    this.runtime = simulatedRuntime({ seed })
    this.store = memoryStore({ runtime: this.runtime })
    this.#metadata = {
      ...METADATA,
      schemaString: SCHEMA,
      partitionColumns: ['country'],
      configuration: this.#properties(),
    }
  }

  async *snapshots(): AsyncGenerator<Snapshot> {
    let snapshot = await createTable(this.store, this.runtime, this.#metadata, FEATURED_PROTOCOL)
    yield snapshot
    for (let count = 0; count < COMMITS; count++) {
      const request = rewriteOf(snapshot, ...this.#step())
      await this.runtime.sleep(1000)
      snapshot = committed(await commit(this.store, request, { runtime: this.runtime })).snapshot
      yield snapshot
    }
  }

  #step(): Action[] {
    const [gone] = this.#pick([...this.#files.values()])
    switch (this.#dice(7)) {
      case 0:
        return gone ? this.#remove(gone) : this.#add()
      case 1:
        return gone ? this.#deleteRows(gone) : this.#add()
      case 2:
        return [{ txn: { appId: `app-${this.#dice(3)}`, version: this.#count++, lastUpdated: this.runtime.now() } }]
      case 3:
        return [{ metaData: { ...this.#metadata, configuration: this.#properties() } }]
      case 4:
        return [this.#domain(`domain-${this.#dice(3)}`)]
      case 5:
        return gone ? [...this.#remove(gone), ...this.#add(false), ...this.#add(false)] : this.#add()
      default:
        return this.#add()
    }
  }

  /** One path in three was there before, and may be gone by now. */
  #add(mayReturn = this.#dice(3) === 0): Action[] {
    const path = mayReturn ? `again-${this.#dice(2)}` : `part-${this.#count++}`
    if (this.#files.has(path)) return []
    return [this.#put({ path, ...this.#about(this.#dice(2) === 0 ? null : 'DE'), size: 100 + this.#dice(1000) })]
  }

  #about(country: string | null): Omit<AddFile, 'path' | 'size'> {
    const known = this.#dice(5) > 0
    return {
      partitionValues: { country },
      modificationTime: this.runtime.now(),
      dataChange: true,
      ...(known && { stats: this.#stats() }),
      ...(this.#dice(4) === 0 && { tags: { INSERTION_TIME: '1', odd: '' } }),
    }
  }

  #stats(): string {
    const id = [0, -7, 2n ** 60n + 1n, 2 ** 53 - 1][this.#dice(4)] ?? 0
    const bounds = {
      ...(this.#dice(3) > 0 && { id }),
      ...(this.#dice(3) > 0 && { name: ['', 'ä€😀', '__proto__'][this.#dice(3)] ?? '' }),
      ...(this.#dice(3) > 0 && { price: [0.25, -1.5, new JsonNumber('12345678901234567.25')][this.#dice(3)] ?? 0 }),
      ...(this.#dice(3) > 0 && { at: '2026-01-02T03:04:05.678Z' }),
      ...(this.#dice(3) > 0 && { place: { day: '0001-01-01' } }),
    }
    const nullCount = { id: 0, name: 1, price: 0, at: this.#dice(9), place: { day: 3 } }
    return formatJson({ numRecords: this.#dice(1000), minValues: bounds, maxValues: bounds, nullCount })
  }

  #deleteRows({ tags: _, ...file }: AddFile): Action[] {
    const deletionVector = {
      storageType: 'u' as const,
      pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^',
      ...(this.#dice(2) === 0 && { offset: 1 }),
      sizeInBytes: 40,
      cardinality: ++this.#count,
    }
    if (file.deletionVector) return this.#remove(file)
    return [...this.#remove(file), this.#put({ ...file, deletionVector })]
  }

  #put(add: AddFile): Action {
    this.#files.set(add.path, add)
    return { add }
  }

  #remove({ path, deletionVector, partitionValues, size }: AddFile): Action[] {
    this.#files.delete(path)
    const remove = { path, deletionTimestamp: this.runtime.now(), dataChange: true, partitionValues, size }
    return [{ remove: { ...remove, ...(deletionVector && { deletionVector }) } }]
  }

  #domain(domain: string): Action {
    const removed = this.#domains.has(domain)
    if (removed) this.#domains.delete(domain)
    else this.#domains.add(domain)
    return { domainMetadata: { domain, configuration: `{"n":${this.#count++}}`, removed } }
  }

  #properties(): Record<string, string> {
    return {
      'delta.checkpointPolicy': this.#dice(2) === 0 ? 'v2' : 'classic',
      ...(this.#dice(3) === 0 && { 'delta.checkpoint.writeStatsAsJson': 'false' }),
      ...(this.#dice(3) === 0 && { 'delta.checkpoint.writeStatsAsStruct': 'true' }),
      'the count': String(this.#count),
    }
  }

  #pick<T>(items: readonly T[]): T[] {
    return items.slice(this.#dice(items.length)).slice(0, 1)
  }

  #dice(sides: number): number {
    return Math.floor(this.runtime.random() * sides)
  }
}
