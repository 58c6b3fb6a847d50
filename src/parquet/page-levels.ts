import { BATCH_ROWS } from './value-writer.ts'

/** Which rows of the open page have a value: the definition levels of a flat column, one byte a row. */
export class PageLevels {
  levels = new Uint8Array(BATCH_ROWS)
  rows = 0
  nulls = 0

  /** Takes over `batch[start, end)`, `nulls` of which are 0. */
  append(batch: Uint8Array, start: number, end: number, nulls: number): void {
    const count = end - start
    if (this.rows + count > this.levels.length) {
      const grown = new Uint8Array((this.rows + count) * 2)
      grown.set(this.levels.subarray(0, this.rows))
      this.levels = grown
    }
    this.levels.set(batch.subarray(start, end), this.rows)
    this.rows += count
    this.nulls += nulls
  }

  clear(): void {
    this.rows = 0
    this.nulls = 0
  }
}
