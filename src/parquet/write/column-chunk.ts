import { CastError, type ColumnStats } from '../../schema/index.ts'
import { noCompression } from '../codec/compression.ts'
import { ByteSink } from '../encoding/byte-sink.ts'
import type { BloomFilter } from './bloom-filter.ts'
import type { FileLeaf } from './file-node.ts'
import { batchEnd, countPresent, type LeafBatch, rowEndFrom } from './leaf-batch.ts'
import type { NodeWriter, Slots } from './node-writer.ts'
import { NumberedValues } from './numbered-values.ts'
import { type DataPage, type DataPageParts, Encoding, type Page, type PageBuilder } from './page.ts'
import { formatColumnIndex } from './page-index.ts'
import { PageLevels } from './page-levels.ts'
import type { ValueEncoder } from './value-encoding.ts'
import { BATCH_ROWS, type FooterBounds, type ValueWriter } from './values/value-writer.ts'

/** Values and nulls of a page at most, so that a page of few bits a value stays small when it is decoded. */
const MAX_PAGE_VALUES = 131_072

/**
 * A first page of at least so many bytes decides whether the chunk is compressed: what saves less than an eighth is not
 * worth the time that it takes, to readers no less. Smaller pages say too little. Measured on random identifiers, which
 * Snappy shortens by a tenth: they alone took 30 % of the time that it spent on the rows of a shop.
 */
const TRIAL_BYTES = 2 ** 18
const WORTHWHILE_SHARE = 7 / 8

/** A finished column chunk: its pages in the order of the file, and what the footer says about them. */
export interface ColumnChunk {
  readonly dictionary: Page | undefined
  /** Whether its pages have been through the codec of the file. */
  readonly compressed: boolean
  readonly pages: readonly DataPage[]
  /** Values and nulls. */
  readonly count: number
  readonly nulls: number
  readonly bounds: FooterBounds
  /** Bounds of the pages, where all have some. */
  readonly columnIndex: Uint8Array | undefined
  readonly bloomFilter: Uint8Array | undefined
}

export interface ColumnChunkOptions {
  readonly values: ValueWriter
  readonly pageBytes: number
  readonly builder: PageBuilder
  /** The encoding that the column is to have; without it the chunk chooses. */
  readonly encoder?: ValueEncoder | undefined
  readonly bloomFilter?: BloomFilter | undefined
}

/**
 * Encodes one column, one row group after another. A chunk starts with a dictionary where the type allows one; when
 * that does not pay, it goes on in PLAIN, and is rewritten as PLAIN altogether while it is still one page. A page ends
 * where a row ends, as the page index demands. A column with an encoding of its own has no dictionary: its pages are
 * filled in PLAIN and turned into that encoding when they end.
 */
export class ColumnChunkWriter implements NodeWriter {
  readonly #leaf: FileLeaf
  readonly #values: ValueWriter
  readonly #pageBytes: number
  readonly #builder: PageBuilder
  readonly #encoder: ValueEncoder | undefined
  readonly #bloomFilter: BloomFilter | undefined
  /** Which slots of the batch have a value. */
  readonly #present = new Uint8Array(BATCH_ROWS)

  readonly #plain = new ByteSink()
  readonly #encoded = new ByteSink()
  readonly #levels: PageLevels
  /** The values of the open page as numbers of a dictionary; undefined once the chunk is PLAIN. */
  #numbered: NumberedValues | undefined
  /** The dictionary that earlier pages of this chunk refer to, after the chunk went over to PLAIN. */
  #retired: NumberedValues | undefined
  #pages: DataPage[] = []
  #compressed = true
  #storedBytes = 0
  #encodedBytes = 0
  /** Nulls of finished chunks. */
  #nulls = 0

  constructor(leaf: FileLeaf, { values, pageBytes, builder, encoder, bloomFilter }: ColumnChunkOptions) {
    this.#leaf = leaf
    this.#values = values
    // A page takes one value at least.
    this.#pageBytes = Math.max(1, pageBytes)
    this.#builder = builder
    this.#encoder = encoder
    this.#bloomFilter = bloomFilter
    this.#levels = new PageLevels(leaf.maxDefinition, leaf.repetition)
    this.#numbered = this.#dictionary()
  }

  /** Bytes of the open chunk before compression, about. */
  get encodedBytes(): number {
    return this.#encodedBytes + this.#openBytes
  }

  /** Bytes that the open chunk holds in memory, about: pages as they will be stored, and the open page. */
  get bufferedBytes(): number {
    return this.#storedBytes + this.#openBytes
  }

  write(slots: Slots): void {
    const { start, end, repetitions } = slots
    for (let from = start; from < end; ) {
      const to = batchEnd(repetitions, from, end)
      this.#writeBatch(slots, from, to)
      from = to
    }
  }

