import type { ByteSink } from './byte-sink.ts'

/**
 * Appends `count` small integers in Parquet's hybrid of run-length encoding and bit packing (parquet-format
 * "Encodings", RLE = 3), without a length in front. Runs of eight equal values and more become a run; the rest is
 * packed in groups of eight.
 *
 * @param width bits a value, 0 to 24; with 0 every value is 0.
 */
export function encodeHybrid(values: ArrayLike<number>, count: number, width: number, sink: ByteSink): void {
  let literalStart = 0
  while (literalStart < count) {
    const runStart = findRun(values, literalStart, count)
    packGroups(values, literalStart, runStart, width, sink)
    if (runStart === count) return
    literalStart = endOfRun(values, runStart, count)
    appendRun(values[runStart] ?? 0, literalStart - runStart, width, sink)
  }
}

/** Where the first group of eight equal values begins: groups are packed whole, so a run begins where one could. */
function findRun(values: ArrayLike<number>, from: number, count: number): number {
  for (let at = from; at + 8 <= count; at += 8) if (isUniform(values, at, values[at])) return at
  return count
}

function isUniform(values: ArrayLike<number>, at: number, value: number | undefined): boolean {
  for (let i = at; i < at + 8; i++) if (values[i] !== value) return false
  return true
}

function endOfRun(values: ArrayLike<number>, start: number, count: number): number {
  const value = values[start]
  let end = start + 8
  while (end + 8 <= count && isUniform(values, end, value)) end += 8
  while (end < count && values[end] === value) end++
  return end
}

function appendRun(value: number, count: number, width: number, sink: ByteSink): void {
  sink.appendVarint(count * 2)
  for (let bits = 0; bits < width; bits += 8) sink.appendByte((value >>> bits) & 0xff)
}

/**
 * So many values are packed by one call, groups of eight. A page has but a few runs: measured, V8 left a loop over all of
 * its values to the interpreter for a millisecond, page after page, and compiles what is called often.
 */
const SLICE = 512

/** Packs `values[start, end)` least significant bit first; the last group is filled up with zeros. */
function packGroups(values: ArrayLike<number>, start: number, end: number, width: number, sink: ByteSink): void {
  const groups = Math.ceil((end - start) / 8)
  if (groups === 0) return
  sink.appendVarint(groups * 2 + 1)
  sink.reserve(groups * width)
  const limit = sink.length + groups * width
  for (let from = start; from < end; from += SLICE) {
    sink.length = packSlice(values, from, Math.min(from + SLICE, end), width, sink)
  }
  sink.bytes.fill(0, sink.length, limit)
  sink.length = limit
}

/** @returns where the packed bytes end. */
function packSlice(values: ArrayLike<number>, start: number, end: number, width: number, sink: ByteSink): number {
  const { bytes } = sink
  let position = sink.length
  let pending = 0
  let pendingBits = 0
  for (let i = start; i < end; i++) {
    pending |= (values[i] ?? 0) << pendingBits
    pendingBits += width
    while (pendingBits >= 8) {
      bytes[position++] = pending & 0xff
      pending >>>= 8
      pendingBits -= 8
    }
  }
  if (pendingBits > 0) bytes[position++] = pending & 0xff
  return position
}

/** Bits that hold every integer from 0 to `greatest`. */
export function bitWidth(greatest: number): number {
  return 32 - Math.clz32(greatest)
}
