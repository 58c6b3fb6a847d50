import { DeltaError, isDeltaError } from '../errors.ts'
import {
  CAPABILITIES_HEADER,
  type EndStreamLine,
  parseCapabilities,
  quotedWords,
  TABLE_VERSION_HEADER,
} from '../wire/index.ts'
import { type AnswerLine, answerLines, type ListedFile } from './answer-line.ts'
import { brokenAnswer } from './endpoint.ts'
import type { HttpAnswer } from './http.ts'
import { readLines } from './read-lines.ts'
import type { SharedState } from './shared-state.ts'

/** An answer about a table: its head is read, its files come as they are asked for. */
export interface TableAnswer {
  readonly version: number
  readonly table: SharedState
  /**
   * The files, in the server's order, and at last what it says at the end of them, if anything. They can be gone through
   * once. @throws {DeltaError} `unavailable` where the answer breaks off; `invalid-data`.
   */
  readonly files: AsyncGenerator<ListedFile, EndStreamLine>
  /** Gives up the rest of the answer, also where no file was asked for. */
  cancel(): void
}

/** The version that an answer is about. @throws {DeltaError} `invalid-data` when the server does not say. */
export function versionOf(what: string, { headers }: Pick<HttpAnswer, 'headers'>): number {
  const text = headers.get(TABLE_VERSION_HEADER) ?? ''
  const version = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(version)) return version
  throw brokenAnswer(what, `header ${TABLE_VERSION_HEADER} is missing or no version`)
}

/**
 * Reads the head of an answer: its headers, and the lines before the first file.
 * @param table what to call the table in a message.
 * @param became is told what the table became, where a line among the files says so.
 * @throws {DeltaError} `unavailable` where it ends before; `unsupported` for a table that cannot be read; `invalid-data`.
 */
export async function openAnswer(
  what: string,
  answer: HttpAnswer,
  table: string,
  became: (state: SharedState) => void = () => {},
): Promise<TableAnswer> {
  const version = versionOf(what, answer)
  const capabilities = parseCapabilities(answer.headers.get(CAPABILITIES_HEADER))
  const parse = answerLines(capabilities.formats[0], what, table)
  const lines = parsedLines(answer, what, parse)
  try {
    const state = await readHead(what, lines)
    const files = readFiles(what, lines, { isEndPromised: capabilities.includeEndStreamAction, became })
    return { version, table: state, files, cancel: () => answer.body.cancel() }
  } catch (error) {
    await lines.return(undefined)
    throw error
  }
}

async function* parsedLines(
  { body }: HttpAnswer,
  what: string,
  parse: (text: string) => AnswerLine,
): AsyncGenerator<AnswerLine, undefined> {
  for await (const text of readLines(body, what)) yield understood(what, () => parse(text))
}

/** What is wrong with a line is said without saying where. */
function understood<T>(what: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    if (!isDeltaError(cause, 'invalid-data') || cause.message.startsWith(what)) throw cause
    throw new DeltaError('invalid-data', `${what} failed: ${cause.message}`, { ...cause.details, cause })
  }
}

/** The lines before the files. */
async function readHead(what: string, lines: AsyncGenerator<AnswerLine, undefined>): Promise<SharedState> {
  for (;;) {
    const { value: line } = await lines.next()
    if (line === undefined || 'end' in line) throw line?.end.errorMessage ? brokenOff(what, line.end) : endedEarly(what)
    if ('file' in line) throw brokenAnswer(what, 'a file comes before the protocol and the metadata')
    if (line.head !== undefined) return line.head
  }
}

async function* readFiles(
  what: string,
  lines: AsyncGenerator<AnswerLine, undefined>,
  { isEndPromised, became }: { readonly isEndPromised: boolean; readonly became: (state: SharedState) => void },
): AsyncGenerator<ListedFile, EndStreamLine> {
  let end: EndStreamLine | undefined
  for await (const line of lines) {
    if (end !== undefined) throw brokenAnswer(what, 'a line follows the end of the stream')
    if ('file' in line) yield line.file
    else if ('end' in line) end = line.end
    else if (line.head !== undefined) became(line.head)
  }
  if (end?.errorMessage !== undefined) throw brokenOff(what, end)
  if (end === undefined && isEndPromised) throw endedEarly(what)
  return end ?? {}
}

function endedEarly(what: string): DeltaError {
  return new DeltaError('unavailable', `${what} failed: the server's answer ended early`)
}

function brokenOff(what: string, { errorMessage = '' }: EndStreamLine): DeltaError {
  return new DeltaError('unavailable', `${what} failed: the server broke off: ${quotedWords(errorMessage)}`)
}
