import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import type { Candidate } from './interleave.ts'
import type { Measure } from './sample.ts'

/** What is measured in one table. The first candidate is ours: the others are compared with it. */
export interface Comparison {
  readonly title: string
  readonly candidates: readonly Candidate[]
  /** With which writer files are compared in size, and speeds once more. */
  readonly yardstick?: string
  readonly targets: readonly Target[]
}

/** What is to be reached, as the ratio of a candidate to another. */
export interface Target {
  readonly what: string
  readonly candidate: string
  readonly peer: string
  readonly measure: Measure
  readonly atLeast?: number
  readonly atMost?: number
}

const DUCKDB = 'DuckDB COPY, 1 thread'
const PARQUETJS = 'parquetjs-lite, rows'
const ROWS = 'deltaquill, rows'
const WORKER = 'deltaquill, rows, one worker'
const PEERS = ['hyparquet-writer, rows', 'hyparquet-writer, columns']
const OURS = [ROWS, 'deltaquill, columns', 'deltaquill, Arrow']

/** Writers; `percent` of the rows. parquetjs-lite gets a tenth of them: it takes its time, and the same for each row. */
export function writeComparisons(percent: number): Comparison[] {
  const rows = (of: number): number => Math.round((of * percent) / 100)
  const writers = (names: readonly string[], set: string, count: number): Candidate[] =>
    names.map((name) => {
      const share = name === PARQUETJS ? count / 10 : count
      return { name, script: 'parquet-write-candidate', args: [set, String(share), 'snappy'], node: process.execPath }
    })
  const comparison = (set: string, count: number, names: readonly string[], targets: readonly Target[]): Comparison => {
    const title = `Writing ${set} rows, snappy: ${count.toLocaleString('en')} rows`
    return { title, candidates: writers(names, set, count), yardstick: DUCKDB, targets }
  }
  return [
    comparison(
      'product',
      rows(250_000),
      [...OURS, WORKER, ...PEERS, PARQUETJS, DUCKDB],
      [
        atLeast(13, 'product rows', ROWS, PARQUETJS),
        atLeast(3.5, 'product rows', ROWS, 'hyparquet-writer, rows'),
        atLeast(0.5, 'product rows', ROWS, DUCKDB),
        atLeast(0.75, 'product rows', WORKER, DUCKDB),
        size('product rows'),
      ],
    ),
    comparison(
      'numeric',
      rows(400_000),
      [...OURS, ...PEERS, PARQUETJS, DUCKDB],
      [atLeast(0.65, 'numeric rows', ROWS, DUCKDB), size('numeric rows')],
    ),
    comparison(
      'nested',
      rows(50_000),
      [...OURS, ...PEERS, DUCKDB],
      [atLeast(3, 'nested rows', ROWS, 'hyparquet-writer, rows'), size('nested rows')],
    ),
  ]
}

/** Writers with zstd, on a Node that has it. */
export async function zstdComparison(percent: number): Promise<Comparison> {
  const node = await nodeWithZstd()
  const { stdout: version } = await promisify(execFile)(node, ['--version'])
  const count = Math.round((250_000 * percent) / 100)
  const args = ['product', String(count), 'zstd']
  return {
    title: `Writing product rows, zstd, Node ${version.trim()}: ${count.toLocaleString('en')} rows`,
    candidates: [...OURS, WORKER, DUCKDB].map((name) => ({ name, script: 'parquet-write-candidate', args, node })),
    yardstick: DUCKDB,
    targets: [atLeast(1, 'product rows, zstd', ROWS, DUCKDB)],
  }
}

/** This Node, or else one of a newer line. */
async function nodeWithZstd(): Promise<string> {
  if ('zstdCompressSync' in zlib) return process.execPath
  const { stdout } = await promisify(execFile)('.ci/node', ['24'])
  return stdout.trim()
}

/** Readers of two files that DuckDB wrote. */
export function readComparisons(
  checkpoint: { readonly path: string; readonly rows: number },
  products: { readonly path: string; readonly rows: number },
): Comparison[] {
  const readers = (names: readonly string[], { path, rows }: typeof products): Candidate[] =>
    names.map((name) => {
      return { name, script: 'parquet-read-candidate', args: [path, String(rows)], node: process.execPath }
    })
  const leaves = { what: 'reading a checkpoint', candidate: 'deltaquill, leaf columns', peer: 'hyparquet, rows' }
  return [
    {
      title: 'Reading a checkpoint: 100,000 adds, 20,000 removes',
      candidates: readers(['deltaquill, leaf columns', 'hyparquet, rows', PARQUETJS], checkpoint),
      targets: [
        { ...leaves, measure: 'speed', atLeast: 1.5 },
        { ...leaves, measure: 'peak', atMost: 0.5 },
      ],
    },
    {
      title: `Reading product rows into row objects: ${products.rows.toLocaleString('en')} rows`,
      candidates: readers([ROWS, 'hyparquet, rows', PARQUETJS], products),
      targets: [],
    },
    {
      title: `Reading product rows into columns: ${products.rows.toLocaleString('en')} rows`,
      candidates: readers(['deltaquill, columns', 'hyparquet, columns'], products),
      targets: [],
    },
  ]
}

function atLeast(times: number, what: string, candidate: string, peer: string): Target {
  return { what, candidate, peer, measure: 'speed', atLeast: times }
}

/** Three per cent more bytes than DuckDB at most. */
function size(what: string): Target {
  return { what, candidate: ROWS, peer: DUCKDB, measure: 'size', atMost: 1.03 }
}
