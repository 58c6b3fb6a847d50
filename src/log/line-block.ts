import type { AddFile } from './actions.ts'
import { AddScanner } from './add-scanner.ts'
import type { FileBlock } from './file-block.ts'

/** Integers a row: where its line begins and ends, where its path does, and the hash of that. */
const ROW = 5
const LINE_END = 0x0a
const ascii = new TextDecoder()

/** Lines that hold no add of the usual form, and the number of the one before them. */
export interface OtherLines {
  readonly bytes: Uint8Array
  readonly before: number
}

/**
 * The add lines of a commit, held as the bytes that were read. To open a log of 300,000 of them, 168 MB, so takes 260 MB and
 * 1.3 s of CPU time; with an object for each it took 480 MB and 3.2 s. The price: each time that a file is asked for, its
 * line is parsed, which is some 3 µs.
 */
export class LineBlock implements FileBlock<AddFile> {
  readonly #bytes: Uint8Array
  #rows = new Uint32Array(64 * ROW)
  #sizes = new Float64Array(64)
  #length = 0

  /** @param bytes lines of JSON; none is held yet. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Holds the add lines of the usual form among the bytes. @returns the others, in their order. */
  static of(bytes: Uint8Array): { readonly adds: LineBlock; readonly others: readonly OtherLines[] } {
    const adds = new LineBlock(bytes)
    const scanner = new AddScanner(bytes)
    const others: OtherLines[] = []
    let [number, from, before] = [0, 0, 0]
    const cut = (to: number): void => {
      if (to > from) others.push({ bytes: bytes.subarray(from, to), before })
    }
    for (let start = 0; start < bytes.length; number++) {
      if (scanner.scan(start)) {
        adds.#push(start, scanner)
        cut(start)
        start = scanner.end + 1
        ;[from, before] = [start, number + 1]
      } else {
        const end = bytes.indexOf(LINE_END, start)
        start = end < 0 ? bytes.length : end + 1
      }
    }
    cut(bytes.length)
    return { adds, others }
  }

  get length(): number {
    return this.#length
  }

  get heldBytes(): number {
    return this.#bytes.byteLength + this.#rows.byteLength + this.#sizes.byteLength
  }

  key(row: number): string {
    return this.#text(row * ROW + 2)
  }

  hash(row: number): number {
    return (this.#rows[row * ROW + 4] ?? 0) | 0
  }

  size(row: number): number {
    return this.#sizes[row] ?? 0
  }

  file(row: number): AddFile {
    const line: { readonly add: AddFile } = JSON.parse(this.#text(row * ROW))
    return line.add
  }

  only(rows: readonly number[]): LineBlock {
    const lines = rows.map((row) => this.#bytes.subarray(this.#rows[row * ROW], this.#rows[row * ROW + 1]))
    const bytes = new Uint8Array(lines.reduce((total, line) => total + line.length + 1, 0))
    let at = 0
    for (const line of lines) {
      bytes.set(line, at)
      at += line.length
      bytes[at++] = LINE_END
    }
    return LineBlock.of(bytes).adds
  }

  #push(start: number, { end, path, hash, size }: AddScanner): void {
    if (this.#length === this.#sizes.length) this.#grow(start)
    const at = this.#length * ROW
    this.#rows[at] = start
    this.#rows[at + 1] = end
    this.#rows[at + 2] = path.start
    this.#rows[at + 3] = path.end
    this.#rows[at + 4] = hash
    this.#sizes[this.#length++] = size
  }

  /** Makes room for as many rows as the bytes seen so far let expect. */
  #grow(seen: number): void {
    const room = Math.ceil((this.#length + 64) * Math.max(1.02, (1.02 * this.#bytes.length) / Math.max(seen, 1)))
    const [rows, sizes] = [new Uint32Array(room * ROW), new Float64Array(room)]
    rows.set(this.#rows)
    sizes.set(this.#sizes)
    ;[this.#rows, this.#sizes] = [rows, sizes]
  }

  #text(at: number): string {
    return ascii.decode(this.#bytes.subarray(this.#rows[at], this.#rows[at + 1]))
  }
}