  /** Ends the chunk; the next write begins another. */
  finish(): ColumnChunk {
    if (this.#numbered !== undefined && this.#pages.length === 0 && !this.#numbered.isSmaller()) this.#goPlain()
    this.#endPage()
    const dictionary = this.#retired ?? this.#numbered
    if (this.#numbered !== undefined) this.#bloomFilter?.include(this.#numbered.plain.written())
    const usesDictionary = this.#pages.some((page) => page.encoding === Encoding.RLE_DICTIONARY)
    const nulls = this.#pages.reduce((total, page) => total + page.nulls, 0)
    const chunk: ColumnChunk = {
      dictionary: usesDictionary ? dictionary?.page(this.#builder) : undefined,
      compressed: this.#compressed,
      pages: this.#pages,
      count: this.#pages.reduce((total, page) => total + page.count, 0),
      nulls,
      bounds: this.#values.endChunk(),
      columnIndex: formatColumnIndex(this.#pages, (a, b) => this.#values.compareBounds(a, b)),
      bloomFilter: this.#bloomFilter?.finish(),
    }
    this.#nulls += nulls
    this.#reset()
    return chunk
  }

  stats(): ColumnStats[] {
    return [{ path: [], nullCount: this.#nulls, ...this.#values.fileBounds() }]
  }

  get #openBytes(): number {
    return this.#plain.length + (this.#numbered?.bytes ?? 0) + (this.#retired?.dictionaryBytes ?? 0)
  }

  #dictionary(): NumberedValues | undefined {
    const dictionary = this.#encoder === undefined ? this.#values.dictionary() : undefined
    return dictionary && new NumberedValues(dictionary)
  }

  #writeBatch(slots: Slots, first: number, end: number): void {
    const count = end - first
    const values = this.#values.gather(slots.values, first, end, this.#present)
    const rowEnds = end === slots.end || slots.repetitions === undefined || slots.repetitions[end] === 0
    const batch = { slots, first, count, values, present: this.#present, rowEnds }
    if (values < count && !this.#leaf.nullable) this.#checkRequired(batch)
    if (this.#numbered === undefined) this.#writePlain(batch)
    else this.#writeNumbered(batch, this.#numbered)
  }

  /** Refuses a slot that the nodes above provide, but not the value. */
  #checkRequired({ slots: { definitions }, first, count }: LeafBatch): void {
    for (let i = 0; i < count; i++) {
      const provided = definitions === undefined || definitions[first + i] === this.#leaf.definition
      if (provided && this.#present[i] === 0) {
        throw new CastError('a value, because the column is not nullable', 'null')
      }
    }
  }

  #writeNumbered(batch: LeafBatch, numbered: NumberedValues): void {
    numbered.append(batch.values)
    this.#levels.append(batch, 0, batch.count, batch.count - batch.values)
    const pays = numbered.pays()
    if (!pays && this.#pages.length === 0) {
      this.#goPlain()
    } else if (!pays || numbered.isFull()) {
      if (batch.rowEnds) this.#endPage()
      this.#goPlain()
    } else if (batch.rowEnds && (numbered.pageBytes >= this.#pageBytes || this.#levels.count >= MAX_PAGE_VALUES)) {
      this.#endPage()
    }
  }

  #writePlain(batch: LeafBatch): void {
    let slot = 0
    let value = 0
    do {
      let next = this.#appendPlain(value, batch.values, this.#pageBytes)
      let end = batch.count
      if (next < batch.values) {
        // The page is full: it still takes what is left of the row.
        const full = this.#slotAfter(slot, next - value)
        end = rowEndFrom(batch, full)
        next = this.#appendPlain(next, next + countPresent(batch, full, end), Number.POSITIVE_INFINITY)
      }
      this.#levels.append(batch, slot, end, end - slot - (next - value))
      slot = end
      value = next
      const isFull = this.#plain.length >= this.#pageBytes || this.#levels.count >= MAX_PAGE_VALUES
      if (isFull && (end < batch.count || batch.rowEnds)) this.#endPage()
    } while (slot < batch.count)
  }

  /** The slot of the batch behind the next `count` values from `slot` on. */
  #slotAfter(slot: number, count: number): number {
    let end = slot
    for (let seen = 0; seen < count; end++) seen += this.#present[end] ?? 1
    return end
  }

  #appendPlain(from: number, to: number, limit: number): number {
    const start = this.#plain.length
    const next = this.#values.appendPlain(from, to, this.#plain, limit)
    this.#bloomFilter?.include(this.#plain.bytes.subarray(start, this.#plain.length))
    return next
  }

  /** Gives up numbering: what the open page has of numbers is turned into values. */
  #goPlain(): void {
    const numbered = this.#numbered
    if (numbered === undefined) return
    this.#bloomFilter?.include(numbered.plain.written())
    numbered.appendPlain(this.#plain)
    if (this.#pages.length > 0) this.#retired = numbered
    this.#numbered = undefined
  }

  #endPage(): void {
    const levels = this.#levels
    if (levels.count === 0) return
    const numbered = this.#numbered !== undefined && this.#numbered.count > 0
    if (numbered) this.#numbered?.encode(this.#plain)
    const encoding = numbered ? Encoding.RLE_DICTIONARY : (this.#encoder?.encoding ?? Encoding.PLAIN)
    const page = this.#page({ levels, encoding, values: this.#encodedValues(), bounds: this.#values.endPage() })
    this.#pages.push(page)
    this.#storedBytes += page.storedSize
    this.#encodedBytes += page.encodedSize
    this.#plain.clear()
    levels.clear()
  }

  #page(parts: DataPageParts): DataPage {
    if (!this.#compressed) return this.#builder.dataPage(parts, noCompression)
    const page = this.#builder.dataPage(parts)
    if (this.#pages.length > 0 || parts.encoding === Encoding.RLE_DICTIONARY || !isIncompressible(page)) return page
    this.#compressed = false
    return this.#builder.dataPage(parts, noCompression)
  }

  /** The values of the open page as they are stored. */
  #encodedValues(): ByteSink {
    if (this.#encoder === undefined) return this.#plain
    this.#encoded.clear()
    this.#encoder.encode(this.#plain, this.#encoded)
    return this.#encoded
  }

  #reset(): void {
    this.#numbered = this.#dictionary()
    this.#retired = undefined
    this.#pages = []
    this.#compressed = true
    this.#storedBytes = 0
    this.#encodedBytes = 0
  }
}

/** Whether a page is known to be hardly shorter for having been compressed. One that is still at a worker is not. */
function isIncompressible({ parts, storedSize, encodedSize }: DataPage): boolean {
  return parts !== undefined && encodedSize >= TRIAL_BYTES && storedSize > encodedSize * WORTHWHILE_SHARE
}
