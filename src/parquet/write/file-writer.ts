import { CODEC_NUMBER, type Codec } from '../codec/codec.ts'
import type { ColumnChunk } from './column-chunk.ts'
import type { FileLeaf, FileNode } from './file-node.ts'
import {
  formatFooter,
  type PageCount,
  type Place,
  type SortingLeaf,
  sizesOf,
  type WrittenChunk,
  type WrittenRowGroup,
} from './footer.ts'
import { type DataPage, Encoding, type Page, PageType } from './page.ts'
import { formatOffsetIndex } from './page-index.ts'

const MAGIC = new TextEncoder().encode('PAR1')

export interface FileWriterOptions {
  readonly schema: readonly FileNode[]
  readonly leaves: readonly FileLeaf[]
  readonly sorting: readonly SortingLeaf[]
  readonly codec: Codec
  readonly createdBy: string
}

/** A chunk whose pages are in the file, and whose indexes wait for the end. */
interface AppendedChunk extends Omit<WrittenChunk, 'columnIndex' | 'offsetIndex'> {
  readonly columnIndex: Uint8Array | undefined
  readonly offsetIndex: Uint8Array
}

/**
 * Lines up the bytes of a file: row groups one after another, then the page index of all of them, then the footer.
 */
export class FileWriter {
  readonly #options: FileWriterOptions
  readonly #rowGroups: { rows: number; offset: number; chunks: readonly AppendedChunk[] }[] = []
  /** Row groups of which pages are still at a worker, and whether the footer is to follow. */
  readonly #pending: { rows: number; chunks: readonly ColumnChunk[] }[] = []
  #isComplete = false
  #waiting: Uint8Array[] = []
  #offset = 0

  constructor(options: FileWriterOptions) {
    this.#options = options
    this.#append(MAGIC)
  }

  /** Bytes so far, taken or not; about, while there are pages at a worker. */
  get bytes(): number {
    const pending = this.#pending.flatMap(({ chunks }) => chunks.flatMap(pagesOf))
    return pending.reduce((total, page) => total + page.storedSize, this.#offset)
  }

  /** Appends a row group, one chunk a leaf; behind it the Bloom filters of its chunks. */
  appendRowGroup(rows: number, chunks: readonly ColumnChunk[]): void {
    this.#pending.push({ rows, chunks })
    this.#appendCompressed()
  }

  /** Appends page index and footer: nothing follows them. */
  appendFooter(): void {
    this.#isComplete = true
    this.#appendCompressed()
  }

  /** The bytes appended since the last call, up to the first page that is still at a worker's. */
  takeBytes(): Uint8Array[] {
    this.#appendCompressed()
    const taken = this.#waiting
    this.#waiting = []
    return taken
  }

  #appendCompressed(): void {
    for (let next = this.#pending[0]; next !== undefined; next = this.#pending[0]) {
      if (next.chunks.some((chunk) => pagesOf(chunk).some(({ parts }) => parts === undefined))) return
      this.#pending.shift()
      this.#appendRowGroup(next.rows, next.chunks)
    }
    if (this.#isComplete) this.#appendFooter()
    this.#isComplete = false
  }

  #appendRowGroup(rows: number, chunks: readonly ColumnChunk[]): void {
    const offset = this.#offset
    const appended = this.#options.leaves.flatMap((leaf, i) => {
      const chunk = chunks[i]
      return chunk === undefined ? [] : [this.#appendChunk(leaf, chunk)]
    })
    const filters = chunks.map(({ bloomFilter }) => bloomFilter && this.#append(bloomFilter))
    this.#rowGroups.push({ rows, offset, chunks: appended.map((chunk, i) => ({ ...chunk, bloomFilter: filters[i] })) })
  }

  #appendFooter(): void {
    const { codec, ...options } = this.#options
    const footer = formatFooter({ ...options, codec: CODEC_NUMBER[codec], rowGroups: this.#appendIndexes() })
    const length = new Uint8Array(4)
    new DataView(length.buffer).setUint32(0, footer.length, true)
    this.#append(footer)
    this.#append(length)
    this.#append(MAGIC)
  }

  #appendChunk(leaf: FileLeaf, { dictionary, pages, ...chunk }: ColumnChunk): AppendedChunk {
    const offset = this.#offset
    const all = pagesOf({ dictionary, pages })
    for (const page of all) for (const part of page.parts ?? []) this.#append(part)
    return {
      ...chunk,
      ...sizesOf(all),
      leaf,
      offset,
      dictionarySize: dictionary?.storedSize,
      encodings: countPages(dictionary !== undefined, pages),
      bloomFilter: undefined,
      offsetIndex: formatOffsetIndex(pages, offset + (dictionary?.storedSize ?? 0)),
    }
  }

  /** Column indexes come before offset indexes: a reader that skips pages asks for both at once (parquet-format "PageIndex"). */
  #appendIndexes(): WrittenRowGroup[] {
    const columnIndexes = this.#rowGroups.map(({ chunks }) =>
      chunks.map(({ columnIndex }) => columnIndex && this.#append(columnIndex)),
    )
    return this.#rowGroups.map((group, i) => ({
      ...group,
      chunks: group.chunks.map((chunk, j) => ({
        ...chunk,
        columnIndex: columnIndexes[i]?.[j],
        offsetIndex: this.#append(chunk.offsetIndex),
      })),
    }))
  }

  #append(bytes: Uint8Array): Place {
    const place = { offset: this.#offset, length: bytes.length }
    this.#waiting.push(bytes)
    this.#offset += bytes.length
    return place
  }
}

function pagesOf({ dictionary, pages }: Pick<ColumnChunk, 'dictionary' | 'pages'>): readonly Page[] {
  return dictionary === undefined ? pages : [dictionary, ...pages]
}

function countPages(hasDictionary: boolean, pages: readonly DataPage[]): PageCount[] {
  const counts = new Map<Encoding, number>()
  for (const { encoding } of pages) counts.set(encoding, (counts.get(encoding) ?? 0) + 1)
  const dataPages = [...counts].map(([encoding, count]) => ({ type: PageType.DATA_PAGE, encoding, count }))
  if (!hasDictionary) return dataPages
  return [{ type: PageType.DICTIONARY_PAGE, encoding: Encoding.PLAIN, count: 1 }, ...dataPages]
}
