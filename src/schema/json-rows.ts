import { DeltaError } from '../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../json.ts'
import { describeValue } from './cast-error.ts'

/** The text of one JSON value in a larger text, and where it starts (from 1). */
export interface JsonPiece {
  readonly text: string
  readonly line: number
  readonly character: number
}

/** Pieces of JSON as rows. `firstRow` is the number of the first one, from 1. @throws {DeltaError} `invalid-data`. */
export function parseJsonRows(pieces: readonly JsonPiece[], name: string, firstRow: number): JsonObject[] {
  return pieces.map((piece, i) => {
    const value = parsePiece(piece, name)
    if (isJsonObject(value)) return value
    throw new DeltaError(
      'invalid-data',
      `${name}, row ${firstRow + i} (line ${piece.line}): expected an object with a value a column, found ${describeValue(value)}; write rows as objects, such as {"id": 1, "name": "a"}`,
      { file: name, row: firstRow + i },
    )
  })
}

function parsePiece(piece: JsonPiece, name: string): JsonValue {
  try {
    return parseJson(piece.text, name)
  } catch {
    // Once more with the text where it stands in the file, so that the error names that place.
    return parseJson(`${'\n'.repeat(piece.line - 1)}${' '.repeat(piece.character - 1)}${piece.text}`, name)
  }
}
