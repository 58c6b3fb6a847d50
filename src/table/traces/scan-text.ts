import { DeltaError } from '../../errors.ts'
import type { JsonValue } from '../../json.ts'
import type { RandomAccess } from '../../parquet/index.ts'
import type { Found } from './find-forms.ts'
import { jsonIn } from './json-in.ts'
import type { Sought } from './needle.ts'
import { readWhole } from './read-whole.ts'

const PIECE_BYTES = 4 * 1024 * 1024
/** A document of JSON that is not one a line is taken apart whole, up to this. */
const DOCUMENT_BYTES = 16 * 1024 * 1024
/** What is no text has no lines, or it would fill the memory. */
const LONGEST_LINE = 256 * 1024 * 1024

/**
 * Where in a text some values are: as they stand in it line by line, and within JSON, whose strings may be spelled in many ways.
 * @throws {DeltaError} `invalid-data` when it is not UTF-8, which all that is compressed or encoded is not.
 */
export async function* scanText(
  access: RandomAccess,
  sought: readonly Sought[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Found> {
  for await (const line of linesOf(access, signal)) {
    yield* foundIn(line, jsonIn(line), sought)
  }
  if (access.size > DOCUMENT_BYTES) return
  const text = decoderFor(access).decode(await access.read(0, access.size, signal))
  yield* foundIn('', jsonIn(text), sought)
}

function* foundIn(text: string, value: JsonValue | undefined, sought: readonly Sought[]): Generator<Found> {
  for (const [needle, each] of sought.entries()) {
    if (each.isInText(text) || each.isIn(value)) yield { where: 'other', needle }
  }
}

async function* linesOf(access: RandomAccess, signal: AbortSignal | undefined): AsyncGenerator<string> {
  const decoder = decoderFor(access)
  let rest = ''
  for (let start = 0; start < access.size; start += PIECE_BYTES) {
    const end = Math.min(access.size, start + PIECE_BYTES)
    const bytes = await readWhole(access, start, end, signal)
    const lines = (rest + decoder.decode(bytes, { stream: end < access.size })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw new DeltaError('invalid-data', `${access.name} has a line without end`)
    yield* lines
  }
  if (rest !== '') yield rest
}

/** Throws what is told as `invalid-data` instead of reading over what is no UTF-8. */
function decoderFor({ name }: RandomAccess): { decode(bytes: Uint8Array, options?: { stream: boolean }): string } {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  return {
    decode(bytes, options) {
      try {
        return decoder.decode(bytes, options)
      } catch (cause) {
        throw new DeltaError('invalid-data', `${name} is neither Parquet nor UTF-8 text`, { cause, file: name })
      }
    },
  }
}
