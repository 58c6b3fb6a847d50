import { type ArrowType, arrowMember } from './arrow.ts'

/** A column of an `apache-arrow` table, by its shape. */
export interface ArrowVector {
  readonly length: number
  readonly type: ArrowType
  readonly data: readonly ArrowChunk[]
  get(index: number): unknown
  getChildAt(index: number): ArrowVector | null
}

export interface ArrowChunk {
  readonly length: number
  readonly nullCount: number
  readonly values: unknown
  readonly valueOffsets: unknown
  readonly children: readonly { readonly length: number }[]
  getValid(index: number): boolean
}

/** Whether a value is a vector of `apache-arrow`. */
export function isArrowVector(value: unknown): value is ArrowVector {
  return Array.isArray(arrowMember(value, 'data')) && typeof arrowMember(value, 'getChildAt') === 'function'
}

/** A buffer of a chunk as numbers; empty where it has none. */
export function arrowBuffer(buffer: unknown): ArrayLike<number | bigint> {
  return ArrayBuffer.isView(buffer) ? (buffer as unknown as ArrayLike<number | bigint>) : []
}
