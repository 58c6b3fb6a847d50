import { CastError } from '../schema/index.ts'
import { ByteSink } from './byte-sink.ts'
import { NumberedValues } from './numbered-values.ts'
import { Encoding, type Page, type PageBuilder } from './page.ts'
import { PageLevels } from './page-levels.ts'
import { BATCH_ROWS, type FooterBounds, type ValueWriter } from './value-writer.ts'

/** Rows of a page at most, so that a page of few bits a row stays small when it is decoded. */
const MAX_PAGE_ROWS = 131_072

/** A finished column chunk: its pages in the order of the file, and what the footer says about them. */
export interface ColumnChunk {
  readonly pages: readonly Page[]
  readonly rows: number
  readonly nulls: number
  readonly bounds: FooterBounds
}

/**
 * Encodes one column, one row group after another. A chunk starts with a dictionary where the type allows one; when
 * that does not pay, it goes on in PLAIN, and is rewritten as PLAIN altogether while it is still one page.
 */
export class ColumnChunkWriter {
  readonly #values: ValueWriter
  readonly #nullable: boolean
  readonly #pageBytes: number
  readonly #builder: PageBuilder
  readonly #batchLevels = new Uint8Array(BATCH_ROWS)

  readonly #plain = new ByteSink()
  readonly #levels = new PageLevels()
  /** The values of the open page as numbers of a dictionary; undefined once the chunk is PLAIN. */
  #numbered: NumberedValues | undefined
  /** The dictionary that earlier pages of this chunk refer to, after the chunk went over to PLAIN. */
  #retired: NumberedValues | undefined
  #pages: Page[] = []
  #rows = 0
  #nulls = 0
  #storedBytes = 0
  #encodedBytes = 0

  constructor(values: ValueWriter, nullable: boolean, pageBytes: number, builder: PageBuilder) {
    this.#values = values
    this.#nullable = nullable
    this.#pageBytes = pageBytes
    this.#builder = builder
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

  /**
   * Takes `values[start, end)`, at most {@link BATCH_ROWS}.
   * @throws {CastError} when a value does not fit the column; the chunk is of no use any more then.
   */
  write(values: ArrayLike<unknown>, start: number, end: number): void {
    const rows = end - start
    const present = this.#values.gather(values, start, end, this.#batchLevels)
    if (present < rows && !this.#nullable) throw new CastError('a value, because the column is not nullable', 'null')
    this.#rows += rows
    this.#nulls += rows - present
    if (this.#numbered === undefined) this.#writePlain(rows, present)
    else this.#writeNumbered(this.#numbered, rows, present)
  }

  /** Ends the chunk; the next write begins another. */
  finish(): ColumnChunk {
    if (this.#numbered !== undefined && this.#pages.length === 0 && !this.#numbered.isSmaller()) this.#rewritePlain()
    this.#endPage()
    const dictionary = this.#retired ?? this.#numbered
    const usesDictionary = this.#pages.some((page) => page.encoding === Encoding.RLE_DICTIONARY)
    const chunk: ColumnChunk = {
      pages: usesDictionary && dictionary ? [dictionary.page(this.#builder), ...this.#pages] : this.#pages,
      rows: this.#rows,
      nulls: this.#nulls,
      bounds: this.#values.finishChunk(),
    }
    this.#reset()
    return chunk
  }

  get #openBytes(): number {
    return this.#plain.length + (this.#numbered?.bytes ?? 0) + (this.#retired?.dictionaryBytes ?? 0)
  }

  #dictionary(): NumberedValues | undefined {
    const dictionary = this.#values.dictionary()
    return dictionary && new NumberedValues(dictionary)
  }

  #writeNumbered(numbered: NumberedValues, rows: number, present: number): void {
    numbered.append(present)
    this.#levels.append(this.#batchLevels, 0, rows, rows - present)
    const pays = numbered.pays()
    if (!pays && this.#pages.length === 0) {
      this.#rewritePlain()
    } else if (!pays || numbered.isFull()) {
      this.#endPage()
      this.#retired = numbered
      this.#numbered = undefined
    } else if (numbered.pageBytes >= this.#pageBytes || this.#levels.rows >= MAX_PAGE_ROWS) {
      this.#endPage()
    }
  }

  #writePlain(rows: number, present: number): void {
    let row = 0
    let value = 0
    do {
      const next = this.#values.appendPlain(value, present, this.#plain, this.#pageBytes)
      const end = next === present ? rows : this.#rowAfter(row, next - value)
      this.#levels.append(this.#batchLevels, row, end, end - row - (next - value))
      row = end
      value = next
      if (this.#plain.length >= this.#pageBytes || this.#levels.rows >= MAX_PAGE_ROWS) this.#endPage()
    } while (row < rows)
  }

  /** The row of the batch behind the next `count` values from `row` on. */
  #rowAfter(row: number, count: number): number {
    let end = row
    for (let seen = 0; seen < count; end++) seen += this.#batchLevels[end] ?? 1
    return end
  }

  /** Turns the open page, the only one of the chunk, from numbers into values. */
  #rewritePlain(): void {
    this.#numbered?.appendPlain(this.#plain)
    this.#numbered = undefined
  }

  #endPage(): void {
    const levels = this.#levels
    if (levels.rows === 0) return
    const pageLevels = this.#nullable ? levels : undefined
    const numbered = this.#numbered !== undefined && this.#numbered.count > 0
    if (numbered) this.#numbered?.encode(this.#plain)
    const encoding = numbered ? Encoding.RLE_DICTIONARY : Encoding.PLAIN
    const page = this.#builder.dataPage(levels.rows, pageLevels, encoding, this.#plain)
    this.#pages.push(page)
    this.#storedBytes += page.storedSize
    this.#encodedBytes += page.encodedSize
    this.#plain.clear()
    levels.clear()
  }

  #reset(): void {
    this.#numbered = this.#dictionary()
    this.#retired = undefined
    this.#pages = []
    this.#rows = 0
    this.#nulls = 0
    this.#storedBytes = 0
    this.#encodedBytes = 0
  }
}
