/** A roaring writer of the tests' own, after the "RoaringFormatSpec": as plain as it can be. */

export interface RoaringOptions {
  /** Writes containers as runs. */
  readonly runs?: boolean
  /** Writes the older form of delta-spark: 32-bit bitmaps without gaps, each behind its size. */
  readonly native?: boolean
}

/** The 64-bit bitmap of rows, ascending and each once, as a deletion vector holds it. */
export function formatRows(rows: readonly number[], { runs = false, native = false }: RoaringOptions = {}): Uint8Array {
  const bitmaps = grouped(rows, 2 ** 32)
  if (!native) {
    const parts = [...bitmaps].flatMap(([key, values]) => [...u32(key), ...bitmap32(values, runs)])
    return Uint8Array.from([...u32(1681511377), ...u32(bitmaps.size), ...u32(0), ...parts])
  }
  const count = Math.max(-1, ...bitmaps.keys()) + 1
  const parts = Array.from({ length: count }, (_, key) => bitmap32(bitmaps.get(key) ?? [], runs))
  return Uint8Array.from([
    ...u32(1681511376),
    ...u32(count),
    ...parts.flatMap((part) => [...u32(part.length), ...part]),
  ])
}

/** A bitmap of 32 bits in the portable format. */
function bitmap32(values: readonly number[], runs: boolean): number[] {
  const containers = [...grouped(values, 2 ** 16)]
  const bodies = containers.map(([, lows]) =>
    runs ? runsOf(lows) : lows.length > 4096 ? bitsOf(lows) : lows.flatMap(u16),
  )
  const withRuns = runs && containers.length > 0
  const flags = withRuns ? new Array(Math.ceil(containers.length / 8)).fill(255) : []
  const start = withRuns
    ? [...u16(12347), ...u16(containers.length - 1), ...flags]
    : [...u32(12346), ...u32(containers.length)]
  const header = containers.flatMap(([key, lows]) => [...u16(key), ...u16(lows.length - 1)])
  const offsets: number[] = []
  if (!withRuns || containers.length >= 4) {
    let offset = start.length + header.length + 4 * containers.length
    for (const body of bodies) {
      offsets.push(...u32(offset))
      offset += body.length
    }
  }
  return [...start, ...header, ...offsets, ...bodies.flat()]
}

function runsOf(lows: readonly number[]): number[] {
  const runs: [start: number, end: number][] = []
  for (const low of lows) {
    const last = runs.at(-1)
    if (last && last[1] + 1 === low) last[1] = low
    else runs.push([low, low])
  }
  return [...u16(runs.length), ...runs.flatMap(([start, end]) => [...u16(start), ...u16(end - start)])]
}

function bitsOf(lows: readonly number[]): number[] {
  const bytes = new Uint8Array(8192)
  for (const low of lows) bytes[low >> 3] = (bytes[low >> 3] ?? 0) | (1 << (low & 7))
  return [...bytes]
}

/** Values by their quotient, each as its remainder. */
function grouped(values: readonly number[], divisor: number): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (const value of values) {
    const key = Math.floor(value / divisor)
    const group = groups.get(key) ?? []
    group.push(value % divisor)
    groups.set(key, group)
  }
  return groups
}

function u16(value: number): number[] {
  return [value & 255, (value >> 8) & 255]
}

export function u32(value: number): number[] {
  return [...u16(value & 0xffff), ...u16(value >>> 16)]
}
