import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTable } from '../../src/index.ts'
import { decodePath, loadSnapshot, parseLogPath } from '../../src/log/index.ts'
import { openStore } from '../../src/store/index.ts'
import { python } from './python.ts'
import { type Seen, writeRandomHistory } from './random-history.ts'

const COMMITS = 150
/** About so many versions of each history are looked at. */
const LOOKS = 8

/** The seeds of every run, those that once failed among them; and another one for each run, which the names tell. */
const seeds = [1, 2, 3, Date.now() % 1_000_000]

describe.each(seeds)('a random history of the seed %s', (seed) => {
  let directory = ''
  let history: readonly Seen[] = []
  let newestCheckpoint = 0

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'deltaquill-histories-'))
    history = await writeRandomHistory(join(directory, 'whole'), seed, COMMITS)
    newestCheckpoint = (await loadSnapshot(await openStore(join(directory, 'whole')))).checkpoint ?? 0
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test('has checkpoints, and commits behind them', () => {
    expect(history).toHaveLength(COMMITS + 1)
    expect(newestCheckpoint).toBeGreaterThan(0)
  })

  test('is seen by all as it was written', async () => {
    await expectSeen(join(directory, 'whole'), history, looks(0))
  })

  test('is seen so from its commits alone', async () => {
    const path = copy('commits', (name) => parseLogPath(`_delta_log/${name}`).kind === 'commit')
    await expectSeen(path, history, looks(0))
  })

  test('is seen so from its newest checkpoint on, without what is older', async () => {
    const path = copy('checkpoint', (name) => {
      const file = parseLogPath(`_delta_log/${name}`)
      return !('version' in file) || file.version >= newestCheckpoint
    })
    await expectSeen(path, history, looks(newestCheckpoint))
  })

  function looks(first: number): number[] {
    const step = Math.ceil((COMMITS - first + 1) / LOOKS)
    return Array.from({ length: LOOKS }, (_, index) => first + index * step).filter((version) => version <= COMMITS)
  }

  /** The table with only some of the files that its log has. */
  function copy(name: string, isKept: (name: string) => boolean): string {
    const target = join(directory, name)
    const inLog = /_delta_log[/\\][^/\\]+\.(json|parquet|crc)$|_last_checkpoint$/
    cpSync(join(directory, 'whole'), target, {
      recursive: true,
      filter: (path) => !inLog.test(path) || isKept(basename(path)),
    })
    return target
  }
})

async function expectSeen(path: string, history: readonly Seen[], versions: readonly number[]): Promise<void> {
  const expected = versions.map((version) => inOrder(history[version] ?? {}))
  const ours = await Promise.all(versions.map((version) => seenByUs(path, version)))
  expect(ours).toEqual(expected)
  expect(await python('histories', 'see', { path, versions })).toEqual(
    expected.map(({ files, ids }) => ({ 'delta-rs': { files, ids }, DuckDB: { ids } })),
  )
}

async function seenByUs(path: string, version: number): Promise<ReturnType<typeof inOrder>> {
  const snapshot = await loadSnapshot(await openStore(path), { version })
  const files = Object.fromEntries(Array.from(snapshot.files(), (file) => [decodePath(file.path), []]))
  const ids: number[] = []
  for await (const row of (await openTable(path)).read({ version })) ids.push(Number(row.id))
  return { ...inOrder(files), ids: ids.toSorted((a, b) => a - b) }
}

function inOrder(seen: Seen) {
  return {
    files: Object.keys(seen).toSorted(),
    ids: Object.values(seen)
      .flat()
      .toSorted((a, b) => a - b),
  }
}
