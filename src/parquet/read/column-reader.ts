import type { PhysicalValue } from '../../schema/index.ts'
import { decodeHybrid, singleRun } from '../encoding/hybrid-decoder.ts'
import { bitWidth } from '../encoding/hybrid-encoder.ts'
import { checkPlausible } from './damage.ts'
import type { StoredChunk } from './file-metadata.ts'
import type { LeafReader } from './leaf-reader.ts'
import { readPages, type StoredPage } from './page-reader.ts'
import { covers, firstEndingAfter, type RowRange, touches } from './row-selection.ts'
import type { SchemaNode } from './schema-tree.ts'
import { ValueDecoder } from './value-decoder.ts'

/**
 * What a column chunk, or some rows of it, holds: its values without the nulls, and the levels that say where in its rows
 * they belong.
 */
export interface StoredColumn {
  /** Levels, one an entry; of a column that is not repeated, an entry is a row. */
  readonly entries: number
  /** Undefined where every entry is a value. */
  readonly definitions: Uint8Array | undefined
  /** 0 where a row begins; undefined where every entry begins one. */
  readonly repetitions: Uint8Array | undefined
  /** None when only the levels were asked for. */
  readonly values: readonly PhysicalValue[]
}

/** Bytes of a chunk: whole pages, one after the other. */
export interface ChunkPiece {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The row of the row group at which its first data page begins. */
  readonly firstRow: number
}

export interface LeafRequest {
  readonly node: SchemaNode
  readonly codec: StoredChunk['codec']
  readonly pieces: readonly ChunkPiece[]
  /** Rows of the row group. */
  readonly total: number
  /** The rows wanted, in order; those that the pieces have beside them are left out. */
  readonly rows: readonly RowRange[]
  /** How values are read; undefined when only the levels are wanted. */
  readonly leaf: LeafReader | undefined
}

/**
 * Decodes a column chunk.
 * @throws {RangeError} when it is damaged. @throws {DeltaError} `unsupported` for a codec or encoding that is not.
 */
export function readColumn({ node, codec, pieces, total, rows, leaf }: LeafRequest): StoredColumn {
  const { definition, repetition, element } = node
  const decoder = leaf && new ValueDecoder(element, leaf)
  const parts: StoredColumn[] = []
  const wantedEnd = rows.at(-1)?.end ?? 0
  let entries = 0
  for (const { bytes, firstRow } of pieces) {
    // A row may go on in the next page, so the rows before a page are known by their beginnings only.
    let row = firstRow - 1
    for (const page of readPages(bytes, { codec, definition, repetition })) {
      if (page.kind === 'dictionary') {
        decoder?.takeDictionary(page)
        continue
      }
      // As many as the row group has rows, which all of its columns were held against, are believed of one.
      if (entries + page.count > total) checkPlausible(entries + page.count, bytes.length)
      const part = decodePage(page, node, decoder)
      const begun = rowsBegun(part)
      const kept = keepRows(part, rows, row, begun, definition)
      row += begun
      if (row >= total) throw new RangeError(`its pages hold more than the ${total} rows of the row group`)
      entries += kept.entries
      if (kept.entries > 0) parts.push(kept)
      // All rows wanted are whole once one behind them has begun.
      if (row >= wantedEnd) break
    }
  }
  return join(parts, entries, definition)
}

function decodePage(
  page: StoredPage,
  { definition, repetition }: SchemaNode,
  decoder: ValueDecoder | undefined,
): StoredColumn {
  const { count: entries } = page
  const repetitions = page.repetitions && decodeLevels(page.repetitions, repetition, entries)
  // Most pages are all values, or all nulls: no level of them need be looked at.
  const only = page.definitions && entries > 0 ? singleRun(page.definitions, bitWidth(definition), entries) : undefined
  const allThere = only === definition && repetitions === undefined
  const definitions = allThere ? undefined : page.definitions && decodeLevels(page.definitions, definition, entries)
  const present = definitions === undefined ? entries : countPresent(definitions, definition, only)
  return { entries, repetitions, definitions, values: decoder?.decode(page, present) ?? [] }
}

function countPresent(definitions: Uint8Array, definition: number, only: number | undefined): number {
  if (only !== undefined) return only === definition ? definitions.length : 0
  let present = 0
  for (const level of definitions) if (level === definition) present++
  return present
}

function decodeLevels(bytes: Uint8Array, greatest: number, count: number): Uint8Array {
  const levels = new Uint8Array(count)
  decodeHybrid(bytes, bitWidth(greatest), count, levels)
  for (let i = 0; i < count; i++) {
    if ((levels[i] ?? 0) > greatest) throw new RangeError(`a level is ${levels[i]}, beyond ${greatest}`)
  }
  return levels
}

function rowsBegun({ entries, repetitions }: StoredColumn): number {
  if (repetitions === undefined) return entries
  let rows = 0
  for (const level of repetitions) if (level === 0) rows++
  return rows
}

/** Leaves out the entries of rows that are not wanted. The page goes on in row `before`, and `begun` begin in it. */
function keepRows(
  page: StoredColumn,
  rows: readonly RowRange[],
  before: number,
  begun: number,
  definition: number,
): StoredColumn {
  if (covers(rows, Math.max(before, 0), before + begun + 1)) return page
  if (!touches(rows, before, before + begun + 1)) return { ...page, entries: 0, values: [] }
  const { entries, definitions, repetitions } = page
  const kept = new Int32Array(entries)
  const values: PhysicalValue[] = []
  let count = 0
  let row = before
  let range = firstEndingAfter(rows, Math.max(before, 0))
  let value = -1
  for (let i = 0; i < entries; i++) {
    if (repetitions === undefined || repetitions[i] === 0) row++
    const isValue = definitions === undefined || definitions[i] === definition
    if (isValue) value++
    while (row >= (rows[range]?.end ?? Number.POSITIVE_INFINITY)) range++
    if (row < (rows[range]?.start ?? Number.POSITIVE_INFINITY)) continue
    kept[count++] = i
    const found = isValue ? page.values[value] : undefined
    if (found !== undefined) values.push(found)
  }
  const pick = (levels: Uint8Array | undefined): Uint8Array | undefined =>
    levels && Uint8Array.from(kept.subarray(0, count), (i) => levels[i] ?? 0)
  return { entries: count, definitions: pick(definitions), repetitions: pick(repetitions), values }
}

function join(parts: readonly StoredColumn[], entries: number, definition: number): StoredColumn {
  const [first] = parts
  if (parts.length === 1 && first) return first
  const levels = (name: 'definitions' | 'repetitions'): Uint8Array | undefined => {
    if (parts.every((part) => part[name] === undefined)) return undefined
    const joined = new Uint8Array(entries)
    let at = 0
    for (const part of parts) {
      const levels = part[name]
      // A page without definition levels is all values.
      if (levels) joined.set(levels, at)
      else joined.fill(definition, at, at + part.entries)
      at += part.entries
    }
    return joined
  }
  const values: PhysicalValue[] = new Array(parts.reduce((total, part) => total + part.values.length, 0))
  let at = 0
  for (const part of parts) for (const value of part.values) values[at++] = value
  return { entries, definitions: levels('definitions'), repetitions: levels('repetitions'), values }
}
