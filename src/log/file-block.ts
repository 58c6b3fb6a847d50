import type { AddFile, RemoveFile } from './actions.ts'
import { hashText } from './key-index.ts'

/** About how much memory an action takes beside its texts, with all that leads to it: as measured, on Node 20. */
export const ACTION_BYTES = 300

/** Files that are held together, in whatever form takes least; each is made into an action when it is asked for. */
export interface FileBlock<F> {
  readonly length: number
  /** About how much memory it takes. */
  readonly heldBytes: number
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
  #heldBytes = 0

  get length(): number {
    return this.#files.length
  }

  get heldBytes(): number {
    return this.#heldBytes
  }

  push(key: string, file: F): void {
    this.#keys.push(key)
    this.#files.push(file)
    this.#heldBytes += heldBytesOf(key, file)
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

/** About how much memory an action takes, and the key to it. */
export function heldBytesOf(key: string, { path, stats, partitionValues }: AddFile | RemoveFile): number {
  let texts = path.length + (stats?.length ?? 0) + (key === path ? 0 : key.length)
  for (const column in partitionValues) texts += partitionValues[column]?.length ?? 0
  return ACTION_BYTES + texts
}
