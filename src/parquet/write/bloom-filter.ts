import { DeltaError } from '../../errors.ts'
import { formatColumnPath } from '../../schema/index.ts'
import { VALUE_BYTES } from '../encoding/leaf-type.ts'
import { ThriftWriter } from '../thrift/thrift-writer.ts'
import type { FileLeaf } from './file-node.ts'
import { xxHash64 } from './xxhash64.ts'

/** Bits a distinct value: about 1 % of the values that are not there are taken for being there. */
const BITS_A_VALUE = 10.5

const BLOCK_BYTES = 32
const GREATEST_BYTES = 64 * 2 ** 20

/** The odd numbers with which a block sets one bit in each of its eight words (parquet-format "Bloom Filter"). */
const SALT = Uint32Array.of(
  0x47b6137b,
  0x44974d91,
  0x8824ad5b,
  0xa2b7289d,
  0x705495c7,
  0x2df1424b,
  0x9efc4947,
  0x5c6bfb31,
)

/**
 * The split-block Bloom filter of one column chunk after another. Only hashes are kept until a chunk ends, since the size
 * of the filter follows from how many are distinct.
 */
export class BloomFilter {
  /** Bytes of a value in PLAIN; undefined where the length stands in front of each. */
  readonly #width: number | undefined
  #hashes = new Uint32Array(1024)
  #count = 0

  /** @throws {DeltaError} `invalid-argument` for a boolean: two values are no use for a filter. */
  constructor({ leaf, column: path }: FileLeaf) {
    if (leaf.physical === 'BOOLEAN') {
      const column = formatColumnPath(path)
      throw new DeltaError('invalid-argument', `column '${column}' cannot have a Bloom filter: it is boolean`, {
        column,
      })
    }
    this.#width = VALUE_BYTES[leaf.physical] ?? leaf.width
  }

  /** Takes values in, as they stand in PLAIN. */
  include(plain: Uint8Array): void {
    const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
    for (let at = 0; at < plain.length; ) {
      const start = this.#width === undefined ? at + 4 : at
      const end = start + (this.#width ?? view.getUint32(at, true))
      this.#add(plain, start, end)
      at = end
    }
  }

  /** Ends the filter of a chunk; the next value begins another. @returns its header and its bits. */
  finish(): Uint8Array {
    const hashes = new BigUint64Array(this.#hashes.buffer, 0, this.#count).sort()
    const filter = new Uint32Array(filterBytes(countDistinct(hashes)) / 4)
    for (let i = 0; i < this.#count; i++) insert(filter, this.#hashes[2 * i] ?? 0, this.#hashes[2 * i + 1] ?? 0)
    this.#count = 0
    return withHeader(filter)
  }

  #add(bytes: Uint8Array, start: number, end: number): void {
    if (this.#count * 2 === this.#hashes.length) {
      const grown = new Uint32Array(this.#hashes.length * 2)
      grown.set(this.#hashes)
      this.#hashes = grown
    }
    const { high, low } = xxHash64(bytes, start, end)
    this.#hashes[2 * this.#count] = low
    this.#hashes[2 * this.#count + 1] = high
    this.#count++
  }
}

function countDistinct(sorted: BigUint64Array): number {
  let distinct = 0
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++
  return distinct
}

/** The next power of two that gives every value its bits. */
function filterBytes(distinct: number): number {
  const wanted = Math.ceil((distinct * BITS_A_VALUE) / 8)
  return Math.min(GREATEST_BYTES, Math.max(BLOCK_BYTES, 2 ** Math.ceil(Math.log2(Math.max(1, wanted)))))
}

/** The upper half of the hash chooses a block, the lower half a bit in each word of it. */
function insert(filter: Uint32Array, low: number, high: number): void {
  const blocks = filter.length / 8
  const block = Math.floor((high * blocks) / 2 ** 32)
  for (let i = 0; i < 8; i++) {
    const word = block * 8 + i
    filter[word] = (filter[word] ?? 0) | (1 << (Math.imul(low, SALT[i] ?? 0) >>> 27))
  }
}

/** The `BloomFilterHeader` of `parquet.thrift`, then the words, least significant byte first. */
function withHeader(filter: Uint32Array): Uint8Array {
  const thrift = new ThriftWriter()
  thrift.i32(1, filter.length * 4)
  // Split block, XXH64, uncompressed: the only members of their unions.
  for (const union of [2, 3, 4]) thrift.struct(union, () => thrift.struct(1, () => {}))
  const header = thrift.finish()
  const bytes = new Uint8Array(header.length + filter.length * 4)
  bytes.set(header)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < filter.length; i++) view.setUint32(header.length + 4 * i, filter[i] ?? 0, true)
  return bytes
}
