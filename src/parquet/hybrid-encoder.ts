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
  let at = 0
  while (at < count) {
    const value = values[at]
    let runEnd = at + 1
    while (runEnd < count && values[runEnd] === value) runEnd++
    // Packed groups are full, so a run first lends the values that complete the open group.
    const lent = (8 - ((at - literalStart) & 7)) & 7
    if (runEnd - at - lent < 8) {
      at = runEnd
      continue
    }
    at += lent
    packGroups(values, literalStart, at, width, sink)
    appendRun(value ?? 0, runEnd - at, width, sink)
    at = runEnd
    literalStart = runEnd
  }
  packGroups(values, literalStart, count, width, sink)
}

function appendRun(value: number, count: number, width: number, sink: ByteSink): void {
  sink.appendVarint(count * 2)
  for (let bits = 0; bits < width; bits += 8) sink.appendByte((value >>> bits) & 0xff)
}

/** Packs `values[start, end)` least significant bit first; the last group is filled up with zeros. */
function packGroups(values: ArrayLike<number>, start: number, end: number, width: number, sink: ByteSink): void {
  const groups = Math.ceil((end - start) / 8)
  if (groups === 0) return
  sink.appendVarint(groups * 2 + 1)
  sink.reserve(groups * width)
  const { bytes } = sink
  let position = sink.length
  const limit = position + groups * width
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
  bytes.fill(0, position, limit)
  sink.length = limit
}

/** Bits that hold every integer from 0 to `greatest`. */
export function bitWidth(greatest: number): number {
  return 32 - Math.clz32(greatest)
}
