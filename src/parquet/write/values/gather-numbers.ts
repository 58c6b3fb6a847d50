import { LITTLE_ENDIAN, WORD } from '../../encoding/integers.ts'

/** A batch of numbers that is being gathered. */
export interface NumberBatch {
  /** Where the numbers go, those that are there without gaps. */
  readonly numbers: Float64Array
  /** Becomes 1 for each slot that has a value, 0 for each that has none. */
  readonly present: Uint8Array
  /**
   * Takes a value that is not plainly a number of the type, for the given place among the numbers.
   * @returns whether there is a value. @throws {CastError} when it does not fit.
   */
  readonly takeOdd: (value: unknown, place: number) => boolean
}

/**
 * Gathers `values[start, end)` into a batch. @returns how many there are. What is taken without {@link NumberBatch.takeOdd}
 * must be what the type's cast would return. There is one function a type, each with a loop of its own: a call a value,
 * to a function that differs from column to column, is not inlined and takes twice as long.
 */
export type GatherNumbers = (values: ArrayLike<unknown>, start: number, end: number, batch: NumberBatch) => number

export function gatherDoubles(values: ArrayLike<unknown>, start: number, end: number, batch: NumberBatch): number {
  const { numbers, present, takeOdd } = batch
  if (values instanceof Float64Array) {
    numbers.set(values.subarray(start, end))
    present.fill(1, 0, end - start)
    return end - start
  }
  let count = 0
  for (let i = start; i < end; i++) {
    const value = values[i]
    const taken = typeof value === 'number'
    if (taken) numbers[count] = value
    present[i - start] = taken || takeOdd(value, count) ? 1 : 0
    count += present[i - start] ?? 0
  }
  return count
}

export function gatherIntegers(values: ArrayLike<unknown>, start: number, end: number, batch: NumberBatch): number {
  const { numbers, present, takeOdd } = batch
  let count = 0
  for (let i = start; i < end; i++) {
    const value = values[i]
    const taken = typeof value === 'number' && (value | 0) === value
    // To the integer −0 is 0.
    if (taken) numbers[count] = value | 0
    present[i - start] = taken || takeOdd(value, count) ? 1 : 0
    count += present[i - start] ?? 0
  }
  return count
}

export function gatherLongs(values: ArrayLike<unknown>, start: number, end: number, batch: NumberBatch): number {
  if (values instanceof BigInt64Array) return gatherWords(values, start, end, batch)
  const { numbers, present, takeOdd } = batch
  let count = 0
  for (let i = start; i < end; i++) {
    const value = values[i]
    const taken = typeof value === 'number' && Number.isSafeInteger(value)
    if (taken) numbers[count] = value + 0
    present[i - start] = taken || takeOdd(value, count) ? 1 : 0
    count += present[i - start] ?? 0
  }
  return count
}

/** Instants in microseconds. */
export function gatherInstants(values: ArrayLike<unknown>, start: number, end: number, batch: NumberBatch): number {
  if (values instanceof BigInt64Array) return gatherWords(values, start, end, batch)
  const { numbers, present, takeOdd } = batch
  let count = 0
  for (let i = start; i < end; i++) {
    const value = values[i]
    const micros = value instanceof Date ? value.getTime() * 1000 : Number.NaN
    const taken = Number.isSafeInteger(micros)
    if (taken) numbers[count] = micros + 0
    present[i - start] = taken || takeOdd(value, count) ? 1 : 0
    count += present[i - start] ?? 0
  }
  return count
}

/** Numbers of a type whose cast has to look at each value. */
export function gatherOthers(values: ArrayLike<unknown>, start: number, end: number, batch: NumberBatch): number {
  const { present, takeOdd } = batch
  let count = 0
  for (let i = start; i < end; i++) {
    present[i - start] = takeOdd(values[i], count) ? 1 : 0
    count += present[i - start] ?? 0
  }
  return count
}

/** Integers of 64 bits by their halves: to read them as bigints would make an object for each. */
function gatherWords(values: BigInt64Array, start: number, end: number, batch: NumberBatch): number {
  const { numbers, present, takeOdd } = batch
  const halves = new DataView(values.buffer, values.byteOffset, values.byteLength)
  present.fill(1, 0, end - start)
  for (let i = start; i < end; i++) {
    const value = highHalf(halves, i) * WORD + lowHalf(halves, i)
    if (Number.isSafeInteger(value)) numbers[i - start] = value
    else takeOdd(values[i], i - start)
  }
  return end - start
}

function lowHalf(halves: DataView, i: number): number {
  return halves.getUint32(8 * i + (LITTLE_ENDIAN ? 0 : 4), LITTLE_ENDIAN)
}

function highHalf(halves: DataView, i: number): number {
  return halves.getInt32(8 * i + (LITTLE_ENDIAN ? 4 : 0), LITTLE_ENDIAN)
}
