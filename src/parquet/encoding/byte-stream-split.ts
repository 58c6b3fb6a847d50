import type { ByteSink } from './byte-sink.ts'

/**
 * Appends values of one width, given in PLAIN, in BYTE_STREAM_SPLIT: the first bytes of all values, then the second ones,
 * and so on. It makes nothing smaller, but lets the codec find what neighbours have in common.
 */
export function encodeStreams(plain: ByteSink, width: number, sink: ByteSink): void {
  const { bytes, length } = plain
  const count = length / width
  sink.reserve(length)
  const target = sink.bytes
  let to = sink.length
  for (let stream = 0; stream < width; stream++) {
    for (let i = 0, at = stream; i < count; i++, at += width) target[to++] = bytes[at] ?? 0
  }
  sink.length = to
}
