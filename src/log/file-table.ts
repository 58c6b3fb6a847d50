import type { AddFile, RemoveFile } from './actions.ts'
import { ActionBlock, type FileBlock } from './file-block.ts'
import { hashText, KeyIndex } from './key-index.ts'

/** A block, and the number of its first row in the table. */
interface Segment<F> {
  readonly first: number
  readonly block: FileBlock<F>
  live: number
}

/** A row of the table, where it is held. */
interface Place<F> {
  readonly block: FileBlock<F>
  readonly row: number
}

/** Called with a file that is no longer there. */
export type OnGone<F> = (block: FileBlock<F>, row: number) => void

/** Files by key, oldest first, held in blocks. Changed in place: whoever shares it copies it before. */
export class FileTable<F extends AddFile | RemoveFile> {
  #segments: Segment<F>[] = []
  /** 1 for each row that counts. */
  #live = new Uint8Array(0)
  #index: KeyIndex
  /** Rows, those among them that do not count any more. */
  #length = 0
  #size = 0
  /** The last segment, while it may grow. */
  #open: ActionBlock<F> | undefined

  constructor(from?: FileTable<F>) {
    const isKey = (row: number, key: string): boolean => this.#isKey(row, key)
    this.#index = from === undefined ? new KeyIndex(isKey) : new KeyIndex(isKey, from.#index)
    if (from === undefined) return
    this.#segments = from.#segments.map((segment) => ({ ...segment }))
    this.#live = from.#live.slice()
    this.#length = from.#length
    this.#size = from.#size
  }

  get size(): number {
    return this.#size
  }

  /** About how much memory it takes. */
  get heldBytes(): number {
    const blocks = this.#segments.reduce((total, { block }) => total + block.heldBytes, 0)
    return blocks + this.#live.byteLength + this.#index.heldBytes
  }

  has(key: string): boolean {
    return this.#rowOf(key) !== undefined
  }

  /** Where the file of a key is held. */
  find(key: string): Place<F> | undefined {
    const row = this.#rowOf(key)
    return row === undefined ? undefined : this.#place(row)
  }

  /** The files, but for those of some keys. */
  *values(without: ReadonlySet<string>): Generator<F> {
    for (const { first, block } of this.#segments) {
      for (let row = 0; row < block.length; row++) {
        if (this.#live[first + row] !== 1 || (without.size > 0 && without.has(block.key(row)))) continue
        yield block.file(row)
      }
    }
  }

  /** Adds a file, or replaces the one of this key. */
  put(key: string, file: F, onGone: OnGone<F>): void {
    if (this.#open === undefined) {
      this.#open = new ActionBlock<F>()
      this.#segments.push({ first: this.#length, block: this.#open, live: 0 })
    }
    this.#open.push(key, file)
    this.#take(hashText(key), () => key, onGone)
  }

  /** Adds the files of a block, or replaces those of their keys. */
  append(block: FileBlock<F>, onGone: OnGone<F>): void {
    this.#open = undefined
    this.#segments.push({ first: this.#length, block, live: 0 })
    for (let row = 0; row < block.length; row++) this.#take(block.hash(row), () => block.key(row), onGone)
  }

  /** Takes the file of this key away, if there is one. */
  drop(key: string, onGone: OnGone<F>): void {
    const row = this.#size === 0 ? undefined : this.#index.drop(key)
    if (row !== undefined) this.#leave(row, onGone)
  }

  /** Lets go of what no file needs: a block of which less than half is left is made anew. */
  settle(): void {
    if (this.#segments.every(({ block, live }) => live * 2 >= block.length)) return
    const [before, live] = [this.#segments, this.#live]
    this.#segments = []
    this.#live = new Uint8Array(0)
    this.#index = new KeyIndex((row, key) => this.#isKey(row, key))
    this.#length = 0
    this.#size = 0
    for (const { first, block } of before) {
      const rows: number[] = []
      for (let row = 0; row < block.length; row++) if (live[first + row] === 1) rows.push(row)
      if (rows.length > 0) this.append(rows.length === block.length ? block : block.only(rows), () => {})
    }
  }

  /** The last row, which was just added, gets its key. */
  #take(hash: number, key: () => string, onGone: OnGone<F>): void {
    const row = this.#length++
    if (row >= this.#live.length) this.#live = grown(this.#live)
    this.#live[row] = 1
    const segment = this.#segments.at(-1)
    if (segment) segment.live++
    this.#size++
    const before = this.#index.set(hash, key, row)
    if (before !== undefined) this.#leave(before, onGone)
  }

  #leave(row: number, onGone: OnGone<F>): void {
    const segment = this.#segmentOf(row)
    segment.live--
    this.#live[row] = 0
    this.#size--
    onGone(segment.block, row - segment.first)
  }

  /** Most tables have no tombstones, and every add looks for one: then not even the hash is worth its while. */
  #rowOf(key: string): number | undefined {
    return this.#size === 0 ? undefined : this.#index.get(key)
  }

  #isKey(row: number, key: string): boolean {
    const { block, row: at } = this.#place(row)
    return block.key(at) === key
  }

  #place(row: number): Place<F> {
    const { block, first } = this.#segmentOf(row)
    return { block, row: row - first }
  }

  #segmentOf(row: number): Segment<F> {
    let [low, high] = [0, this.#segments.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#segments[middle]?.first ?? 0) <= row) low = middle
      else high = middle - 1
    }
    const segment = this.#segments[low]
    if (segment === undefined) throw new RangeError(`there is no row ${row}`)
    return segment
  }
}

function grown(rows: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(64, rows.length * 2))
  larger.set(rows)
  return larger
}
