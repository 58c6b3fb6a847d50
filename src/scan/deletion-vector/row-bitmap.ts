import { ByteReader } from './byte-reader.ts'
import { type Container, readContainers, VALUES, visitRuns } from './container.ts'

/** The first bytes of a 64-bit bitmap as the protocol has it: a count of 32-bit ones, each behind its upper 32 bits. */
const PORTABLE = 1681511377
/** Those of an older form of delta-spark: 32-bit bitmaps without gaps, each behind its size. */
const NATIVE = 1681511376

/** Upper 32 bits from which on a row number is no exact double. */
const KEY_LIMIT = 2 ** 21

interface PlacedContainer extends Container {
  /** The row that its value 0 stands for. */
  readonly first: number
}

/** A set of rows of one file, by their numbers from 0: the content of a deletion vector. */
export class RowBitmap {
  readonly #containers: readonly PlacedContainer[]
  /** How many rows it has. */
  readonly cardinality: number

  /**
   * Parses a 64-bit roaring bitmap (PROTOCOL.md "Deletion Vector Format"). Memory is bounded by the bytes given, whatever
   * they claim to hold.
   * @throws {RangeError} when the bytes are none.
   */
  constructor(bytes: Uint8Array) {
    const reader = new ByteReader(bytes)
    const magic = reader.u32()
    if (magic !== PORTABLE && magic !== NATIVE) throw new RangeError(`it begins with ${magic}, expected ${PORTABLE}`)
    this.#containers = magic === PORTABLE ? portable(reader) : native(reader)
    this.cardinality = this.#containers.reduce((total, { cardinality }) => total + cardinality, 0)
  }

  /** One more than the greatest row; 0 for no rows. */
  get end(): number {
    const last = this.#containers.at(-1)
    if (last === undefined) return 0
    let greatest = 0
    visitRuns(last, (_, end) => {
      greatest = end
    })
    return last.first + greatest
  }

  /** Sets `marks[at]` and on to 1 for those of the rows `start` (inclusive) to `end` (exclusive) that are in the set. */
  mark(start: number, end: number, marks: Uint8Array, at: number): void {
    for (const container of this.#containers) {
      const { first } = container
      if (first >= end) return
      if (first + VALUES <= start) continue
      const shift = at + first - start
      visitRuns(container, (from, to) => {
        const last = Math.min(to + shift, at + end - start)
        for (let i = Math.max(from + shift, at); i < last; i++) marks[i] = 1
      })
    }
  }
}

function portable(reader: ByteReader): PlacedContainer[] {
  const containers: PlacedContainer[] = []
  const count = reader.u32() + reader.u32() * 2 ** 32
  let last = -1
  for (let i = 0; i < count; i++) {
    const key = reader.u32()
    if (key <= last) throw new RangeError(`its bitmap ${key} follows bitmap ${last}`)
    last = key
    place(readContainers(reader), key, containers)
  }
  return containers
}

function native(reader: ByteReader): PlacedContainer[] {
  const containers: PlacedContainer[] = []
  const count = reader.u32()
  for (let key = 0; key < count; key++)
    place(readContainers(new ByteReader(reader.take(reader.u32()))), key, containers)
  return containers
}

function place(containers: readonly Container[], key: number, placed: PlacedContainer[]): void {
  if (key >= KEY_LIMIT && containers.length > 0) throw new RangeError('it has a row number beyond 2^53')
  for (const container of containers) placed.push({ ...container, first: key * 2 ** 32 + container.key * VALUES })
}
