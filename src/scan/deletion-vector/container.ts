import { ByteReader } from './byte-reader.ts'

/** The values of a 32-bit roaring bitmap that share their upper 16 bits: a view into its bytes, nothing is copied. */
export interface Container {
  /** The upper 16 bits. */
  readonly key: number
  readonly kind: 'array' | 'bitmap' | 'runs'
  /** Of an array two bytes a value, of a bitmap 8,192, of runs four bytes a run: its first value and its length less one. */
  readonly bytes: Uint8Array
  readonly cardinality: number
}

/** Above so many values a container is a bitmap. */
const MAX_ARRAY = 4096
/** Values that a container may have. */
export const VALUES = 0x10000
const BITMAP_BYTES = VALUES / 8

/** Cookies of the portable format: without runs, and with them (its upper half counts the containers). */
const NO_RUNS = 12346
const WITH_RUNS = 12347
/** With runs, offsets are written from so many containers on. */
const OFFSETS_FROM = 4

/**
 * The containers of one bitmap in the portable format ("RoaringFormatSpec"), keys ascending.
 * @throws {RangeError} when the bytes are none, or contradict themselves.
 */
export function readContainers(reader: ByteReader): Container[] {
  const cookie = reader.u32()
  const hasRuns = (cookie & 0xffff) === WITH_RUNS
  if (!hasRuns && cookie !== NO_RUNS)
    throw new RangeError(`a bitmap in it begins with ${cookie}, expected ${NO_RUNS} or ${WITH_RUNS}`)
  const count = hasRuns ? (cookie >>> 16) + 1 : reader.u32()
  if (count > VALUES) throw new RangeError(`it claims ${count} containers, and there are ${VALUES} keys`)
  const runFlags = hasRuns ? reader.take(Math.ceil(count / 8)) : undefined
  const header = new ByteReader(reader.take(4 * count))
  // Where each container lies follows from what stands before it.
  if (!hasRuns || count >= OFFSETS_FROM) reader.take(4 * count)
  const containers: Container[] = []
  let last = -1
  for (let i = 0; i < count; i++) {
    const key = header.u16()
    const cardinality = header.u16() + 1
    if (key <= last) throw new RangeError(`its container ${key} follows container ${last}`)
    last = key
    const isRuns = (((runFlags?.[i >> 3] ?? 0) >> (i & 7)) & 1) === 1
    containers.push(checked(takeContainer(reader, key, cardinality, isRuns)))
  }
  return containers
}

function takeContainer(reader: ByteReader, key: number, cardinality: number, isRuns: boolean): Container {
  if (isRuns) return { key, kind: 'runs', bytes: reader.take(4 * reader.u16()), cardinality }
  if (cardinality > MAX_ARRAY) return { key, kind: 'bitmap', bytes: reader.take(BITMAP_BYTES), cardinality }
  return { key, kind: 'array', bytes: reader.take(2 * cardinality), cardinality }
}

/** Ascending values, as many as the header says: so none counts twice. */
function checked(container: Container): Container {
  const { key, cardinality } = container
  let count = 0
  let next = 0
  visitRuns(container, (start, end) => {
    if (start < next || end > VALUES) throw new RangeError(`the values of container ${key} are out of order`)
    next = end
    count += end - start
  })
  if (count === cardinality) return container
  throw new RangeError(`container ${key} has ${count} values, and is said to have ${cardinality}`)
}

/** Visits the values of a container in their order, as ranges `start` (inclusive) to `end` (exclusive). */
export function visitRuns({ kind, bytes }: Container, visit: (start: number, end: number) => void): void {
  switch (kind) {
    case 'array':
      for (let i = 0; i < bytes.length; i += 2) visit(u16(bytes, i), u16(bytes, i) + 1)
      break
    case 'runs':
      for (let i = 0; i < bytes.length; i += 4) visit(u16(bytes, i), u16(bytes, i) + u16(bytes, i + 2) + 1)
      break
    case 'bitmap':
      for (let i = 0; i < bytes.length; i++) {
        for (let bits = bytes[i] ?? 0, value = 8 * i; bits !== 0; bits >>>= 1, value++) {
          if (bits & 1) visit(value, value + 1)
        }
      }
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
}
