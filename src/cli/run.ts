import { CommanderError } from 'commander'
import { exitCode } from './exit-code.ts'
import { failure, formatFailure, formatFailureJson } from './failure.ts'
import { outputTo } from './output.ts'
import { programFor } from './program.ts'
import { progressOn } from './progress.ts'
import type { Session, Surroundings } from './session.ts'

/**
 * Runs one command line (without `node` and the script) and resolves to the process's exit code; it never rejects.
 * Nothing global is touched: all comes from the surroundings.
 */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, stdin, env, runtime, cwd, signal = new AbortController().signal } = surroundings
  const out = outputTo(stdout)
  const messages = outputTo(stderr)
  const progress = progressOn(stderr, runtime)
  const say = (text: string): void => {
    progress.clear()
    // Without a reader of messages there is nobody left to tell.
    messages.write(`${text}\n`).catch(() => {})
  }
  const session: Session = {
    json: wantsJson(argv, env),
    stdin,
    env,
    runtime,
    cwd,
    signal,
    out,
    note: say,
    progress,
  }
  try {
    const program = await programFor(argv, session, { stdout, stderr })
    await program.parseAsync(argv, { from: 'user' })
    await out.flush()
    progress.clear()
    return 0
  } catch (thrown) {
    // Help and version were asked for and printed.
    if (thrown instanceof CommanderError) return thrown.exitCode
    progress.clear()
    if (out.readerLeft) return 0
    const error = failure(thrown)
    const debug = isSet(env.DELTAQUILL_DEBUG)
    if (session.json) {
      if (debug) say(formatFailure(error, { debug }))
      say(formatFailureJson(error))
    } else say(formatFailure(error, { debug }))
    return exitCode(error.code)
  }
}

/** Known before anything is parsed, so that a wrong command line is answered in JSON too. */
function wantsJson(argv: readonly string[], env: Surroundings['env']): boolean {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json') || isSet(env.DELTAQUILL_JSON)
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no'].includes(value.toLowerCase())
}
