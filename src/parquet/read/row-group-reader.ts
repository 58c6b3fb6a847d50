import { throwIfAborted } from '../../errors.ts'
import type { PhysicalTree } from '../../schema/index.ts'
import { assemble } from './assemble.ts'
import { readRanges } from './byte-ranges.ts'
import { type ChunkPiece, readColumn, type StoredColumn } from './column-reader.ts'
import { decoded } from './damage.ts'
import type { StoredChunk } from './file-metadata.ts'
import type { FileSource } from './file-source.ts'
import type { LeafReader } from './leaf-reader.ts'
import { type PieceRange, parseOffsetIndex, piecesWith } from './page-index-reader.ts'
import { leavesRead, type ReadPlan } from './read-plan.ts'
import { countRows, type RowRange } from './row-selection.ts'
import type { SchemaNode } from './schema-tree.ts'

export interface RowGroupRequest {
  readonly source: FileSource
  readonly rowGroup: number
  readonly plans: readonly ReadPlan[]
  /** The rows wanted, in order and apart from each other. */
  readonly rows: readonly RowRange[]
  readonly signal: AbortSignal | undefined
}

/** A leaf of the plans, and where it is stored. */
interface LeafSource {
  readonly node: SchemaNode
  readonly leaf: LeafReader | undefined
  readonly chunk: StoredChunk
}

/**
 * Reads what the plans ask for: one column a plan, one value a row wanted. Bytes come with few requests, and only those
 * of pages that hold wanted rows, where the file has an index of its pages.
 * @throws {DeltaError} `invalid-data` or `unsupported`, naming file and column.
 */
export async function readRowGroup(request: RowGroupRequest): Promise<(readonly (PhysicalTree | null)[])[]> {
  const { source, rowGroup, plans, rows, signal } = request
  const leaves = plans.map((plan) => leafSources(plan, request))
  // Several plans may want the same leaf: a column and a part of it, say.
  const distinct = new Map(leaves.flat().map((leaf) => [leaf.chunk, leaf]))
  const pieces = await loadPieces([...distinct.values()], request)
  const length = countRows(rows)
  const total = rowsIn(request)
  return plans.map((plan, i) => {
    throwIfAborted(signal)
    const columns = new Map<SchemaNode, StoredColumn>()
    for (const { node, leaf, chunk } of leaves[i] ?? []) {
      const leafRequest = { node, codec: chunk.codec, pieces: pieces.get(chunk) ?? [], total, rows, leaf }
      columns.set(
        node,
        decoded(source.file, placeOf(node, rowGroup), () => readColumn(leafRequest)),
      )
    }
    const [first] = columns.keys()
    return decoded(source.file, first ? placeOf(first, rowGroup) : '', () =>
      assemble(plan, (node) => columns.get(node) ?? EMPTY, length),
    )
  })
}

const EMPTY: StoredColumn = { entries: 0, definitions: undefined, repetitions: undefined, values: [] }

function placeOf({ path }: SchemaNode, rowGroup: number): string {
  return `column '${path.join('.')}' of row group ${rowGroup}`
}

/** Each leaf once: for its values where any part of the plan wants them, else for its levels. */
function leafSources(plan: ReadPlan, { source, rowGroup }: RowGroupRequest): LeafSource[] {
  const readers = new Map<SchemaNode, LeafReader | undefined>()
  for (const { node, leaf } of leavesRead(plan)) readers.set(node, leaf ?? readers.get(node))
  return Array.from(readers, ([node, leaf]) => {
    const chunk = source.metadata.rowGroups[rowGroup]?.chunks[node.chunk]
    return decoded(source.file, placeOf(node, rowGroup), () => {
      if (chunk?.path.join('.') === node.path.join('.')) return { node, leaf, chunk }
      throw new RangeError('its data is not where the schema has it')
    })
  })
}

async function loadPieces(
  leaves: readonly LeafSource[],
  request: RowGroupRequest,
): Promise<ReadonlyMap<StoredChunk, ChunkPiece[]>> {
  const { source, signal } = request
  const ranges = (await pieceRanges(leaves, request)).flat()
  const bytes = await readRanges(source.file, source.tail, ranges, signal)
  const pieces = new Map<StoredChunk, ChunkPiece[]>()
  for (const [i, { chunk, firstRow }] of ranges.entries()) {
    const piece = { bytes: bytes[i] ?? new Uint8Array(0), firstRow }
    const others = pieces.get(chunk)
    if (others === undefined) pieces.set(chunk, [piece])
    else others.push(piece)
  }
  return pieces
}

function rowsIn({ source, rowGroup }: RowGroupRequest): number {
  return source.metadata.rowGroups[rowGroup]?.rows ?? 0
}

type OwnedRange = PieceRange & { readonly chunk: StoredChunk }

/** Whole chunks when all rows are wanted, or when there is no index to tell which pages hold the wanted ones. */
async function pieceRanges(leaves: readonly LeafSource[], request: RowGroupRequest): Promise<OwnedRange[][]> {
  const { source, rowGroup, rows, signal } = request
  const total = rowsIn(request)
  const chunks = leaves.map(({ chunk }) => chunk)
  const indexes = countRows(rows) === total ? [] : chunks.flatMap(({ offsetIndex }) => offsetIndex ?? [])
  const read = await readRanges(source.file, source.tail, indexes, signal)
  const bytes = new Map(indexes.map((index, i) => [index, read[i]]))
  return leaves.map(({ node, chunk }) => {
    const index = chunk.offsetIndex && bytes.get(chunk.offsetIndex)
    if (index === undefined) return [{ ...chunk.bytes, firstRow: 0, chunk }]
    const pages = decoded(source.file, placeOf(node, rowGroup), () => parseOffsetIndex(index, chunk, total))
    return piecesWith(rows, pages, chunk).map((piece) => ({ ...piece, chunk }))
  })
}
