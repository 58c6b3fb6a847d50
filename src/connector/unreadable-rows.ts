import { type Blame, DeltaError, type DeltaErrorCode, isDeltaError } from '../errors.ts'
import type { CheckProblem } from './check.ts'
import type { Run } from './run.ts'

interface Move {
  readonly blame: Blame
  readonly remedy: string
}

/** Whose move it is, unless the source of the rows says it, and what they do; another failure than these passes by itself. */
const MOVES: ReadonlyMap<DeltaErrorCode, Move> = new Map([
  ['invalid-data', { blame: 'kadoa', remedy: 'export the rows anew, whole, and deliver the run again' }],
  ['invalid-argument', { blame: 'kadoa', remedy: 'correct the rows, and deliver the run again' }],
  ['unsupported', { blame: 'kadoa', remedy: 'export the rows as JSON Lines, and deliver the run again' }],
  ['not-found', { blame: 'storage', remedy: 'see where the rows are, and deliver the run again' }],
  ['permission-denied', { blame: 'storage', remedy: 'let the rows be read, and deliver the run again' }],
])

/**
 * What came of reading the rows of a run; where only other rows help, as an error that holds the run back, with its code and
 * `details.problems`.
 */
export function unreadableRows({ workflowId, runId }: Run, error: unknown): unknown {
  if (!isDeltaError(error)) return error
  const move = MOVES.get(error.code)
  if (move === undefined) return error
  const { message, details } = error
  const { blame = move.blame } = details
  const { remedy } = move
  const problem: CheckProblem = { check: 'readableRows', action: 'block', message: toldOf(error), blame, remedy }
  const held = `run ${runId} of workflow ${workflowId} is held back: its rows cannot be read`
  // Where they are not there, they may be looked for in the wrong place: that is to be seen first.
  const found = error.code === 'not-found' ? `${message}: ${held}` : `${held}: ${message}`
  return new DeltaError(error.code, `${found}; ${remedy}`, { ...details, blame, problems: [problem], cause: error })
}

/** Problems go into events and the journal, which hold no value of a row: what was found in the place of rows may be one. */
function toldOf({ message }: DeltaError): string {
  return message.replace(/, found (?!the end of the text).*$/s, '')
}
