import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Delivery } from '../connector/index.ts'
import { DeltaError, type DeltaErrorCode, isDeltaError, messageOf } from '../errors.ts'
import { isJsonObject, parseJson } from '../json.ts'
import { readRunFile } from './connector-files.ts'
import { runRows } from './input/run-rows.ts'
import { pathOf, type Session } from './session.ts'
import { readText } from './text-file.ts'

/** Where one run of the past lies. */
export interface RunFiles {
  /** Its run.json. */
  readonly run: string
  /** Its rows. */
  readonly rows: string
}

/** Runs of the past, oldest first, and files that are none. */
export interface History {
  readonly runs: readonly RunFiles[]
  readonly unreadable: readonly { readonly file: string; readonly code: DeltaErrorCode; readonly message: string }[]
}

const JSON_LINES = 'rows.jsonl'
const ROWS = [JSON_LINES, 'rows.parquet']

/**
 * Finds the runs in a directory of `<name>/run.json` with `rows.jsonl` or `rows.parquet` beside it, or in a manifest: a JSON
 * Lines file of `{"run": "…/run.json", "rows": "…"}` whose paths are relative to it.
 * @throws {DeltaError} `not-found`; `invalid-argument` for a directory without runs, or a line that is none.
 */
export async function findHistory(from: string, session: Session): Promise<History> {
  const pairs = from.endsWith('.jsonl') ? await listed(from, session) : await inFolders(from, session)
  if (pairs.length === 0) {
    throw new DeltaError('invalid-argument', `${from}: expected folders with a run.json and its rows, found none`)
  }
  const found: (RunFiles & { readonly finishedAt: string })[] = []
  const unreadable: History['unreadable'][number][] = []
  for (const pair of pairs) {
    session.progress.show(`looking at ${pair.run}`)
    try {
      found.push({ ...pair, finishedAt: (await readRunFile(pair.run, session)).run.finishedAt })
    } catch (error) {
      if (!isDeltaError(error)) throw error
      unreadable.push({ file: pair.run, code: error.code, message: error.message })
    }
  }
  // Times of one length, in UTC: their text sorts as they do.
  return { runs: found.sort((a, b) => (a.finishedAt < b.finishedAt ? -1 : 1)), unreadable }
}

/** The runs as they are delivered: of each its file is read when its turn has come, and its rows when they are asked for. */
export async function* deliveriesOf(runs: readonly RunFiles[], session: Session): AsyncGenerator<Delivery> {
  // The bar says how many runs are done, and not how much of a file.
  const quiet: Session = { ...session, progress: { show: () => {}, clear: () => {} } }
  for (const { run, rows } of runs) {
    const head = await readRunFile(run, session)
    yield { ...head, rows: runRows(rows, head.schema, quiet) }
  }
}

async function inFolders(from: string, session: Session): Promise<RunFiles[]> {
  const pairs: RunFiles[] = []
  for (const folder of await foldersIn(from, session)) {
    const names = (await entriesOf(folder, session)).map((entry) => entry.name)
    const found = ROWS.find((each) => names.includes(each))
    // With one of the two it is a run, and what is missing is a matter of this run alone.
    if (found === undefined && !names.includes('run.json')) continue
    pairs.push({ run: join(folder, 'run.json'), rows: join(folder, found ?? JSON_LINES) })
  }
  return pairs
}

/** The folders in a folder, those included to which links lead. */
async function foldersIn(from: string, session: Session): Promise<string[]> {
  const folders: string[] = []
  for (const entry of await entriesOf(from, session)) {
    const path = join(from, entry.name)
    const found = entry.isSymbolicLink() ? await readable(path, stat(pathOf(path, session))) : entry
    if (found.isDirectory()) folders.push(path)
  }
  return folders
}

function entriesOf(folder: string, session: Session): Promise<Dirent[]> {
  return readable(folder, readdir(pathOf(folder, session), { withFileTypes: true }))
}

async function readable<T>(folder: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw new DeltaError(
      isMissing ? 'not-found' : 'invalid-argument',
      `${folder} cannot be read: ${messageOf(cause)}; give a directory of runs, or a manifest .jsonl`,
      { cause },
    )
  }
}

async function listed(from: string, session: Session): Promise<RunFiles[]> {
  const lines = (await readText(from, 'the manifest', session)).split('\n')
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [pairIn(line, index + 1, from, session)]))
}

function pairIn(line: string, number: number, from: string, session: Session): RunFiles {
  const value = parseJson(line, `line ${number} of ${from}`)
  const { run, rows } = isJsonObject(value) ? value : {}
  if (typeof run !== 'string' || typeof rows !== 'string') {
    throw new DeltaError('invalid-argument', `${from}, line ${number}: expected {"run": "…/run.json", "rows": "…"}`, {
      row: number,
    })
  }
  const beside = (path: string): string => pathOf(path, { cwd: dirname(pathOf(from, session)) })
  return { run: beside(run), rows: beside(rows) }
}
