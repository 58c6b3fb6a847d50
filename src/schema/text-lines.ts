import { DeltaError } from '../errors.ts'
import type { JsonPiece } from './json-rows.ts'

/** UTF-16 units of the longest line that is taken: what ends nowhere must not fill the memory. */
const MAX_LINE_LENGTH = 64 * 1024 * 1024

/**
 * The lines of a text that hold something, some at a time; each with its number from 1.
 * @throws {DeltaError} `invalid-data` for a line of more than 64 Mi UTF-16 units.
 */
export async function* textLines(texts: AsyncIterable<string>, name: string): AsyncIterable<JsonPiece[]> {
  let line = 1
  let rest = ''
  for await (const text of texts) {
    const parts = text.split('\n')
    const last = parts.pop() ?? ''
    const pieces: JsonPiece[] = []
    for (const part of parts) {
      addPiece(pieces, rest + part, line++)
      rest = ''
    }
    rest += last
    if (rest.length > MAX_LINE_LENGTH) throw tooLong(name, line)
    if (pieces.length > 0) yield pieces
  }
  const pieces: JsonPiece[] = []
  addPiece(pieces, rest, line)
  if (pieces.length > 0) yield pieces
}

function addPiece(pieces: JsonPiece[], text: string, line: number): void {
  if (text.trim() !== '') pieces.push({ text, line, character: 1 })
}

function tooLong(name: string, line: number): DeltaError {
  return new DeltaError(
    'invalid-data',
    `${name}, line ${line}: expected a row of at most 64 MiB of text, found a longer line; write one object a line`,
    { file: name },
  )
}
