import { CODEC_NUMBER, type Codec } from './codec.ts'
import type { ColumnChunk } from './column-chunk.ts'
import { formatFooter, type WrittenChunk, type WrittenRowGroup } from './footer.ts'
import type { FileColumn } from './schema-elements.ts'

const MAGIC = new TextEncoder().encode('PAR1')

/** Lines up the bytes of a file: row groups one after another, then the footer. */
export class FileWriter {
  readonly #columns: readonly FileColumn[]
  readonly #codec: Codec
  readonly #createdBy: string
  readonly #rowGroups: WrittenRowGroup[] = []
  #waiting: Uint8Array[] = []
  #offset = 0

  constructor(columns: readonly FileColumn[], codec: Codec, createdBy: string) {
    this.#columns = columns
    this.#codec = codec
    this.#createdBy = createdBy
    this.#append(MAGIC)
  }

  /** Bytes so far, taken or not. */
  get bytes(): number {
    return this.#offset
  }

  /** Appends a row group, one chunk a column. */
  appendRowGroup(rows: number, chunks: readonly ColumnChunk[]): void {
    const offset = this.#offset
    this.#rowGroups.push({ rows, offset, chunks: chunks.map((chunk) => this.#appendChunk(chunk)) })
  }

  /** Appends the footer: nothing follows it. */
  appendFooter(): void {
    const footer = formatFooter({
      columns: this.#columns,
      rowGroups: this.#rowGroups,
      codec: CODEC_NUMBER[this.#codec],
      createdBy: this.#createdBy,
    })
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, footer.length, true)
    this.#append(footer)
    this.#append(length)
    this.#append(MAGIC)
  }

  /** The bytes appended since the last call. */
  takeBytes(): Uint8Array[] {
    const taken = this.#waiting
    this.#waiting = []
    return taken
  }

  #appendChunk(chunk: ColumnChunk): WrittenChunk {
    const offset = this.#offset
    for (const page of chunk.pages) for (const part of page.parts) this.#append(part)
    // The bytes go; what the footer needs stays.
    const pages = chunk.pages.map(({ parts, ...page }) => page)
    return { ...chunk, offset, pages }
  }

  #append(bytes: Uint8Array): void {
    this.#waiting.push(bytes)
    this.#offset += bytes.length
  }
}
