import { damaged } from './damage.ts'
import type { RandomAccess } from './random-access.ts'

export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Ranges closer than this are read together: a request costs more than the bytes between them. */
const GAP = 64 * 1024
/** A read that is as long as this takes no further range. */
const LONGEST_READ = 16 * 2 ** 20

/**
 * Reads byte ranges of a file with few requests, all at once. What lies in `tail`, the end of the file that is already
 * here, costs none.
 * @returns the bytes of each range, in the order given.
 */
export async function readRanges(
  file: RandomAccess,
  tail: Uint8Array<ArrayBuffer>,
  ranges: readonly ByteRange[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const tailStart = file.size - tail.length
  const remote = ranges.filter((range) => range.start < tailStart)
  const reads = merged(remote).map(async (read) => {
    return { ...read, bytes: await readExactly(file, read.start, read.end, signal) }
  })
  const loaded = [...(await Promise.all(reads)), { start: tailStart, end: file.size, bytes: tail }]
  return ranges.map(({ start, end }) => {
    const source = loaded.find((each) => each.start <= start && end <= each.end)
    return source?.bytes.subarray(start - source.start, end - source.start) ?? new Uint8Array(0)
  })
}

/** Reads a range. @throws {DeltaError} `invalid-data` when the file turns out shorter than it said. */
export async function readExactly(
  file: RandomAccess,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await file.read(start, end, signal)
  if (bytes.length !== end - start) {
    throw damaged(file, `bytes ${start} to ${end} were asked for, but only ${bytes.length} came`)
  }
  return bytes
}

function merged(ranges: readonly ByteRange[]): ByteRange[] {
  const reads: { start: number; end: number }[] = []
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = reads.at(-1)
    if (last && start <= last.end + GAP && Math.max(end, last.end) - last.start <= LONGEST_READ) {
      last.end = Math.max(end, last.end)
    } else {
      reads.push({ start, end })
    }
  }
  return reads
}
