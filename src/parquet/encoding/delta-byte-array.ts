import type { ByteSink } from './byte-sink.ts'
import { encodeDeltas } from './delta-binary-packed.ts'

/** Values of BYTE_ARRAY by their places in PLAIN bytes. */
interface Places {
  readonly count: number
  readonly starts: Int32Array
  readonly lengths: Int32Array
}

/** Appends values of BYTE_ARRAY, given in PLAIN, in DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes. */
export function encodeDeltaLengths(plain: ByteSink, sink: ByteSink): void {
  appendLengthsAndBytes(plain.bytes, placesOf(plain), sink)
}

/**
 * Appends values of BYTE_ARRAY, given in PLAIN, in DELTA_BYTE_ARRAY: how many bytes each shares with the one before, then
 * the rest of each in DELTA_LENGTH_BYTE_ARRAY.
 */
export function encodeDeltaByteArrays(plain: ByteSink, sink: ByteSink): void {
  const { bytes } = plain
  const { count, starts, lengths } = placesOf(plain)
  const shared = new Int32Array(count)
  for (let i = 1; i < count; i++) {
    const start = starts[i] ?? 0
    const before = starts[i - 1] ?? 0
    // The lengths still are the whole ones: they are shortened below.
    const most = Math.min(lengths[i] ?? 0, lengths[i - 1] ?? 0)
    let same = 0
    while (same < most && bytes[start + same] === bytes[before + same]) same++
    shared[i] = same
  }
  for (let i = 1; i < count; i++) {
    starts[i] = (starts[i] ?? 0) + (shared[i] ?? 0)
    lengths[i] = (lengths[i] ?? 0) - (shared[i] ?? 0)
  }
  encodeDeltas(shared, undefined, count, sink)
  appendLengthsAndBytes(bytes, { count, starts, lengths }, sink)
}

function appendLengthsAndBytes(bytes: Uint8Array, { count, starts, lengths }: Places, sink: ByteSink): void {
  encodeDeltas(lengths, undefined, count, sink)
  for (let i = 0; i < count; i++) {
    const start = starts[i] ?? 0
    sink.append(bytes.subarray(start, start + (lengths[i] ?? 0)))
  }
}

/** Finds the values, each behind its length in four bytes. */
function placesOf({ view, length }: ByteSink): Places {
  // As many as there can be: every value takes four bytes at least.
  const starts = new Int32Array(length >> 2)
  const lengths = new Int32Array(length >> 2)
  let count = 0
  for (let at = 0; at < length; count++) {
    const size = view.getInt32(at, true)
    starts[count] = at + 4
    lengths[count] = size
    at += 4 + size
  }
  return { count, starts, lengths }
}
