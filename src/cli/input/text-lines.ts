import type { JsonPiece } from './json-pieces.ts'

/** The lines of a text that hold something, some at a time; each with its number from 1. */
export async function* textLines(texts: AsyncIterable<string>): AsyncIterable<JsonPiece[]> {
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
    if (pieces.length > 0) yield pieces
  }
  const pieces: JsonPiece[] = []
  addPiece(pieces, rest, line)
  if (pieces.length > 0) yield pieces
}

function addPiece(pieces: JsonPiece[], text: string, line: number): void {
  if (text.trim() !== '') pieces.push({ text, line, character: 1 })
}
