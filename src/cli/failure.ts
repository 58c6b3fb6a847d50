import { DeltaError, type ErrorProblem, isDeltaError, messageOf } from '../errors.ts'
import { formatJson } from '../json.ts'

/** Anything thrown, as the one error that the command line reports: what is not a {@link DeltaError} is our bug. */
export function failure(thrown: unknown): DeltaError {
  if (isDeltaError(thrown)) return thrown
  return new DeltaError('internal', `an error that nobody expected: ${messageOf(thrown)}`, { cause: thrown })
}

/** A failure as the last line of stderr: one JSON object, `{"error": {code, message, …details}}`. */
export function formatFailureJson(error: DeltaError): string {
  return formatJson({ error: { code: error.code, message: error.message, ...error.details } })
}

/** A failure for people. The stack is shown on demand only. */
export function formatFailure(error: DeltaError, options: { debug: boolean }): string {
  const lines = [`error: ${error.message}`]
  const { token, blame, problems = [] } = error.details
  if (token !== undefined) lines.push(`token: ${token}`)
  if (blame !== undefined) lines.push(`whose move it is: ${blame}`)
  // The message tells of the first.
  lines.push(...problems.slice(1).map(formatProblem))
  if (options.debug) lines.push(...stacks(error))
  else if (error.code === 'internal') {
    lines.push('This is a bug: please report it, with what DELTAQUILL_DEBUG=1 prints for the same command.')
  }
  return lines.join('\n')
}

function formatProblem({ action, check, message, remedy, blame }: ErrorProblem): string {
  return `${action === 'block' ? 'blocked' : 'warned'} by ${check}: ${message}; ${remedy} (${blame})`
}

function stacks(error: unknown): string[] {
  const lines: string[] = []
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    lines.push(`${lines.length === 0 ? '' : 'caused by: '}${cause.stack ?? cause.message}`)
  }
  return lines
}
