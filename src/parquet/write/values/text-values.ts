import { utf8Writer } from '#codecs'
import { type LeafCaster, Utf8Column, writeShortAscii } from '../../../schema/index.ts'
import type { ByteSink } from '../../encoding/byte-sink.ts'
import { ByteBounds, compareBytes } from './byte-bounds.ts'
import { footerBounds } from './footer-bounds.ts'
import { LayeredBounds } from './layered-bounds.ts'
import { TextDictionary } from './text-dictionary.ts'
import { Utf8Batch } from './utf8-batch.ts'
import type { Bounds, Dictionary, DictionaryWriter, FooterBounds, ValueWriter } from './value-writer.ts'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Text as BYTE_ARRAY: four bytes of length, then UTF-8. A batch comes as strings, or as the UTF-8 of an Arrow column. */
export class TextValues implements ValueWriter, DictionaryWriter {
  readonly #cast: LeafCaster
  readonly #batch: string[] = []
  readonly #utf8 = new Utf8Batch()
  readonly #bounds = new LayeredBounds(() => new ByteBounds())
  /** The buffer that `#write` writes to; a sink that grows gets a new one. */
  #target: Uint8Array | undefined
  #write: (text: string, at: number) => number = () => 0

  constructor(cast: LeafCaster) {
    this.#cast = cast
  }

  gather(values: ArrayLike<unknown>, start: number, end: number, present: Uint8Array): number {
    const taken = values instanceof Utf8Column ? this.#utf8.gather(values.texts, start, end, present) : undefined
    if (taken !== undefined) return taken
    this.#utf8.clear()
    const batch = this.#batch
    let count = 0
    for (let i = start; i < end; i++) {
      const value = values[i]
      const text = typeof value === 'string' ? value : value === null || value === undefined ? null : this.#cast(value)
      if (typeof text === 'string') {
        batch[count++] = text
        present[i - start] = 1
      } else {
        present[i - start] = 0
      }
    }
    return count
  }

  appendPlain(from: number, to: number, sink: ByteSink, limit: number): number {
    return this.#utf8.isUsed ? this.#appendUtf8(from, to, sink, limit) : this.#appendTexts(from, to, sink, limit)
  }

  dictionary(): Dictionary {
    return new TextDictionary(this.#batch, this.#utf8, this)
  }

  includePlain(plain: ByteSink, start: number, end: number): void {
    this.#bounds.page.include(plain.bytes, start + 4, end)
  }

  endPage(): FooterBounds {
    return footerBounds(this.#bounds.endPage(), 'text')
  }

  endChunk(): FooterBounds {
    return footerBounds(this.#bounds.endChunk(), 'text')
  }

  fileBounds(): Bounds {
    const { min, max } = this.#bounds.file
    return min === undefined || max === undefined ? {} : { min: utf8.decode(min), max: utf8.decode(max) }
  }

  compareBounds(a: Uint8Array, b: Uint8Array): number {
    return compareBytes(a, b)
  }

  #appendUtf8(from: number, to: number, sink: ByteSink, limit: number): number {
    const bounds = this.#bounds.page
    let i = from
    while (i < to && sink.length < limit) {
      sink.appendUint32(this.#utf8.length(i))
      const start = sink.length
      this.#utf8.append(i++, sink)
      bounds.include(sink.bytes, start, sink.length)
    }
    return i
  }

  #appendTexts(from: number, to: number, sink: ByteSink, limit: number): number {
    const batch = this.#batch
    const bounds = this.#bounds.page
    let i = from
    while (i < to && sink.length < limit) {
      const text = batch[i++] ?? ''
      sink.reserve(4 + text.length * 3)
      const start = sink.length + 4
      const written = writeShortAscii(text, sink.bytes, start) ? text.length : this.#writeLong(text, sink, start)
      // Half a surrogate pair has no bytes in UTF-8: the cast refuses it. A regular expression takes twice as long, and sends
      // every emoji to the cast.
      if (written !== text.length && !text.isWellFormed()) this.#cast(text)
      sink.view.setUint32(start - 4, written, true)
      sink.length = start + written
      bounds.include(sink.bytes, start, start + written)
    }
    return i
  }

  #writeLong(text: string, sink: ByteSink, at: number): number {
    if (this.#target !== sink.bytes) {
      this.#target = sink.bytes
      this.#write = utf8Writer(sink.bytes)
    }
    return this.#write(text, at)
  }
}
