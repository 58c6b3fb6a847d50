import { DeltaError, messageOf } from '../errors.ts'

/** Decoded at a time, so that a large file is never in memory twice. */
const PIECE_BYTES = 1024 * 1024
const LINE_END = 0x0a

/**
 * The text of a file of JSON lines in pieces that end where a line does. A byte order mark at its beginning is left out.
 * @throws {DeltaError} `invalid-data` when it is not UTF-8.
 */
export function* textPieces(body: Uint8Array, file: string): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let start = 0; start < body.length; ) {
    const end = pieceEnd(body, start)
    yield decoded(() => decoder.decode(body.subarray(start, end)), file)
    start = end
  }
}

function pieceEnd(body: Uint8Array, start: number): number {
  const limit = start + PIECE_BYTES
  if (limit >= body.length) return body.length
  const before = body.lastIndexOf(LINE_END, limit - 1)
  if (before >= start) return before + 1
  const after = body.indexOf(LINE_END, limit)
  return after < 0 ? body.length : after + 1
}

function decoded(decode: () => string, file: string): string {
  try {
    return decode()
  } catch (cause) {
    throw new DeltaError('invalid-data', `${file} is not UTF-8 text`, { cause, file })
  }
}

/**
 * What the lines of a file say, in their order; `\r\n`, blank lines and a missing last line end are accepted.
 * @param pieces the text, cut only behind line ends.
 * @param read one line; an error of it is thrown on with the name of the file and the number of the line.
 * @param before how many lines of the file come before the pieces.
 * @throws {DeltaError} `invalid-data` naming file and line.
 */
export function* readLines<T>(
  pieces: Iterable<string>,
  file: string,
  read: (line: string) => readonly T[],
  before = 0,
): Generator<T> {
  let number = before
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; ) {
      const found = piece.indexOf('\n', start)
      const end = found < 0 ? piece.length : found
      const line = piece.slice(start, end)
      start = end + 1
      number++
      yield* within(file, number, () => (line.trim() === '' ? [] : read(line)))
    }
  }
}

function within<T>(file: string, row: number, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new DeltaError('invalid-data', `${file}, line ${row}: ${messageOf(cause)}`, { cause, file, row })
  }
}
