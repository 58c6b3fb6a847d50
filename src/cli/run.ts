import { CommanderError } from 'commander'
import type { DeltaError } from '../errors.ts'
import { exitCode } from './exit-code.ts'
import { failure, formatFailure, formatFailureJson } from './failure.ts'
import { type Output, outputTo } from './output.ts'
import { programFor } from './program.ts'
import { type Progress, progressOn } from './progress.ts'
import type { Session, Surroundings } from './session.ts'

/**
 * Runs one command line (without `node` and the script) and resolves to the process's exit code; it never rejects.
 * Nothing global is touched: all comes from the surroundings.
 */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, stdin, env, runtime, cwd, signal = new AbortController().signal } = surroundings
  const progress = progressOn(stderr, runtime)
  const out = clearing(outputTo(stdout), progress)
  const messages = clearing(outputTo(stderr), progress)
  const note = (text: string): void => {
    // Without a reader of messages there is nobody left to tell.
    messages.write(`${text}\n`).catch(() => {})
  }
  const session: Session = { json: wantsJson(argv, env), stdin, env, runtime, cwd, signal, out, note, progress }
  try {
    const program = await programFor(argv, session, { stdout, stderr })
    await program.parseAsync(argv, { from: 'user' })
    await out.flush()
    return 0
  } catch (thrown) {
    // Help and version were asked for and printed.
    if (thrown instanceof CommanderError) return thrown.exitCode
    const error = failure(thrown)
    // Nobody wants the rest. What failed because of it, such as a link that is lost, is told.
    if (out.readerLeft && error.code === 'aborted') return 0
    report(error, session)
    return exitCode(error.code)
  } finally {
    progress.clear()
  }
}

/** In JSON the failure is the last line. */
function report(error: DeltaError, { json, env, signal, note }: Session): void {
  const debug = isSet(env.DELTAQUILL_DEBUG)
  if (!json || debug) {
    note(error.code === 'aborted' && signal.aborted && !debug ? 'interrupted' : formatFailure(error, { debug }))
  }
  if (json) note(formatFailureJson(error))
}

/** On a terminal both streams go to one screen: the line of progress makes room before anything is written. */
function clearing(output: Output, progress: Progress): Output {
  return {
    get readerLeft() {
      return output.readerLeft
    },
    flush: () => output.flush(),
    write(text) {
      progress.clear()
      return output.write(text)
    },
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
