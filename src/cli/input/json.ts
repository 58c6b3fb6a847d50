import type { JsonObject } from '../../json.ts'
import {
  type JsonPiece,
  parseJsonRows,
  type Row,
  rowsAsText,
  type TextColumn,
  textLines,
  utf8Text,
} from '../../schema/index.ts'
import type { Input } from './input.ts'
import { refuseDocument } from './json-document.ts'
import { JsonPieces } from './json-pieces.ts'
import { inferFromRows } from './rows.ts'
import type { ByteSource } from './source.ts'

/** JSON Lines: an object a line. Numbers keep every digit; only one part of the file is in memory at a time. */
export function jsonLinesInput(source: ByteSource): Input {
  return rowsInput(source, () => rowsOf(source, textLines(utf8Text(source.chunks(), source.name), source.name)))
}

/** A `.json` file: an array of objects, or objects that follow each other. */
export function jsonInput(source: ByteSource): Input {
  return rowsInput(source, () => rowsOfJson(source))
}

function rowsInput(source: ByteSource, rows: () => AsyncIterable<readonly Row[]>): Input {
  // Columns of mixed scalars, which are text: known only after all rows were seen.
  let mixed: readonly TextColumn[] = []
  return {
    name: source.name,
    async schema() {
      const inferred = await inferFromRows(rows())
      mixed = inferred.textColumns
      return inferred
    },
    async *rows(schema) {
      // Where the table wants something else than text, the value that does not fit is to be named, not made text.
      const asText = rowsAsText(mixed, schema)
      for await (const batch of rows()) yield batch.map(asText)
    },
    close: () => source.close(),
  }
}

async function* rowsOf(
  source: ByteSource,
  batches: AsyncIterable<readonly JsonPiece[]>,
): AsyncGenerator<readonly JsonObject[]> {
  let rows = 0
  for await (const pieces of batches) {
    yield parseJsonRows(pieces, source.name, rows + 1)
    rows += pieces.length
  }
}

async function* rowsOfJson(source: ByteSource): AsyncIterable<readonly Row[]> {
  const pieces = new JsonPieces(source.name)
  // A single object is a row or a whole document; that is known when a second value comes, or the end.
  let single: readonly JsonObject[] = []
  let total = 0
  for await (const rows of rowsOf(source, piecesOf(source, pieces))) {
    if (total === 0 && rows.length === 1 && !pieces.isArray) single = rows
    else {
      if (single.length > 0) yield single
      single = []
      yield rows
    }
    total += rows.length
  }
  for (const document of single) refuseDocument(document, source.name)
  if (single.length > 0) yield single
}

async function* piecesOf(source: ByteSource, pieces: JsonPieces): AsyncIterable<readonly JsonPiece[]> {
  for await (const text of utf8Text(source.chunks(), source.name)) {
    const complete = pieces.push(text)
    if (complete.length > 0) yield complete
  }
  const rest = pieces.end()
  if (rest.length > 0) yield rest
}
