import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { run } from '../../src/cli/run.ts'
import type { Environment } from '../../src/cli/session.ts'
import { type Runtime, systemRuntime } from '../../src/runtime.ts'

export interface Finished {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: Environment
  readonly stdin?: string | Uint8Array
  readonly runtime?: Runtime
  readonly signal?: AbortSignal
}

/** Runs one command line in this process, as `main.ts` would, and gives what came out of it. */
export async function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  const { cwd = process.cwd(), env = {}, stdin = '', runtime = systemRuntime, signal } = options
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const texts = Promise.all([text(stdout), text(stderr)])
  const exit = await run(argv, {
    stdout,
    stderr,
    stdin: Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)]),
    env,
    runtime,
    cwd,
    ...(signal ? { signal } : {}),
  })
  stdout.end()
  stderr.end()
  const [out, err] = await texts
  return { exit, stdout: out, stderr: err }
}
