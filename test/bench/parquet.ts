import { execFile } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { median, printTable } from './print.ts'

const run = promisify(execFile)

/** What is compared: a data set, its rows, the writers, and the codec. Slow writers get fewer rows: they are linear. */
const COMPARISONS = [
  { set: 'product', rows: 250_000, codec: 'snappy', slow: 25_000 },
  { set: 'numeric', rows: 400_000, codec: 'snappy', slow: 40_000 },
  { set: 'nested', rows: 50_000, codec: 'snappy', slow: 0 },
] as const

const OURS = 'deltaquill, rows'
const WRITERS = [
  OURS,
  'deltaquill, columns',
  'hyparquet-writer, columns',
  'parquetjs-lite, rows',
  'DuckDB COPY, 1 thread',
]
const SLOW = 'parquetjs-lite, rows'

/** Rows per second into a Parquet file in memory: every writer in a fresh process, in turn, several times. */
export async function benchParquet([runs = 5]: number[]): Promise<void> {
  for (const comparison of COMPARISONS) {
    const writers = WRITERS.filter((writer) => writer !== SLOW || comparison.slow > 0)
    const results = new Map(writers.map((writer) => [writer, { speeds: [] as number[], bytesPerRow: 0 }]))
    for (let round = 0; round < runs; round++) {
      for (const [writer, result] of results) {
        const rows = writer === SLOW ? comparison.slow : comparison.rows
        const { ms, bytes } = await once(writer, comparison.set, rows, comparison.codec)
        result.speeds.push((rows / ms) * 1000)
        result.bytesPerRow = bytes / rows
      }
    }
    print(comparison, runs, results)
  }
}

async function once(writer: string, set: string, rows: number, codec: string): Promise<{ ms: number; bytes: number }> {
  const script = join(import.meta.dirname, 'parquet-candidate.js')
  const { stdout } = await run(process.execPath, [
    '--max-old-space-size=4096',
    script,
    writer,
    set,
    String(rows),
    codec,
  ])
  return JSON.parse(stdout)
}

function print(
  { set, rows, codec }: (typeof COMPARISONS)[number],
  runs: number,
  results: ReadonlyMap<string, { speeds: readonly number[]; bytesPerRow: number }>,
): void {
  const ours = median(results.get(OURS)?.speeds ?? [])
  printTable(
    `${set}, ${codec}: ${rows.toLocaleString('en')} rows, ${runs} runs interleaved, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`,
    ['writer', 'rows/s', `${OURS} is … × as fast`, 'bytes a row'],
    [...results].map(([writer, { speeds, bytesPerRow }]) => [
      writer,
      Math.round(median(speeds)).toLocaleString('en'),
      (ours / median(speeds)).toFixed(2),
      bytesPerRow.toFixed(1),
    ]),
  )
}
