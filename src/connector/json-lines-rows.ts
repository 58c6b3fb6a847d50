import { DeltaError, throwIfAborted } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { parseJsonRows, textLines, utf8Text } from '../schema/index.ts'
import { hasRepeatedName, repeatedName } from './repeated-name.ts'

/** An object of a file of lines, and the line that it is on, from 1. */
export interface ParsedLine {
  readonly value: JsonObject
  readonly line: number
}

/** Objects, one a line. @throws {DeltaError} as {@link parsedLines}. */
export async function* jsonLinesRows(
  source: Uint8Array | Blob | AsyncIterable<Uint8Array>,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<JsonObject> {
  for await (const lines of parsedLines(source, name, signal)) for (const { value } of lines) yield value
}

/**
 * The same with their lines, some at a time; empty lines are passed over.
 * @throws {DeltaError} `invalid-data` naming the line of what is no JSON, no object, or names a key twice.
 */
export async function* parsedLines(
  source: Uint8Array | Blob | AsyncIterable<Uint8Array>,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ParsedLine[]> {
  let rows = 0
  for await (const lines of textLines(utf8Text(chunksOf(source), name), name)) {
    throwIfAborted(signal)
    const parsed = parseJsonRows(lines, name, rows + 1)
    yield lines.flatMap(({ text, line }, index) => {
      const value = parsed[index]
      if (value === undefined) return []
      rows++
      if (hasRepeatedName(text, value)) throw ambiguous(name, rows, line, repeatedName(text))
      return [{ value, line }]
    })
  }
}

const CHUNK_BYTES = 1024 * 1024

async function* chunksOf(source: Uint8Array | Blob | AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (source instanceof Blob) {
    for (let at = 0; at < source.size; at += CHUNK_BYTES) {
      yield new Uint8Array(await source.slice(at, at + CHUNK_BYTES).arrayBuffer())
    }
  } else if (source instanceof Uint8Array) {
    for (let at = 0; at < source.length; at += CHUNK_BYTES) yield source.subarray(at, at + CHUNK_BYTES)
  } else yield* source
}

function ambiguous(name: string, row: number, line: number, key: string): DeltaError {
  return new DeltaError(
    'invalid-data',
    `${name}, row ${row} (line ${line}): expected each key of an object once, found ${JSON.stringify(key.slice(0, 80))} twice; which of its values is meant cannot be told`,
    { file: name, row, blame: 'kadoa' },
  )
}
