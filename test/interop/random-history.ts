import { crc32 } from 'node:zlib'
import { openTable, type Table } from '../../src/index.ts'
import {
  type Action,
  type AddFile,
  commit,
  compactLog,
  type DeletionVector,
  decodePath,
  type Metadata,
  parseAdd,
  type Snapshot,
  writeCheckpoint,
  writeChecksum,
} from '../../src/log/index.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import { type ObjectStore, openStore } from '../../src/store/index.ts'
import { committed, createTable, FEATURED_PROTOCOL, METADATA, rewriteOf, schemaString } from '../log/table.ts'
import { formatRows } from '../scan/deletion-vector/roaring.ts'
import { encodeZ85 } from './z85.ts'

/** What a reader must see of a version: the ids of the rows in each of its data files, by the file's place in the table. */
export type Seen = Readonly<Record<string, readonly number[]>>

const SCHEMA = schemaString({ name: 'id', type: 'long' }, { name: 'country', type: 'string' })
const COUNTRIES = ['DE', null, 'Österreich / Wien=a b%', 'x']

/** A data file, the ids of its rows, and the numbers of those that are deleted. */
interface DataFile {
  readonly add: AddFile
  readonly ids: readonly number[]
  readonly deleted: readonly number[]
}

/**
 * Writes a table on a local disk as the dice fall, commit by commit: files with rows, some in the same place again, rows
 * deleted by deletion vectors, properties, transactions and domains; and in between checkpoints of both kinds, checksums
 * and compacted logs. @returns what each version shows.
 */
export async function writeRandomHistory(path: string, seed: number, commits: number): Promise<readonly Seen[]> {
  const runtime = simulatedRuntime({ seed })
  const store = await openStore(path)
  const metadata = { ...METADATA, schemaString: SCHEMA, partitionColumns: ['country'] }
  let snapshot = await createTable(store, runtime, metadata, FEATURED_PROTOCOL)
  const history = new RandomHistory(store, runtime, await openTable(path, { store, runtime }), metadata)
  const seen = [history.seen()]
  for (let count = 0; count < commits; count++) {
    const request = rewriteOf(snapshot, ...(await history.step()))
    await runtime.sleep(1000)
    snapshot = committed(await commit(store, request, { runtime })).snapshot
    seen.push(history.seen())
    await history.keep(snapshot)
  }
  return seen
}

class RandomHistory {
  readonly #store: ObjectStore
  readonly #runtime: Runtime
  readonly #table: Table
  readonly #metadata: Metadata
  readonly #live = new Map<string, DataFile>()
  readonly #removed = new Map<string, DataFile>()
  #count = 0

  constructor(store: ObjectStore, runtime: Runtime, table: Table, metadata: Metadata) {
    this.#store = store
    this.#runtime = runtime
    this.#table = table
    this.#metadata = metadata
  }

  seen(): Seen {
    const files = Array.from(this.#live.values(), ({ add, ids, deleted }) => {
      return [decodePath(add.path), ids.filter((_, row) => !deleted.includes(row))] as const
    })
    return Object.fromEntries(files)
  }

  async step(): Promise<Action[]> {
    const file = this.#oneOf([...this.#live.values()])
    switch (this.#dice(9)) {
      case 0:
        return file ? [this.#remove(file)] : [await this.#append()]
      case 1:
      case 2:
        return file ? await this.#deleteRows(file) : [await this.#append()]
      case 3:
        return file ? [this.#remove(file), await this.#append(), await this.#append()] : [await this.#append()]
      case 4:
        return this.#putBack()
      case 5:
        return [{ txn: { appId: `app-${this.#dice(3)}`, version: this.#count++ } }]
      case 6:
        return [{ metaData: { ...this.#metadata, configuration: this.#properties() } }]
      case 7:
        return [{ domainMetadata: { domain: `domain-${this.#dice(3)}`, configuration: '{}', removed: false } }]
      default:
        return [await this.#append()]
    }
  }

  /** What a writer does after a commit, now and then. */
  async keep(snapshot: Snapshot): Promise<void> {
    if (this.#dice(2) === 0) await writeChecksum(this.#store, snapshot)
    if (this.#dice(8) === 0) await writeCheckpoint(this.#store, snapshot, { runtime: this.#runtime })
    if (this.#dice(8) === 0) await compactLog(this.#store)
  }

  async #append(): Promise<Action> {
    const country = COUNTRIES[this.#dice(COUNTRIES.length)] ?? null
    const ids = Array.from({ length: 1 + this.#dice(6) }, () => this.#count++)
    const { files } = await this.#table.stage(ids.map((id) => ({ id, country })))
    const [add = ''] = files
    return this.#put({ add: parseAdd(add), ids, deleted: [] })
  }

  /** A file that was removed is there again, whole, as after a restore. */
  #putBack(): Action[] {
    const file = this.#oneOf([...this.#removed.values()])
    if (file === undefined) return []
    const { deletionVector: _, ...add } = file.add
    return [this.#put({ ...file, add, deleted: [] })]
  }

  /** Some of the rows that are left, but for the last one: without it the file would be removed. */
  async #deleteRows(file: DataFile): Promise<Action[]> {
    const left = [...file.ids.keys()].filter((row) => !file.deleted.includes(row))
    const chosen = left.slice(1).filter(() => this.#dice(2) === 0)
    if (chosen.length === 0) return []
    const deleted = [...file.deleted, ...chosen].toSorted((a, b) => a - b)
    const stats = file.add.stats?.replace(/(,"tightBounds":false)?}$/, ',"tightBounds":false}')
    const add = { ...file.add, ...(stats && { stats }), deletionVector: await this.#vector(deleted) }
    return [this.#remove(file), this.#put({ ...file, add, deleted })]
  }

  async #vector(rows: readonly number[]): Promise<DeletionVector> {
    const data = formatRows(rows)
    const described = { sizeInBytes: data.length, cardinality: rows.length }
    if (this.#dice(2) === 0 && data.length % 4 === 0) {
      return { storageType: 'i', pathOrInlineDv: encodeZ85(data), ...described }
    }
    const id = this.#runtime.uuid()
    const body = Uint8Array.from([1, ...bigEndian(data.length), ...data, ...bigEndian(crc32(data))])
    await this.#store.put(`deletion_vector_${id}.bin`, body, { mode: 'create' })
    const pathOrInlineDv = encodeZ85(Buffer.from(id.replaceAll('-', ''), 'hex'))
    return { storageType: 'u', pathOrInlineDv, offset: 1, ...described }
  }

  #put(file: DataFile): Action {
    this.#live.set(file.add.path, file)
    this.#removed.delete(file.add.path)
    return { add: file.add }
  }

  #remove(file: DataFile): Action {
    const { path, partitionValues, size, deletionVector } = file.add
    this.#live.delete(path)
    this.#removed.set(path, file)
    const remove = { path, deletionTimestamp: this.#runtime.now(), dataChange: true, partitionValues, size }
    return { remove: { ...remove, extendedFileMetadata: true, ...(deletionVector && { deletionVector }) } }
  }

  #properties(): Record<string, string> {
    return {
      'delta.enableDeletionVectors': 'true',
      'delta.checkpointPolicy': this.#dice(2) === 0 ? 'v2' : 'classic',
      ...(this.#dice(3) === 0 && { 'delta.checkpoint.writeStatsAsStruct': 'true' }),
      'the count': String(this.#count),
    }
  }

  #oneOf<T>(items: readonly T[]): T | undefined {
    return items[this.#dice(items.length)]
  }

  #dice(sides: number): number {
    return Math.floor(this.#runtime.random() * sides)
  }
}

function bigEndian(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
}
