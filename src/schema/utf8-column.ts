import { ArrowTypeId } from './arrow.ts'
import { type ArrowVector, arrowBuffer } from './arrow-vector.ts'

/** Where texts lie as UTF-8: number `i` begins at `offsets[i]` of the bytes and ends at `offsets[i + 1]`. */
export interface Utf8Texts {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly offsets: Int32Array | Float64Array
  /** Whether there is a text; undefined where there always is. */
  readonly isPresent: ((index: number) => boolean) | undefined
}

/**
 * A column of texts that lie in one buffer. Whoever indexes it gets strings, decoded one by one; who can use the bytes takes
 * them, and so spares a string for each text.
 */
export class Utf8Column implements ArrayLike<string | null> {
  readonly [index: number]: string | null
  readonly length: number
  readonly texts: Utf8Texts

  constructor(texts: Utf8Texts) {
    this.length = texts.offsets.length - 1
    this.texts = texts
    // biome-ignore lint/correctness/noConstructorReturn: an array-like is indexed, and a class cannot answer to indexes.
    return new Proxy(this, indexed)
  }

  /** Part of the column, over the same bytes. */
  subarray(start: number, end: number): Utf8Column {
    const { bytes, offsets, isPresent } = this.texts
    const last = Math.min(end, this.length)
    return new Utf8Column({
      bytes,
      offsets: offsets.subarray(start, last + 1),
      isPresent: isPresent && ((index) => isPresent(start + index)),
    })
  }
}

const indexed: ProxyHandler<Utf8Column> = {
  get: (column, key) => (isIndex(key) ? textAt(column.texts, Number(key)) : Reflect.get(column, key)),
  has: (column, key) => (isIndex(key) ? Number(key) < column.length : Reflect.has(column, key)),
}

function isIndex(key: string | symbol): boolean {
  return typeof key === 'string' && Number.isInteger(Number(key))
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** What is no UTF-8 becomes U+FFFD. */
function textAt({ bytes, offsets, isPresent }: Utf8Texts, index: number): string | null {
  if (isPresent?.(index) === false) return null
  return utf8.decode(bytes.subarray(offsets[index], offsets[index + 1]))
}

/** The texts of an Arrow column where they lie; undefined for other columns, and for one of several chunks. */
export function utf8Column({ type, data }: ArrowVector): Utf8Column | undefined {
  const [only, ...others] = data
  if (only === undefined || others.length > 0) return undefined
  const { values, valueOffsets, length, nullCount } = only
  if (type.typeId !== ArrowTypeId.utf8 && type.typeId !== ArrowTypeId.largeUtf8) return undefined
  if (!(values instanceof Uint8Array) || arrowBuffer(valueOffsets).length <= length) return undefined
  return new Utf8Column({
    bytes: values as Uint8Array<ArrayBuffer>,
    offsets: offsetsOf(valueOffsets, length + 1),
    isPresent: nullCount === 0 ? undefined : (index) => only.getValid(index),
  })
}

function offsetsOf(offsets: unknown, count: number): Int32Array | Float64Array {
  if (offsets instanceof Int32Array) return offsets.subarray(0, count)
  return Float64Array.from({ length: count }, (_, i) => Number(arrowBuffer(offsets)[i]))
}
