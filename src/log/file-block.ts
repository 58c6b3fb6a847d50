import type { AddFile, RemoveFile } from './actions.ts'
import { hashText } from './key-index.ts'

/** Files that are held together, in whatever form takes least; each is made into an action when it is asked for. */
export interface FileBlock<F> {
  readonly length: number
  /** What tells the file apart (`fileKey`). */
  key(row: number): string
  /** The `hashText` of its key. */
  hash(row: number): number
  /** Bytes of the file, as far as its action says them. */
  size(row: number): number
  file(row: number): F
  /** A block of these rows alone, which does not keep the others alive. */
  only(rows: readonly number[]): FileBlock<F>
}

/** Actions as they are. Grows at its end, for whoever made it. */
export class ActionBlock<F extends AddFile | RemoveFile> implements FileBlock<F> {
  readonly #keys: string[] = []
  readonly #files: F[] = []

  get length(): number {
    return this.#files.length
  }

  push(key: string, file: F): void {
    this.#keys.push(key)
    this.#files.push(file)
  }

  key(row: number): string {
    return this.#keys[row] ?? ''
  }

  hash(row: number): number {
    return hashText(this.key(row))
  }

  size(row: number): number {
    return this.#files[row]?.size ?? 0
  }

  file(row: number): F {
    const file = this.#files[row]
    if (file === undefined) throw new RangeError(`there is no row ${row}`)
    return file
  }

  only(rows: readonly number[]): FileBlock<F> {
    const block = new ActionBlock<F>()
    for (const row of rows) block.push(this.key(row), this.file(row))
    return block
  }
}
