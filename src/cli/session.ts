import { isAbsolute, resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { formatJson, type JsonObject } from '../json.ts'
import type { Runtime } from '../runtime.ts'
import { parseLocation } from '../store/index.ts'
import type { Output } from './output.ts'
import type { Progress } from './progress.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Everything that the command line takes from the process it runs in. */
export interface Surroundings {
  readonly stdout: Writable
  readonly stderr: Writable
  readonly stdin: Readable
  readonly env: Environment
  readonly runtime: Runtime
  /** Relative paths start here. */
  readonly cwd: string
  /** Fires on Ctrl-C and SIGTERM. */
  readonly signal?: AbortSignal
}

/** One command while it runs: where its input comes from and its output goes. */
export interface Session {
  readonly json: boolean
  readonly stdin: Readable
  readonly env: Environment
  readonly runtime: Runtime
  readonly cwd: string
  readonly signal: AbortSignal
  /** Data. */
  readonly out: Output
  /** One line for people, on stderr. */
  note(message: string): void
  readonly progress: Progress
}

/** The result of a command: one JSON line with `--json`, else a text for people. */
export async function answer(session: Session, value: JsonObject, text: () => string): Promise<void> {
  await session.out.write(`${session.json ? formatJson(value) : text()}\n`)
}

/**
 * A location as the stores take it: a plain path is made absolute.
 * @throws {DeltaError} `invalid-argument` or `unsupported` for what is no location: absolute, `s3:/bucket` would be one.
 */
export function locationOf(text: string, session: Pick<Session, 'cwd'>): string {
  parseLocation(text)
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : pathOf(text, session)
}

export function pathOf(text: string, session: Pick<Session, 'cwd'>): string {
  return isAbsolute(text) ? text : resolve(session.cwd, text)
}

/** A list as the result of a command: one JSON object a line with `--json`, else a text for people. */
export async function answerList(session: Session, items: readonly JsonObject[], text: () => string): Promise<void> {
  if (!session.json) return session.out.write(`${text()}\n`)
  for (const item of items) await session.out.write(`${formatJson(item)}\n`)
}
