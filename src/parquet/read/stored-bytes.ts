import { throwIfAborted } from '../../errors.ts'
import { readExactly } from './byte-ranges.ts'
import { decoded } from './damage.ts'
import type { StoredChunk } from './file-metadata.ts'
import { loadFooter } from './footer-reader.ts'
import { readPages } from './page-reader.ts'
import type { SchemaNode } from './schema-tree.ts'
import { type ParquetSource, randomAccess } from './source.ts'

/** What a file holds of a column, decompressed and not decoded. */
export interface StoredBytes {
  /** Its stored names from the top, with dots. */
  readonly column: string
  /** A dictionary may hold values that no row has; a bound is the least or the greatest value, as the footer tells it. */
  readonly kind: 'dictionary' | 'data' | 'bound'
  /** Parquet's physical type: `INT32`, `BYTE_ARRAY` … */
  readonly type: string
  /** Values as they are encoded; of dictionaries and bounds, plainly. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What lies in a Parquet file, below the level of values: for whoever looks for bytes, wherever they are. */
export interface StoredParquet {
  /** Where the pages of all columns end: what comes after it describes them. */
  readonly dataEnd: number
  /** Everything, page by page; a column chunk is in memory at a time. @throws {DeltaError} `invalid-data`, `unsupported`. */
  contents(): AsyncGenerator<StoredBytes>
}

/**
 * Opens a Parquet file for its stored bytes.
 * @throws {DeltaError} `invalid-data` when it is no Parquet file or a damaged one; `unsupported` for an encrypted one.
 */
export async function openStoredParquet(source: ParquetSource, signal?: AbortSignal): Promise<StoredParquet> {
  const file = randomAccess(source)
  const { metadata } = await loadFooter(file, signal)
  const leaves = leavesOf(metadata.schema)
  const chunks = metadata.rowGroups.flatMap((group) =>
    group.chunks.map((chunk, index) => [chunk, leaves[index]] as const),
  )
  return {
    dataEnd: Math.max(0, ...chunks.map(([{ bytes }]) => bytes.end)),
    async *contents() {
      for (const [chunk, node] of chunks) {
        if (node === undefined) continue
        throwIfAborted(signal)
        const place = { column: chunk.path.join('.'), type: node.element.type ?? '' }
        for (const bytes of boundsOf(chunk)) yield { ...place, kind: 'bound', bytes }
        const stored = await readExactly(file, chunk.bytes.start, chunk.bytes.end, signal)
        const { definition, repetition } = node
        const pages = decoded(file, `column '${place.column}'`, () => [
          ...readPages(stored, { codec: chunk.codec, definition, repetition }),
        ])
        for (const { kind, values } of pages) yield { ...place, kind, bytes: values }
      }
    },
  }
}

function boundsOf({ statistics }: StoredChunk): Uint8Array<ArrayBuffer>[] {
  return [statistics?.min, statistics?.max].filter((bound) => bound !== undefined)
}

function leavesOf(node: SchemaNode): SchemaNode[] {
  return node.element.type === undefined ? node.children.flatMap(leavesOf) : [node]
}
