import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { numbers, writeLog } from './log-tables.ts'
import { formatCount, formatTable } from './print.ts'
import { median } from './sample.ts'
import { withDirectory } from './scratch.ts'

const PYTHON = process.env.DELTAQUILL_TEST_PYTHON ?? '.cache/interop-venv/bin/python'
const PEERS = ['test/bench/log_peers.py']

/** What one process took from its start to the open table. */
interface Opening {
  readonly ms: number
  readonly cpuMs: number
  readonly peakMb: number
}

/** Tables opened by their location, ours and the peers': every candidate in a fresh process, in turn, so many rounds. */
export async function* benchLog([rounds = 5, percent = 100]: number[]): AsyncGenerator<string> {
  if (!existsSync(PYTHON)) throw new Error(`no ${PYTHON}: run npm run test:interop once, or set DELTAQUILL_TEST_PYTHON`)
  yield* await withDirectory(async (directory) => {
    const tables: string[] = []
    for (const { title, root } of await makeLogs(directory, percent / 100)) {
      tables.push(formatOpenings(title, await openInTurn(root, rounds)))
    }
    return tables
  })
}

async function makeLogs(directory: string, scale: number): Promise<{ title: string; root: string }[]> {
  const [oneCommit, manyCommits] = [join(directory, 'one-commit'), join(directory, 'many-commits')]
  const [checkpoint, after] = [join(directory, 'checkpoint'), join(directory, 'after-checkpoint')]
  const [adds, commits] = [300 * Math.ceil(1000 * scale), Math.ceil(1000 * scale)]
  await writeLog(oneCommit, [numbers(0, adds)])
  await writeLog(
    manyCommits,
    Array.from({ length: commits }, (_, i) => numbers(i * 300, i * 300 + 300)),
  )
  await writeLog(checkpoint, [numbers(0, adds / 3)])
  await promisify(execFile)(PYTHON, [...PEERS, 'checkpoint', checkpoint])
  await cp(checkpoint, after, { recursive: true })
  await writeLog(
    after,
    Array.from({ length: commits }, (_, i) => [adds + i]),
    2,
  )
  return [
    { title: `${formatCount(adds)} adds in one commit`, root: oneCommit },
    { title: `${formatCount(adds)} adds in ${formatCount(commits)} commits`, root: manyCommits },
    { title: `A checkpoint of ${formatCount(adds / 3)} adds`, root: checkpoint },
    { title: `${formatCount(commits)} commits after that checkpoint`, root: after },
  ]
}

async function openInTurn(root: string, rounds: number): Promise<ReadonlyMap<string, readonly Opening[]>> {
  const candidates = [
    { name: 'deltaquill', command: [process.execPath, join(import.meta.dirname, 'log-candidate.js'), root] },
    { name: 'delta-rs', command: [PYTHON, ...PEERS, 'delta-rs', root] },
    { name: 'DuckDB', command: [PYTHON, ...PEERS, 'duckdb', root] },
  ]
  const openings = new Map<string, Opening[]>(candidates.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const { name, command } of round % 2 === 0 ? candidates : candidates.toReversed()) {
      const [file = '', ...args] = command
      const { stdout } = await promisify(execFile)(file, args)
      openings.get(name)?.push(JSON.parse(stdout))
    }
  }
  return openings
}

function formatOpenings(title: string, openings: ReadonlyMap<string, readonly Opening[]>): string {
  const ours = openings.get('deltaquill') ?? []
  const lines = [...openings].map(([name, theirs]) => {
    const of = (read: (opening: Opening) => number): number => median(theirs.map(read))
    const ratio = (read: (opening: Opening) => number): string =>
      median(ours.flatMap((one, round) => (theirs[round] ? [read(one) / read(theirs[round])] : []))).toFixed(2)
    return [
      name,
      formatCount(of(({ ms }) => ms)),
      formatCount(of(({ cpuMs }) => cpuMs)),
      formatCount(of(({ peakMb }) => peakMb)),
      ratio(({ cpuMs }) => cpuMs),
      ratio(({ peakMb }) => peakMb),
    ]
  })
  const head = ['candidate', 'ms', 'CPU ms', 'peak MB', 'deltaquill takes … × its CPU', '… × its memory']
  return formatTable(`Opening a table: ${title}`, head, lines)
}
