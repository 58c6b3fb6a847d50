import { existsSync } from 'node:fs'
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { md5 } from '../../src/hash.ts'
import { type Action, formatCommit, formatCommitPath } from '../../src/log/index.ts'
import { formatSchema, type StructType } from '../../src/schema/index.ts'
import { formatCount } from './print.ts'

const TEXT = { type: 'string' } as const
const schema: StructType = {
  type: 'struct',
  fields: ['id', 'url', 'title', 'day'].map((name) => ({ name, type: TEXT, nullable: true, metadata: {} })),
}

export const FIRST_ACTIONS: readonly Action[] = [
  info(0),
  { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
  {
    metaData: {
      id: '5fba94ed-9794-4965-ba6e-6ee3c0d22af9',
      format: { provider: 'parquet', options: {} },
      schemaString: formatSchema(schema),
      partitionColumns: ['day'],
      configuration: {},
    },
  },
]

/** A log to be opened. */
export interface BenchLog {
  readonly title: string
  readonly root: string
}

/**
 * The logs of the bench, made once for each size: that takes longer than to open them.
 * @param percent of 300,000 files in 1,000 commits. @param checkpoint writes one of a table's newest version.
 */
export async function benchLogs(
  percent: number,
  checkpoint: (root: string) => Promise<void>,
): Promise<readonly BenchLog[]> {
  const directory = join('.cache', 'logs', String(percent))
  const commits = Math.ceil(10 * percent)
  const adds = 300 * commits
  if (!existsSync(directory)) {
    const unfinished = `${directory}.unfinished`
    await rm(unfinished, { recursive: true, force: true })
    await makeLogs(unfinished, { commits, adds, checkpoint })
    await rename(unfinished, directory)
  }
  const at = (name: string) => join(directory, name)
  return [
    { title: `${formatCount(adds)} adds in one commit`, root: at('one-commit') },
    { title: `${formatCount(adds)} adds in ${formatCount(commits)} commits`, root: at('many-commits') },
    { title: `A checkpoint of ${formatCount(adds / 3)} adds`, root: at('checkpoint') },
    { title: `${formatCount(commits)} commits after that checkpoint`, root: at('after-checkpoint') },
  ]
}

interface LogSizes {
  readonly commits: number
  readonly adds: number
  readonly checkpoint: (root: string) => Promise<void>
}

async function makeLogs(directory: string, { commits, adds, checkpoint }: LogSizes): Promise<void> {
  const at = (name: string) => join(directory, name)
  const count = (length: number) => Array.from({ length }, (_, i) => i)
  await writeLog(at('one-commit'), [numbers(0, adds)])
  await writeLog(
    at('many-commits'),
    count(commits).map((i) => numbers(i * 300, i * 300 + 300)),
  )
  await writeLog(at('checkpoint'), [numbers(0, adds / 3)])
  await checkpoint(at('checkpoint'))
  await cp(at('checkpoint'), at('after-checkpoint'), { recursive: true })
  await writeLog(
    at('after-checkpoint'),
    count(commits).map((i) => [adds + i]),
    2,
  )
}

/** Writes the log of a table without its files: one file a number, as many a commit. */
async function writeLog(root: string, commits: Iterable<Iterable<number>>, version = 1): Promise<void> {
  await mkdir(join(root, '_delta_log'), { recursive: true })
  if (version === 1) await writeFile(join(root, formatCommitPath(0)), formatCommit(FIRST_ACTIONS))
  let next = version
  for (const numbers of commits) {
    const actions = [info(next), ...Array.from(numbers, addAction)]
    await writeFile(join(root, formatCommitPath(next++)), formatCommit(actions))
  }
}

/** The numbers from one up to another. */
function* numbers(from: number, to: number): Generator<number> {
  for (let i = from; i < to; i++) yield i
}

function info(version: number): Action {
  return { commitInfo: { timestamp: 1_767_225_600_000 + version, operation: 'WRITE', isBlindAppend: true } }
}

/** A file with about 480 characters of statistics. */
export function addAction(i: number): Action {
  const digest = (salt: string): string =>
    Array.from(md5(`${salt}${i}`), (byte) => (256 + byte).toString(16).slice(1)).join('')
  const day = `2026-${1 + (i % 12)}`
  const bounds = (side: string) => ({
    id: digest(`${side}id`).slice(0, 12),
    url: `https://www.shop-example.com/products/${digest(`${side}url`).slice(0, 9)}`,
    title: `${side} ${digest(side)}`,
  })
  const stats = {
    numRecords: 50_000 + (i % 997),
    minValues: bounds('classic'),
    maxValues: bounds('wooden'),
    nullCount: { id: 0, url: 0, title: i % 13 },
  }
  return {
    add: {
      path: `day=${day}/part-${i}-${digest('path')}.c000.snappy.parquet`,
      partitionValues: { day },
      size: 8_000_000 + ((i * 7919) % 1_000_000),
      modificationTime: 1_767_225_600_000 + i * 997,
      dataChange: true,
      stats: JSON.stringify(stats),
    },
  }
}
