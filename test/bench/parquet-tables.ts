import type { Comparison, Target } from './parquet-comparisons.ts'
import { formatCount, formatTable } from './print.ts'
import { type Measure, medianOf, ratio, type Sample } from './sample.ts'

type Samples = ReadonlyMap<string, readonly Sample[]>

export function formatWritings({ title, candidates, yardstick = '' }: Comparison, samples: Samples): string {
  const ours = candidates[0]?.name ?? ''
  const duckdb = samples.get(yardstick) ?? []
  return formatTable(
    title,
    ['writer', ...SPEED_HEAD, `× \`${ours}\` (CPU)`, `× \`${yardstick}\` (CPU)`, 'bytes a row', 'size to DuckDB'],
    candidates.map(({ name }) => {
      const own = samples.get(name) ?? []
      return [
        name,
        ...speedCells(own),
        speedRatios(own, samples.get(ours) ?? []),
        speedRatios(own, duckdb),
        medianOf(own, ({ rows, bytes }) => bytes / rows).toFixed(1),
        percentMore(ratio(own, duckdb, 'size')),
      ]
    }),
  )
}

export function formatReadings({ title, candidates }: Comparison, samples: Samples): string {
  const ours = candidates[0]?.name ?? ''
  return formatTable(
    title,
    ['reader', ...SPEED_HEAD, `× \`${ours}\` (CPU)`, 'peak MB', 'of them by reading'],
    candidates.map(({ name }) => {
      const own = samples.get(name) ?? []
      return [
        name,
        ...speedCells(own),
        speedRatios(own, samples.get(ours) ?? []),
        formatCount(medianOf(own, ({ peakMb }) => peakMb)),
        formatCount(medianOf(own, ({ grownMb }) => grownMb)),
      ]
    }),
  )
}

const SPEED_HEAD = ['rows', 'wall ms', 'CPU ms', 'rows/s']

function speedCells(own: readonly Sample[]): string[] {
  const [rows, ms] = [medianOf(own, (sample) => sample.rows), medianOf(own, (sample) => sample.ms)]
  return [rows, ms, medianOf(own, ({ cpuMs }) => cpuMs), (rows / ms) * 1000].map(formatCount)
}

/** How many times as fast as another, by the wall clock and by CPU time. */
function speedRatios(own: readonly Sample[], other: readonly Sample[]): string {
  return `${ratio(own, other, 'speed').toFixed(2)} (${ratio(own, other, 'cpuSpeed').toFixed(2)})`
}

function percentMore(times: number): string {
  const percent = (times - 1) * 100
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`
}

export interface TargetReached {
  readonly target: Target
  /** The ratio, and for speeds that of CPU time as well. */
  readonly reached: number
  readonly cpu: number | undefined
}

export function reachedOf({ targets }: Comparison, samples: Samples): TargetReached[] {
  return targets.map((target) => {
    const [own, peer] = [samples.get(target.candidate) ?? [], samples.get(target.peer) ?? []]
    const cpu = target.measure === 'speed' ? ratio(own, peer, 'cpuSpeed') : undefined
    return { target, reached: ratio(own, peer, target.measure), cpu }
  })
}

const MEASURES: Readonly<Record<Measure, string>> = {
  speed: 'rows/s',
  cpuSpeed: 'rows a second of CPU',
  size: 'bytes',
  peak: 'peak memory',
  grown: 'memory taken by reading',
}

export function formatTargets(all: readonly TargetReached[]): string {
  return formatTable(
    'Targets, and what was reached',
    ['what', 'of', 'to', 'figure', 'target', 'reached', 'in CPU time', ''],
    all.map(({ target: { what, candidate, peer, measure, atLeast, atMost }, reached, cpu }) => [
      what,
      candidate,
      peer,
      MEASURES[measure],
      atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`,
      reached.toFixed(2),
      cpu?.toFixed(2) ?? '',
      reached >= (atLeast ?? 0) && reached <= (atMost ?? Number.POSITIVE_INFINITY) ? 'yes' : 'no',
    ]),
  )
}
