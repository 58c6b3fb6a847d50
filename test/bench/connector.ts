import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Delivery } from '../../src/connector/index.ts'
import { openStore } from '../../src/store/index.ts'
import { withBucket } from './bucket.ts'
import type { Phase } from './connector-candidate.ts'
import { productRun, provisionBench } from './connector-world.ts'
import { formatCount, formatTable } from './print.ts'

/**
 * One large run from an async generator to a generation of the share, then what a small one costs beside few and beside many
 * tables: rows of the large run, and tables of each share.
 */
export async function* benchConnector([rows = 1_000_000, few = 10, many = 1000]: number[]): AsyncGenerator<string> {
  yield await withBucket(async ({ root, found }) => {
    await provisionBench(await openStore(root))
    return `Store: S3, ${found}.\n\n${await largeRun(root, rows)}`
  })
  const lines: string[][] = []
  for (const tables of [few, many]) lines.push(...(await withBucket(({ root }) => smallRuns(root, tables))))
  const head = ['tables', 'publication', 'ms', 'CPU ms', 'requests', 'which', 'of them to show', 'peak MB']
  yield formatTable('A run of 10 rows, beside other tables', head, lines)
}

async function largeRun(root: string, rows: number): Promise<string> {
  const { publications, peakMb } = await runCandidate(root, 'products', rows, [1])
  const phases = publications.flat()
  const whole = sumOf('all', phases)
  const lines = [...phases, whole].map((phase) => [
    phase.name,
    (phase.ms / 1000).toFixed(1),
    (phase.cpuMs / 1000).toFixed(1),
    formatCount((rows / phase.ms) * 1000),
    String(requestsOf(phase)),
    which(phase),
  ])
  const head = ['phase', 'seconds', 'CPU seconds', 'rows/s', 'requests', 'which']
  const title = `A run of ${formatCount(rows)} rows: at most ${formatCount(peakMb)} MB resident`
  return formatTable(title, head, lines)
}

const OTHER_RUNS_PER_GENERATION = 100

/** A share of so many tables, four of which are metadata and two of each workflow; then three runs of one of them. */
async function smallRuns(root: string, tables: number): Promise<string[][]> {
  const connector = await provisionBench(await openStore(root))
  const workflows = Array.from({ length: Math.max(1, Math.round((tables - 4) / 2)) }, (_, index) => `w${index}`)
  const [first = '', ...others] = workflows
  await connector.publish(productRun(first, 1, 10))
  const past = others.map((workflow): Delivery => ({ ...productRun(workflow, 1, 10), isBackfill: true }))
  await connector.backfill(past, { runsPerGeneration: OTHER_RUNS_PER_GENERATION })
  const { publications, peakMb } = await runCandidate(root, first, 10, [2, 3, 4])
  return publications.map((phases, index) => {
    const whole = sumOf('all', phases)
    const shown = phases.find(({ name }) => name === 'show')
    return [
      formatCount(4 + 2 * workflows.length),
      index === 0 ? 'first of a process' : `no. ${index + 1}`,
      formatCount(whole.ms),
      formatCount(whole.cpuMs),
      String(requestsOf(whole)),
      which(whole),
      shown === undefined ? '' : String(requestsOf(shown)),
      formatCount(peakMb),
    ]
  })
}

async function runCandidate(
  root: string,
  workflowId: string,
  rows: number,
  days: readonly number[],
): Promise<{ readonly publications: readonly (readonly Phase[])[]; readonly peakMb: number }> {
  const script = join(import.meta.dirname, 'connector-candidate.js')
  const args = [...process.execArgv, script, root, workflowId, String(rows), ...days.map(String)]
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout)
}

function sumOf(name: string, phases: readonly Phase[]): Phase {
  const requests: { [method: string]: number } = {}
  for (const phase of phases) {
    for (const [method, count] of Object.entries(phase.requests)) requests[method] = (requests[method] ?? 0) + count
  }
  const total = (of: (phase: Phase) => number): number => phases.reduce((sum, phase) => sum + of(phase), 0)
  return { name, ms: total(({ ms }) => ms), cpuMs: total(({ cpuMs }) => cpuMs), requests }
}

function requestsOf({ requests }: Phase): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0)
}

function which({ requests }: Phase): string {
  return Object.entries(requests)
    .sort()
    .map(([method, count]) => `${count} ${method}`)
    .join(' + ')
}
