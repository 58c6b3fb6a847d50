import { type ArrowType, arrowMember, childrenOf } from './arrow.ts'
import { type ArrowChunk, type ArrowVector, arrowBuffer } from './arrow-vector.ts'
import { setMember } from './members.ts'

/** Reads the values of a column; its children are read through it too. */
type ReadColumn = (vector: ArrowVector) => ArrayLike<unknown>

/** Lists of every kind as arrays, or typed arrays where their elements lie in one. */
export function arrowLists(vector: ArrowVector, read: ReadColumn): unknown[] {
  const elements = childValues(vector, 0, read)
  return spans(vector, (start, end) => sliceOf(elements, start, end))
}

/** Maps as arrays of `{key, value}`: nothing makes Arrow's keys unique, and a `Map` would drop some in silence. */
export function arrowMaps(vector: ArrowVector, read: ReadColumn): unknown[] {
  const entries = vector.getChildAt(0)
  const keys = childValues(entries, 0, read)
  const values = childValues(entries, 1, read)
  return spans(vector, (start, end) => {
    return Array.from({ length: end - start }, (_, i) => ({ key: keys[start + i], value: values[start + i] }))
  })
}

/** Structs as objects. */
export function arrowStructs(vector: ArrowVector, read: ReadColumn): unknown[] {
  const fields = childrenOf(vector.type).map(({ name }, index) => {
    return { name, values: childValues(vector, index, read), start: 0 }
  })
  const column: unknown[] = []
  for (const chunk of vector.data) {
    for (let i = 0; i < chunk.length; i++) column.push(chunk.getValid(i) ? structAt(fields, i) : null)
    for (const [index, field] of fields.entries()) field.start += chunk.children[index]?.length ?? 0
  }
  return column
}

interface FieldValues {
  readonly name: string
  readonly values: ArrayLike<unknown>
  /** Where the values of the current chunk begin. */
  readonly start: number
}

function structAt(fields: readonly FieldValues[], index: number): unknown {
  const struct: Record<string, unknown> = {}
  for (const { name, values, start } of fields) setMember(struct, name, values[start + index] ?? null)
  return struct
}

/** One value for each list of a column, made from where its elements begin and end among those of all its chunks. */
function spans(vector: ArrowVector, make: (start: number, end: number) => unknown): unknown[] {
  const column: unknown[] = []
  let base = 0
  for (const chunk of vector.data) {
    const border = borders(chunk, vector.type)
    for (let i = 0; i < chunk.length; i++) {
      column.push(chunk.getValid(i) ? make(base + border(i), base + border(i + 1)) : null)
    }
    base += chunk.children[0]?.length ?? 0
  }
  return column
}

/** Where list number `index` of a chunk begins: said by offsets, or, where all are of one size, by that. */
function borders(chunk: ArrowChunk, type: ArrowType): (index: number) => number {
  const size = arrowMember(type, 'listSize')
  if (typeof size === 'number') return (index) => index * size
  const offsets = arrowBuffer(chunk.valueOffsets)
  return (index) => Number(offsets[index] ?? 0)
}

function childValues(vector: ArrowVector | null, index: number, read: ReadColumn): ArrayLike<unknown> {
  const child = vector?.getChildAt(index) ?? null
  return child === null ? [] : read(child)
}

function sliceOf(values: ArrayLike<unknown>, start: number, end: number): ArrayLike<unknown> {
  // Lists of numbers, as embeddings are, stay where they lie.
  if (ArrayBuffer.isView(values)) return (values as unknown as Float64Array).subarray(start, end)
  return Array.prototype.slice.call(values, start, end)
}
