import type { ColumnMetaData, SchemaElement } from 'hyparquet'
import type { PhysicalValue } from '../schema/index.ts'
import { decodeHybrid } from './hybrid-decoder.ts'
import type { LeafReader } from './leaf-reader.ts'
import { readPages, type StoredPage } from './page-reader.ts'
import { ValueDecoder } from './value-decoder.ts'

/** A column chunk and what is known about it. */
export interface StoredChunk {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly codec: ColumnMetaData['codec']
  readonly element: SchemaElement
  /** Rows of the row group. */
  readonly rows: number
}

/**
 * The values of a flat column chunk, one a row, null where there is none.
 * @throws {RangeError} when its pages do not hold so many rows or are damaged.
 * @throws {DeltaError} `unsupported` for a codec or encoding that is not.
 */
export function readColumn({ bytes, codec, element, rows }: StoredChunk, leaf: LeafReader): (PhysicalValue | null)[] {
  const nullable = element.repetition_type !== 'REQUIRED'
  const decoder = new ValueDecoder(element, leaf)
  const column: (PhysicalValue | null)[] = []
  for (const page of readPages(bytes, codec, nullable)) {
    if (page.kind === 'dictionary') {
      decoder.takeDictionary(page)
    } else {
      if (!(page.count >= 0 && page.count <= rows - column.length)) {
        throw new RangeError(`pages hold more than the ${rows} rows of the row group`)
      }
      appendPage(column, page, decoder)
    }
  }
  if (column.length !== rows) throw new RangeError(`pages hold ${column.length} of ${rows} rows`)
  return column
}

function appendPage(column: (PhysicalValue | null)[], page: StoredPage, decoder: ValueDecoder): void {
  const { count, levels } = page
  if (levels === undefined) {
    for (const value of decoder.decode(page, count)) column.push(value)
    return
  }
  const present = new Uint8Array(count)
  decodeHybrid(levels, 1, count, present)
  let total = 0
  for (const level of present) total += level
  const values = decoder.decode(page, total)
  let next = 0
  for (let i = 0; i < count; i++) column.push(present[i] === 1 ? (values[next++] ?? null) : null)
}
