/** What one run took, in a process of its own. */
export interface Timing {
  readonly ms: number
  /** Of all threads of the process: collecting garbage and compressing beside the main thread are counted. */
  readonly cpuMs: number
  /** The most memory that the process ever had resident. */
  readonly peakMb: number
  /** How much of that is more than the process had when the run began, with modules and input loaded. */
  readonly grownMb: number
}

export interface Sample extends Timing {
  readonly rows: number
  /** Of the file, where one is written. */
  readonly bytes: number
}

/** Runs something once and says what it took, without the garbage of what came before. */
export async function timed<T>(run: () => Promise<T>): Promise<Timing & { readonly result: T }> {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  const cpu = process.cpuUsage()
  const start = performance.now()
  const result = await run()
  const ms = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  const peak = process.resourceUsage().maxRSS * 1024
  return { ms, cpuMs: (user + system) / 1000, peakMb: peak / 1e6, grownMb: (peak - before) / 1e6, result }
}

/** What is compared of two samples. */
const measures = {
  speed: ({ rows, ms }: Sample) => rows / ms,
  cpuSpeed: ({ rows, cpuMs }: Sample) => rows / cpuMs,
  size: ({ rows, bytes }: Sample) => bytes / rows,
  peak: ({ peakMb }: Sample) => peakMb,
  grown: ({ grownMb }: Sample) => grownMb,
} as const

export type Measure = keyof typeof measures

/** The median of one's figure to the other's, taken round by round, so that what disturbed a round disturbs both. */
export function ratio(one: readonly Sample[], other: readonly Sample[], measure: Measure): number {
  const of = measures[measure]
  return median(one.flatMap((sample, round) => (other[round] ? [of(sample) / of(other[round])] : [])))
}

export function medianOf(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return median(samples.map(of))
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = Number.NaN, high = Number.NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}
