import { DeltaError } from '../errors.ts'
import { ArrowTypeId, arrowMember } from './arrow.ts'
import { arrowLists, arrowMaps, arrowStructs } from './arrow-nested.ts'
import { type ArrowVector, arrowBuffer, isArrowVector } from './arrow-vector.ts'
import { formatDecimal } from './decimal.ts'
import { narrowInteger } from './integer.ts'
import { utf8Column } from './utf8-column.ts'

/**
 * The values of an Arrow column in the form in which a column batch takes them, nested ones too. Numbers and microseconds are read from
 * Arrow's buffers as they are: its own `get` would cut timestamps to milliseconds and give decimals as words.
 * @throws {DeltaError} `invalid-argument` for a timestamp that is finer than a microsecond.
 */
export function arrowColumn(vector: ArrowVector): ArrayLike<unknown> {
  return utf8Column(vector) ?? arrowValues(vector)
}

/** As {@link arrowColumn}, with all texts as strings: quicker where they are going to be looked at one by one. */
export function arrowValues(vector: ArrowVector): ArrayLike<unknown> {
  const { type } = vector
  switch (type.typeId) {
    case ArrowTypeId.int:
      return plainValues(vector)
    case ArrowTypeId.float:
      return arrowMember(type, 'precision') === HALF_PRECISION ? gotten(vector) : plainValues(vector)
    case ArrowTypeId.date:
      return mapped(vector, (day) => new Date(Number(day) * (arrowMember(type, 'unit') === DAY_UNIT ? 86_400_000 : 1)))
    case ArrowTypeId.timestamp:
      return timestamps(vector)
    case ArrowTypeId.decimal:
      return decimals(vector)
    case ArrowTypeId.dictionary:
      return fromDictionary(vector)
    case ArrowTypeId.list:
    case ArrowTypeId.largeList:
    case ArrowTypeId.fixedSizeList:
      return arrowLists(vector, arrowValues)
    case ArrowTypeId.struct:
      return arrowStructs(vector, arrowValues)
    case ArrowTypeId.map:
      return arrowMaps(vector, arrowValues)
    default:
      return gotten(vector)
  }
}

/** `Precision.HALF`, `DateUnit.DAY` and `TimeUnit` of apache-arrow. */
const HALF_PRECISION = 0
const DAY_UNIT = 0
const MILLISECOND = 1
const MICROSECOND = 2
const NANOSECOND = 3

function plainValues(vector: ArrowVector): ArrayLike<unknown> {
  const [only, ...others] = vector.data
  if (only !== undefined && others.length === 0 && only.nullCount === 0) {
    const values = arrowBuffer(only.values)
    if (values.length === only.length) return values
  }
  return mapped(vector, (value) => value)
}

function timestamps(vector: ArrowVector): ArrayLike<unknown> {
  switch (arrowMember(vector.type, 'unit')) {
    case MICROSECOND:
      return plainValues(vector)
    case MILLISECOND:
      return mapped(vector, (value) => BigInt(value) * 1000n)
    case NANOSECOND:
      return mapped(vector, microsFromNanos)
    default:
      return mapped(vector, (value) => BigInt(value) * 1_000_000n)
  }
}

function microsFromNanos(value: number | bigint): bigint {
  const nanos = BigInt(value)
  if (nanos % 1000n === 0n) return nanos / 1000n
  throw new DeltaError(
    'invalid-argument',
    `an Arrow timestamp of ${nanos} ns is finer than a microsecond, the finest that Delta has: round the column first`,
  )
}

/** Decimals as text: two's complement words of 32 bits, the least significant first. */
function decimals(vector: ArrowVector): unknown[] {
  const scale = Number(arrowMember(vector.type, 'scale'))
  const width = Number(arrowMember(vector.type, 'bitWidth')) / 32
  const column: unknown[] = []
  for (const chunk of vector.data) {
    const words = arrowBuffer(chunk.values)
    for (let i = 0; i < chunk.length; i++) {
      column.push(chunk.getValid(i) ? formatDecimal(integerFromWords(words, i * width, width), scale) : null)
    }
  }
  return column
}

function integerFromWords(words: ArrayLike<number | bigint>, start: number, width: number): number | bigint {
  let integer = 0n
  for (let i = start + width - 1; i >= start; i--) integer = (integer << 32n) | BigInt(words[i] ?? 0)
  return narrowInteger(BigInt.asIntN(32 * width, integer))
}

/** Each distinct value is decoded once. */
function fromDictionary(vector: ArrowVector): unknown[] {
  const column: unknown[] = []
  for (const chunk of vector.data) {
    const dictionary = arrowMember(chunk, 'dictionary')
    const distinct = isArrowVector(dictionary) ? arrowValues(dictionary) : []
    const indices = arrowBuffer(chunk.values)
    for (let i = 0; i < chunk.length; i++) {
      column.push(chunk.getValid(i) ? (distinct[Number(indices[i])] ?? null) : null)
    }
  }
  return column
}

function mapped(vector: ArrowVector, map: (value: number | bigint) => unknown): unknown[] {
  const column: unknown[] = []
  for (const chunk of vector.data) {
    const values = arrowBuffer(chunk.values)
    for (let i = 0; i < chunk.length; i++) {
      const value = values[i]
      column.push(value !== undefined && chunk.getValid(i) ? map(value) : null)
    }
  }
  return column
}

function gotten(vector: ArrowVector): unknown[] {
  return Array.from({ length: vector.length }, (_, i) => vector.get(i))
}
