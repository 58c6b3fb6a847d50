import type { AddFile, RemoveFile } from './actions.ts'
import { type FileBlock, heldBytesOf } from './file-block.ts'
import { FileTable } from './file-table.ts'

/** What a set is made of. Sets of neighbouring versions share one base. */
interface Layers<F extends AddFile | RemoveFile> {
  readonly base: FileTable<F>
  /** Files that are not in the base, or newer than there. */
  readonly added: ReadonlyMap<string, F>
  /** Keys of the base that are gone or replaced. */
  readonly dropped: ReadonlySet<string>
}

/**
 * The live files of one version, or its tombstones, by key. A value: an {@link FileSetEdit} makes a new set and leaves
 * the old one as it was. A small commit to a table of n files costs about √n, not n.
 */
export class FileSet<F extends AddFile | RemoveFile = AddFile> {
  /** No files. A method: a static field that makes its own class is compiled wrongly by TypeScript 6.0. */
  static empty<F extends AddFile | RemoveFile = AddFile>(): FileSet<F> {
    return new FileSet<F>({ base: new FileTable(), added: new Map(), dropped: new Set() }, 0)
  }

  readonly #layers: Layers<F>
  /** Bytes of all files, as far as their actions say them. */
  readonly bytes: number

  /** Only for {@link FileSetEdit}: begin with {@link FileSet.empty}. */
  constructor(layers: Layers<F>, bytes: number) {
    this.#layers = layers
    this.bytes = bytes
  }

  get size(): number {
    const { base, added, dropped } = this.#layers
    return base.size - dropped.size + added.size
  }

  /** About how much memory it takes. What it shares with the sets that it came from is counted for each of them. */
  get heldBytes(): number {
    const { base, added } = this.#layers
    let bytes = base.heldBytes
    for (const [key, file] of added) bytes += heldBytesOf(key, file)
    return bytes
  }

  has(key: string): boolean {
    const { base, added, dropped } = this.#layers
    return added.has(key) || (!dropped.has(key) && base.has(key))
  }

  get(key: string): F | undefined {
    const { base, added, dropped } = this.#layers
    const held = added.get(key) ?? (dropped.has(key) ? undefined : base.find(key))
    return held && ('block' in held ? held.block.file(held.row) : held)
  }

  /**
   * Oldest first, as far as the base goes back. What is held packed is made into an action here: it is another object each
   * time.
   */
  *values(): Generator<F> {
    const { base, added, dropped } = this.#layers
    yield* base.values(dropped)
    yield* added.values()
  }

  /** Begins a changed copy. */
  edit(): FileSetEdit<F> {
    return new FileSetEdit(this.#layers, this.bytes)
  }
}

/** A changed copy of a {@link FileSet} in the making. */
export class FileSetEdit<F extends AddFile | RemoveFile> {
  readonly #layers: Layers<F>
  /** Written to alone once the changes have outgrown their layers; until then nothing of the base is copied. */
  #whole: FileTable<F> | undefined
  readonly #added: Map<string, F>
  readonly #dropped: Set<string>
  /** Twice the square root balances what is copied a commit against how often everything is. */
  readonly #limit: number
  #bytes: number

  constructor(layers: Layers<F>, bytes: number) {
    this.#layers = layers
    this.#added = new Map(layers.added)
    this.#dropped = new Set(layers.dropped)
    this.#limit = 2 * Math.sqrt(layers.base.size)
    this.#bytes = bytes
  }

  get size(): number {
    if (this.#whole) return this.#whole.size
    return this.#layers.base.size - this.#dropped.size + this.#added.size
  }

  has(key: string): boolean {
    if (this.#whole) return this.#whole.has(key)
    return this.#added.has(key) || (!this.#dropped.has(key) && this.#layers.base.has(key))
  }

  /** Adds a file, or replaces the one of this key. */
  put(key: string, file: F): void {
    if (this.#whole === undefined) this.drop(key)
    this.#bytes += file.size ?? 0
    if (this.#whole) this.#whole.put(key, file, this.#gone)
    else {
      this.#added.set(key, file)
      this.#settle(0)
    }
  }

  /** Adds files that are held together, or replaces those of their keys. */
  append(block: FileBlock<F>): void {
    this.#settle(block.length)
    if (this.#whole === undefined) {
      for (let row = 0; row < block.length; row++) this.put(block.key(row), block.file(row))
      return
    }
    for (let row = 0; row < block.length; row++) this.#bytes += block.size(row)
    this.#whole.append(block, this.#gone)
  }

  /** Takes the file of this key away, if there is one. */
  drop(key: string): void {
    if (this.#whole) {
      this.#whole.drop(key, this.#gone)
      return
    }
    const inBase = this.#dropped.has(key) ? undefined : this.#layers.base.find(key)
    const added = this.#added.get(key)
    if (added) this.#bytes -= added.size ?? 0
    else if (inBase) this.#gone(inBase.block, inBase.row)
    else return
    this.#added.delete(key)
    if (inBase) this.#dropped.add(key)
    this.#settle(0)
  }

  /** The set after the changes; the edit is not to be used any more. */
  done(): FileSet<F> {
    this.#whole?.settle()
    const layers = this.#whole
      ? { base: this.#whole, added: new Map<string, F>(), dropped: new Set<string>() }
      : { base: this.#layers.base, added: this.#added, dropped: this.#dropped }
    return new FileSet(layers, this.#bytes)
  }

  readonly #gone = (block: FileBlock<F>, row: number): void => {
    this.#bytes -= block.size(row)
  }

  /** Leaves the layers when there are too many changes, or are about to be. */
  #settle(coming: number): void {
    if (this.#whole || this.#added.size + this.#dropped.size + coming <= this.#limit) return
    const whole = new FileTable(this.#layers.base)
    const counted = (): void => {}
    for (const key of this.#dropped) whole.drop(key, counted)
    for (const [key, file] of this.#added) whole.put(key, file, counted)
    this.#whole = whole
  }
}
