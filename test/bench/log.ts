import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { benchLogs } from './log-tables.ts'
import { formatCount, formatTable } from './print.ts'
import { median } from './sample.ts'

const PYTHON = process.env.DELTAQUILL_TEST_PYTHON ?? '.cache/interop-venv/bin/python'
const PEERS = ['test/bench/log_peers.py']

/** What one process took from its start to the open table. */
interface Opening {
  readonly ms: number
  readonly cpuMs: number
  readonly peakMb: number
}

/**
 * Tables opened by their location, ours and the peers': every candidate in a fresh process, in turn, so many rounds. The
 * logs have so many per cent of the files that the targets are set for, and are kept in .cache.
 */
export async function* benchLog([rounds = 1, percent = 100]: number[]): AsyncGenerator<string> {
  if (!existsSync(PYTHON)) throw new Error(`no ${PYTHON}: run npm run test:interop once, or set DELTAQUILL_TEST_PYTHON`)
  const checkpoint = async (root: string): Promise<void> => {
    await promisify(execFile)(PYTHON, [...PEERS, 'checkpoint', root])
  }
  for (const { title, root } of await benchLogs(percent, checkpoint)) {
    yield formatOpenings(title, await openInTurn(root, rounds))
  }
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
