import type { AddFile } from './actions.ts'

interface Sums {
  readonly bytes: number
  readonly deletionVectors: number
}

/**
 * The live files of one version, by key. A value: a change makes a new set and leaves the old one as it was. Sets of
 * neighbouring versions share one base map, so that a small commit to a table of n files costs about √n, not n.
 */
export class FileSet {
  /** No files. A method: a static field that makes its own class is compiled wrongly by TypeScript 6.0. */
  static empty(): FileSet {
    return new FileSet(new Map(), new Map(), new Set(), { bytes: 0, deletionVectors: 0 })
  }

  readonly #base: ReadonlyMap<string, AddFile>
  /** Files that are not in the base, or newer than there. */
  readonly #added: ReadonlyMap<string, AddFile>
  /** Keys of the base that are gone or replaced. */
  readonly #dropped: ReadonlySet<string>
  readonly #sums: Sums

  private constructor(
    base: ReadonlyMap<string, AddFile>,
    added: ReadonlyMap<string, AddFile>,
    dropped: ReadonlySet<string>,
    sums: Sums,
  ) {
    this.#base = base
    this.#added = added
    this.#dropped = dropped
    this.#sums = sums
  }

  /** Bytes of all files. */
  get bytes(): number {
    return this.#sums.bytes
  }

  /** How many files have a deletion vector. */
  get deletionVectors(): number {
    return this.#sums.deletionVectors
  }

  get size(): number {
    return this.#base.size - this.#dropped.size + this.#added.size
  }

  get(key: string): AddFile | undefined {
    return this.#added.get(key) ?? (this.#dropped.has(key) ? undefined : this.#base.get(key))
  }

  /** Oldest first, as far as the base goes back. */
  *values(): Generator<AddFile> {
    for (const [key, file] of this.#base) if (!this.#dropped.has(key)) yield file
    yield* this.#added.values()
  }

  /** The set after changes in their order: a file is added or replaced, `undefined` takes it away. */
  with(changes: Iterable<readonly [key: string, file: AddFile | undefined]>): FileSet {
    const added = new Map(this.#added)
    const dropped = new Set(this.#dropped)
    let { bytes, deletionVectors } = this.#sums
    for (const [key, file] of changes) {
      const before = added.get(key) ?? (dropped.has(key) ? undefined : this.#base.get(key))
      bytes += (file?.size ?? 0) - (before?.size ?? 0)
      deletionVectors += Number(file?.deletionVector !== undefined) - Number(before?.deletionVector !== undefined)
      added.delete(key)
      if (this.#base.has(key)) dropped.add(key)
      if (file) added.set(key, file)
    }
    const changed = new FileSet(this.#base, added, dropped, { bytes, deletionVectors })
    // Twice the square root balances what is copied a commit against how often everything is.
    const small = added.size + dropped.size <= 2 * Math.sqrt(this.#base.size)
    return small ? changed : changed.#flat()
  }

  #flat(): FileSet {
    const base = new Map<string, AddFile>()
    for (const [key, file] of this.#base) if (!this.#dropped.has(key)) base.set(key, file)
    for (const [key, file] of this.#added) base.set(key, file)
    return new FileSet(base, new Map(), new Set(), this.#sums)
  }
}
