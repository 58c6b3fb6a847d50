import { DeltaError } from '../errors.ts'
import { type EndStreamLine, formatParquetLine, wireError } from '../wire/index.ts'
import { type Call, noteError } from './call.ts'
import { publicMessage } from './error-answer.ts'

/** Whether and how an answer in lines ends with a line of its own. */
export interface AnswerEnd {
  /** The line, known when all others are sent; undefined where the answer just ends. */
  readonly line: (() => EndStreamLine) | undefined
  /** The client understands from that line that the answer is not whole; else the connection must break. */
  readonly tellsErrors: boolean
}

/**
 * The lines of an answer with its end. What goes wrong on the way is told at the end, where the client asked for that line,
 * and else breaks the answer off: one that merely ended would pass for whole.
 */
export async function* endedLines<Lines>(
  lines: AsyncIterable<Lines>,
  { line, tellsErrors }: AnswerEnd,
  call: Pick<Call, 'record'>,
): AsyncGenerator<Lines | string> {
  try {
    yield* lines
  } catch (error) {
    if (!tellsErrors) throw error
    noteError(call.record, error)
    yield formatEnd({
      errorMessage: publicMessage(error, call.record.requestId),
      httpStatusErrorCode: wireError(error instanceof DeltaError ? error.code : 'internal').status,
    })
    return
  }
  if (line !== undefined) yield formatEnd(line())
}

/** This line is the same in both formats. */
function formatEnd(endStreamAction: EndStreamLine): string {
  return formatParquetLine({ endStreamAction })
}
