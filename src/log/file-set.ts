import type { AddFile, RemoveFile } from './actions.ts'

interface Sums {
  readonly bytes: number
  readonly deletionVectors: number
}

const NOTHING: Sums = { bytes: 0, deletionVectors: 0 }

/** What a set is made of. Sets of neighbouring versions share one base. */
interface Layers<F> {
  readonly base: ReadonlyMap<string, F>
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
    return new FileSet<F>({ base: new Map(), added: new Map(), dropped: new Set() }, NOTHING)
  }

  readonly #layers: Layers<F>
  readonly #sums: Sums

  /** Only for {@link FileSetEdit}: begin with {@link FileSet.empty}. */
  constructor(layers: Layers<F>, sums: Sums) {
    this.#layers = layers
    this.#sums = sums
  }

  /** Bytes of all files, as far as their actions say them. */
  get bytes(): number {
    return this.#sums.bytes
  }

  /** How many files have a deletion vector. */
  get deletionVectors(): number {
    return this.#sums.deletionVectors
  }

  get size(): number {
    const { base, added, dropped } = this.#layers
    return base.size - dropped.size + added.size
  }

  get(key: string): F | undefined {
    const { base, added, dropped } = this.#layers
    return added.get(key) ?? (dropped.has(key) ? undefined : base.get(key))
  }

  /** Oldest first, as far as the base goes back. */
  *values(): Generator<F> {
    const { base, added, dropped } = this.#layers
    if (dropped.size === 0) yield* base.values()
    else for (const [key, file] of base) if (!dropped.has(key)) yield file
    yield* added.values()
  }

  /** Begins a changed copy. */
  edit(): FileSetEdit<F> {
    return new FileSetEdit(this.#layers, this.#sums)
  }
}

/** A changed copy of a {@link FileSet} in the making. */
export class FileSetEdit<F extends AddFile | RemoveFile> {
  readonly #layers: Layers<F>
  /** Written to alone once the changes have outgrown their layers; until then nothing of the base is copied. */
  #whole: Map<string, F> | undefined
  readonly #added: Map<string, F>
  readonly #dropped: Set<string>
  /** Twice the square root balances what is copied a commit against how often everything is. */
  readonly #limit: number
  #bytes: number
  #deletionVectors: number

  constructor(layers: Layers<F>, sums: Sums) {
    this.#layers = layers
    this.#added = new Map(layers.added)
    this.#dropped = new Set(layers.dropped)
    this.#limit = 2 * Math.sqrt(layers.base.size)
    this.#bytes = sums.bytes
    this.#deletionVectors = sums.deletionVectors
  }

  has(key: string): boolean {
    if (this.#whole) return this.#whole.has(key)
    return this.#added.has(key) || (!this.#dropped.has(key) && this.#layers.base.has(key))
  }

  /** Adds a file, or replaces the one of this key. */
  put(key: string, file: F): void {
    this.drop(key)
    this.#count(file, 1)
    if (this.#whole) this.#whole.set(key, file)
    else {
      this.#added.set(key, file)
      this.#settle()
    }
  }

  /** Takes the file of this key away, if there is one. */
  drop(key: string): void {
    if (this.#whole) {
      const before = this.#whole.get(key)
      if (before && this.#whole.delete(key)) this.#count(before, -1)
      return
    }
    const inBase = this.#dropped.has(key) ? undefined : this.#layers.base.get(key)
    const before = this.#added.get(key) ?? inBase
    if (before === undefined) return
    this.#count(before, -1)
    this.#added.delete(key)
    if (inBase) this.#dropped.add(key)
    this.#settle()
  }

  /** The set after the changes; the edit is not to be used any more. */
  done(): FileSet<F> {
    const sums = { bytes: this.#bytes, deletionVectors: this.#deletionVectors }
    const layers = this.#whole
      ? { base: this.#whole, added: new Map<string, F>(), dropped: new Set<string>() }
      : { base: this.#layers.base, added: this.#added, dropped: this.#dropped }
    return new FileSet(layers, sums)
  }

  #count(file: F, sign: 1 | -1): void {
    this.#bytes += sign * (file.size ?? 0)
    if (file.deletionVector) this.#deletionVectors += sign
  }

  #settle(): void {
    if (this.#added.size + this.#dropped.size <= this.#limit) return
    const whole = new Map<string, F>()
    for (const [key, file] of this.#layers.base) if (!this.#dropped.has(key)) whole.set(key, file)
    for (const [key, file] of this.#added) whole.set(key, file)
    this.#whole = whole
  }
}
